import path from "node:path";
import { type ImageProcessor, RawImage } from "@huggingface/transformers";
import type { KernelEnum, ResizeOptions } from "sharp";
import type { MediaSource, PictureSize } from "../../protocol/engine";
import { pictureError } from "../pictures/picture-error";
import { sharp } from "../pictures/sharp";
import type { Picture, PixelPlan } from "./pixels";

/** Pillow's filters by number, as `preprocessor_config.json` names them. */
const kernels: Record<number, keyof KernelEnum> = { 0: "nearest", 1: "lanczos3", 2: "linear", 3: "cubic" };
const defaultFilter = 2;

export interface DecodedPicture {
  picture: Picture;
  /** Before resizing. */
  original: PictureSize;
}

/**
 * A picture in the size the model's processor wants, so that it has nothing left to resize: upright as its
 * EXIF data say, its first frame, on white where it is transparent.
 */
export async function decodePicture(
  source: MediaSource,
  processor: ImageProcessor,
  plan: PixelPlan | undefined,
): Promise<DecodedPicture> {
  const name = "path" in source ? path.basename(source.path) : source.name;
  try {
    const input = "path" in source ? source.path : source.bytes;
    // Decoding and resizing in one go lets JPEG decode to a fraction of the size.
    const known = plan ? undefined : await sizeOf(input);
    const resize = known ? resizeFor(known, processor) : plan?.resize;
    const pixels = sharp(input)
      .autoOrient()
      .flatten({ background: "#ffffff" })
      .resize({ ...resize, kernel: kernels[processor.resample] ?? kernels[defaultFilter] ?? "linear" })
      .toColourspace("srgb")
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    // Both at once: what begins only after the other waits until the JS thread has done an inference.
    const [{ data, info }, original] = await Promise.all([pixels, known ?? sizeOf(input)]);
    return { picture: { data, width: info.width, height: info.height }, original };
  } catch (error) {
    throw pictureError(name, error);
  }
}

/** Reads nothing but the file's header. */
async function sizeOf(input: string | Uint8Array): Promise<PictureSize> {
  return (await sharp(input).metadata()).autoOrient;
}

/** For processors whose target depends on the picture's own size. */
function resizeFor({ width, height }: PictureSize, processor: ImageProcessor): ResizeOptions {
  if (!processor.do_resize) {
    return { width, height, fit: "fill" };
  }
  const [targetWidth = width, targetHeight = height] = processor.get_resize_output_image_size(
    new RawImage(new Uint8ClampedArray(), width, height, 3),
    processor.size,
  ) as number[];
  return { width: Math.max(1, targetWidth), height: Math.max(1, targetHeight), fit: "fill" };
}
