import path from "node:path";
import { type ImageProcessor, RawImage } from "@huggingface/transformers";
import sharp, { type KernelEnum, type ResizeOptions } from "sharp";
import { AppError, errnoCode } from "../../common/errors";
import type { MediaSource } from "../../protocol/engine";
import type { Picture, PixelPlan } from "./pixels";

// Decoding runs beside inference: one thread per picture, and no memory kept for pictures seen once.
sharp.concurrency(1);
sharp.cache(false);

/** Pillow's filters by number, as `preprocessor_config.json` names them. */
const kernels: Record<number, keyof KernelEnum> = { 0: "nearest", 1: "lanczos3", 2: "linear", 3: "cubic" };
const defaultFilter = 2;

/**
 * A picture in the size the model's processor wants, so that it has nothing left to resize: upright as its
 * EXIF data say, its first frame, on white where it is transparent.
 */
export async function decodePicture(
  source: MediaSource,
  processor: ImageProcessor,
  plan: PixelPlan | undefined,
): Promise<Picture> {
  const name = "path" in source ? path.basename(source.path) : source.name;
  try {
    const input = "path" in source ? source.path : source.bytes;
    // Decoding and resizing in one go lets JPEG decode to a fraction of the size.
    const resize = plan?.resize ?? (await resizeFor(input, processor));
    const { data, info } = await sharp(input)
      .autoOrient()
      .flatten({ background: "#ffffff" })
      .resize({ ...resize, kernel: kernels[processor.resample] ?? kernels[defaultFilter] ?? "linear" })
      .toColourspace("srgb")
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height };
  } catch (error) {
    throw pictureError(name, "path" in source && isMissing(error), error);
  }
}

/** For processors whose target depends on the picture's own size. */
async function resizeFor(input: string | Uint8Array, processor: ImageProcessor): Promise<ResizeOptions> {
  const { width, height } = (await sharp(input).metadata()).autoOrient;
  if (!processor.do_resize) {
    return { width, height, fit: "fill" };
  }
  const [targetWidth = width, targetHeight = height] = processor.get_resize_output_image_size(
    new RawImage(new Uint8ClampedArray(), width, height, 3),
    processor.size,
  ) as number[];
  return { width: Math.max(1, targetWidth), height: Math.max(1, targetHeight), fit: "fill" };
}

function isMissing(error: unknown): boolean {
  return errnoCode(error) === "ENOENT" || /Input file is missing/.test(String(error));
}

function pictureError(name: string, missing: boolean, error: unknown): AppError {
  if (missing) {
    return new AppError("file-missing", "The picture “{0}” is gone.", [name]);
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new AppError("invalid-input", "“{0}” cannot be read as a picture: {1}", [name, reason]);
}
