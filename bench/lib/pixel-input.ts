import { readFileSync } from "node:fs";
import path from "node:path";
import type { BareTensor } from "./bare-onnx.mjs";

interface PictureSize {
  width?: number;
  height?: number;
}

/** Pixels of a batch as the model's processor makes them, all alike. */
export function pixelInput(model: string, pictures: number): BareTensor {
  const settings = JSON.parse(readFileSync(path.join(model, "preprocessor_config.json"), "utf8")) as {
    crop_size?: PictureSize | number;
    size?: PictureSize | number;
  };
  const size = settings.crop_size ?? settings.size ?? {};
  const { width = 224, height = 224 } = typeof size === "number" ? { width: size, height: size } : size;
  return {
    type: "float32",
    data: new Float32Array(pictures * 3 * width * height).fill(0.1),
    dims: [pictures, 3, height, width],
  };
}
