import path from "node:path";
import { type ImageProcessor, RawImage } from "@huggingface/transformers";
import sharp, { type KernelEnum } from "sharp";
import { throwIfAborted } from "../../common/async";
import { AppError, errnoCode, serializeError } from "../../common/errors";
import type { ImageFailure, MediaSource } from "../../protocol/engine";

// Decoding runs beside inference: one thread per picture, and no memory kept for pictures seen once.
sharp.concurrency(1);
sharp.cache(false);

/** Pillow's filters by number, as `preprocessor_config.json` names them. */
const kernels: Record<number, keyof KernelEnum> = { 0: "nearest", 1: "lanczos3", 2: "linear", 3: "cubic" };
const defaultFilter = 2;
/** Pictures of one inference. */
const batchSize = 8;

interface PictureBatch {
  pictures: RawImage[];
  /** Positions of `pictures` in the request. */
  indexes: number[];
  failures: ImageFailure[];
}

/**
 * Decodes and resizes pictures batch after batch and hands them to `infer`; the next batch is decoded
 * meanwhile. Pictures that cannot be read are reported, the others go on.
 */
export async function forEachPictureBatch(
  sources: readonly MediaSource[],
  imageProcessor: ImageProcessor,
  signal: AbortSignal,
  infer: (pictures: RawImage[], indexes: number[]) => Promise<void>,
): Promise<ImageFailure[]> {
  const failures: ImageFailure[] = [];
  const read = (start: number) =>
    start < sources.length ? readBatch(sources, start, imageProcessor) : undefined;
  let next = read(0);
  for (let start = 0; start < sources.length; start += batchSize) {
    const batch = await next;
    throwIfAborted(signal);
    next = read(start + batchSize);
    if (batch) {
      failures.push(...batch.failures);
      if (batch.pictures.length > 0) {
        await infer(batch.pictures, batch.indexes);
        throwIfAborted(signal);
      }
    }
  }
  return failures;
}

/** Never rejects: it may still be decoding when nobody waits for it any more. */
async function readBatch(
  sources: readonly MediaSource[],
  start: number,
  imageProcessor: ImageProcessor,
): Promise<PictureBatch> {
  const batch: PictureBatch = { pictures: [], indexes: [], failures: [] };
  const results = await Promise.allSettled(
    sources.slice(start, start + batchSize).map((source) => readPicture(source, imageProcessor)),
  );
  for (const [offset, result] of results.entries()) {
    const index = start + offset;
    if (result.status === "fulfilled") {
      batch.pictures.push(result.value);
      batch.indexes.push(index);
    } else {
      batch.failures.push({ index, error: serializeError(result.reason) });
    }
  }
  return batch;
}

/**
 * A picture in the size the model's processor wants, so that it has nothing left to resize: upright as its
 * EXIF data say, its first frame, on white where it is transparent.
 */
async function readPicture(source: MediaSource, imageProcessor: ImageProcessor): Promise<RawImage> {
  const name = "path" in source ? path.basename(source.path) : source.name;
  try {
    const input = "path" in source ? source.path : source.bytes;
    const { autoOrient } = await sharp(input).metadata();
    const [width, height] = targetSize(autoOrient.width, autoOrient.height, imageProcessor);
    const kernel = kernels[imageProcessor.resample] ?? kernels[defaultFilter] ?? "linear";
    const { data, info } = await sharp(input)
      .autoOrient()
      .flatten({ background: "#ffffff" })
      .resize(width, height, { fit: "fill", kernel })
      .toColourspace("srgb")
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return new RawImage(new Uint8ClampedArray(data), info.width, info.height, 3);
  } catch (error) {
    throw pictureError(name, "path" in source && isMissing(error), error);
  }
}

function targetSize(width: number, height: number, imageProcessor: ImageProcessor): [number, number] {
  if (!imageProcessor.do_resize) {
    return [width, height];
  }
  const [targetWidth = width, targetHeight = height] = imageProcessor.get_resize_output_image_size(
    new RawImage(new Uint8ClampedArray(), width, height, 3),
    imageProcessor.size,
  ) as number[];
  return [Math.max(1, targetWidth), Math.max(1, targetHeight)];
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
