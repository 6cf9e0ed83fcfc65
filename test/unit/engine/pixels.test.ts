import assert from "node:assert/strict";
import { ImageProcessor, RawImage, type Tensor } from "@huggingface/transformers";
import { pixelPlan, writePixels } from "../../../src/engine-process/onnx/pixels";

describe("a picture's values for a model", () => {
  const clip = {
    do_resize: true,
    do_rescale: true,
    do_normalize: true,
    image_mean: [0.48, 0.46, 0.41],
    image_std: [0.27, 0.26, 0.28],
  };
  /** Different in every place and channel. */
  const picture = (width: number, height: number) => ({
    width,
    height,
    data: Uint8Array.from({ length: width * height * 3 }, (_, index) => (index * 37) % 256),
  });
  const processorOf = (config: object) => new ImageProcessor(config);

  for (const [name, size, config] of [
    [
      "the middle",
      [13, 8],
      { size: { shortest_edge: 8 }, do_center_crop: true, crop_size: { width: 8, height: 8 } },
    ],
    ["a smaller middle", [9, 14], { size: { shortest_edge: 9 }, do_center_crop: true, crop_size: 6 }],
    ["the whole", [8, 6], { size: { width: 8, height: 6 }, do_center_crop: false }],
    ["unscaled bytes", [8, 8], { size: { width: 8, height: 8 }, do_rescale: false, do_normalize: false }],
  ] as const) {
    it(`are the library's: ${name}`, async () => {
      const processor = processorOf({ ...clip, ...config });
      const plan = pixelPlan(processor);
      assert.ok(plan);
      const resized = picture(size[0], size[1]);
      const image = new RawImage(new Uint8ClampedArray(resized.data), resized.width, resized.height, 3);
      const { pixel_values: tensor } = (await processor(image)) as { pixel_values: Tensor };
      assert.deepEqual(tensor.dims, [1, 3, plan.height, plan.width]);
      const expected = tensor.data as Float32Array;

      const batch = new Float32Array(2 * expected.length);
      writePixels(resized, plan, batch, 1);
      const written = batch.subarray(expected.length);
      const worst = Math.max(...written.map((value, index) => Math.abs(value - expected[index]!)));
      assert.ok(worst < 1e-5, String(worst));
      assert.ok(batch.subarray(0, expected.length).every((value) => value === 0));
    });
  }

  it("are left to the library where it does more", () => {
    for (const config of [
      { size: { shortest_edge: 8 } },
      { size: { shortest_edge: 8, longest_edge: 12 }, do_center_crop: true, crop_size: 8 },
      { size: { shortest_edge: 6 }, do_center_crop: true, crop_size: 8 },
      { size: { width: 8, height: 8 }, do_pad: true },
      { size: { width: 8, height: 8 }, do_resize: false },
      { size: { width: 8, height: 8 }, size_divisor: 32 },
      { size: { width: 8, height: 8 }, do_flip_channel_order: true },
    ]) {
      assert.equal(pixelPlan(processorOf({ ...clip, ...config })), undefined, JSON.stringify(config));
    }
  });
});
