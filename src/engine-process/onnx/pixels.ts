import { ImageProcessor } from "@huggingface/transformers";
import type { ResizeOptions } from "sharp";

/** A decoded picture, three bytes per pixel. */
export interface Picture {
  data: Uint8Array;
  width: number;
  height: number;
}

/**
 * What a model's processor does with every picture, as far as it is the usual: resize, crop the middle, and
 * bring each channel to the values that the model was trained with.
 */
export interface PixelPlan {
  resize: ResizeOptions;
  width: number;
  height: number;
  /** What the model gets for each byte, channel after channel. */
  values: Float32Array;
}

const unusualSettings = [
  "do_pad",
  "do_flip_channel_order",
  "do_thumbnail",
  "do_crop_margin",
  "size_divisibility",
  "size_divisor",
  "keep_aspect_ratio",
  "ensure_multiple_of",
];

interface Size {
  width?: number;
  height?: number;
  shortest_edge?: number;
  longest_edge?: number;
}

/** Undefined when the processor does something else, or pictures differ in size afterwards. */
export function pixelPlan(processor: ImageProcessor): PixelPlan | undefined {
  const { do_center_crop: crops } = processor;
  const config = processor.config as unknown as Record<string, unknown>;
  const isUnusual =
    processor.preprocess !== ImageProcessor.prototype.preprocess ||
    unusualSettings.some((name) => Boolean(config[name]));
  const size = processor.size as Size | number | undefined;
  if (isUnusual || !processor.do_resize || typeof size !== "object") {
    return undefined;
  }
  const values = channelValues(processor);
  const { width, height, shortest_edge: edge } = size;
  if (width !== undefined && height !== undefined && !crops) {
    return { resize: { width, height, fit: "fill" }, width, height, values };
  }
  const crop = sizeOfCrop(processor.crop_size);
  if (
    edge !== undefined &&
    size.longest_edge === undefined &&
    crops &&
    crop &&
    crop.width <= edge &&
    crop.height <= edge
  ) {
    return { resize: { width: edge, height: edge, fit: "outside" }, ...crop, values };
  }
  return undefined;
}

function sizeOfCrop(size: unknown): { width: number; height: number } | undefined {
  if (typeof size === "number") {
    return { width: size, height: size };
  }
  const { width, height } = (size ?? {}) as Size;
  return width === undefined || height === undefined ? undefined : { width, height };
}

function channelValues(processor: ImageProcessor): Float32Array {
  const factor = processor.do_rescale ? processor.rescale_factor : 1;
  const ofChannel = (values: number[] | number, channel: number) =>
    typeof values === "number" ? values : (values[channel] ?? 0);
  const table = new Float32Array(3 * 256);
  for (let channel = 0; channel < 3; channel++) {
    const mean = processor.do_normalize ? ofChannel(processor.image_mean, channel) : 0;
    const deviation = processor.do_normalize ? ofChannel(processor.image_std, channel) : 1;
    for (let byte = 0; byte < 256; byte++) {
      table[channel * 256 + byte] = (byte * factor - mean) / deviation;
    }
  }
  return table;
}

/** Writes the middle of a resized picture to row `row` of a batch, channels × height × width each. */
export function writePixels(picture: Picture, plan: PixelPlan, batch: Float32Array, row: number): void {
  const { width, height, values } = plan;
  const left = Math.floor((picture.width - width) / 2);
  const top = Math.floor((picture.height - height) / 2);
  const plane = width * height;
  for (let channel = 0; channel < 3; channel++) {
    const table = values.subarray(channel * 256, (channel + 1) * 256);
    let target = (row * 3 + channel) * plane;
    for (let y = 0; y < height; y++) {
      let source = ((top + y) * picture.width + left) * 3 + channel;
      for (let x = 0; x < width; x++, source += 3) {
        batch[target++] = table[picture.data[source] ?? 0] ?? 0;
      }
    }
  }
}
