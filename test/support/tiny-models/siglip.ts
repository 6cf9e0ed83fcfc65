import path from "node:path";
import { OnnxGraph } from "../../../bench/lib/onnx-writer";
import { wordTokenizer } from "../../../bench/lib/tokenizer-files";
import { writeJson } from "../../../bench/lib/write-json";

/** Tokens that every text is padded to. */
export const tinySiglipPositions = 16;
const side = 8;

/**
 * A model of SigLIP's layout by construction. A text's vector is [words, padding, 0], a picture's the mean of
 * its red, green and blue, -1…1.
 */
export function writeTinySiglip(folder: string): void {
  const text = new OnnxGraph(1);
  const ids = text.input("input_ids", "int64", ["batch", "tokens"]);
  const isWord = text.toFloat(text.op("Greater", [ids, text.int(0)]));
  const count = (values: string) => text.op("ReduceSum", [values, text.ints(1)], { keepdims: 1 });
  const words = count(isWord);
  const padding = count(text.op("Sub", [text.scalar(1), isWord]));
  const nothing = text.op("Mul", [words, text.scalar(0)]);
  text.output(text.op("Concat", [words, padding, nothing], { axis: 1 }), "pooler_output", ["batch", 3]);
  text.write(path.join(folder, "onnx/text_model.onnx"));

  const vision = new OnnxGraph(1);
  const pixels = vision.input("pixel_values", "float", ["batch", 3, side, side]);
  const means = vision.op("ReduceMean", [pixels], { axes: [2, 3], keepdims: 0 });
  vision.output(means, "pooler_output", ["batch", 3]);
  vision.write(path.join(folder, "onnx/vision_model.onnx"));

  writeJson(folder, {
    config: {
      architectures: ["SiglipModel"],
      model_type: "siglip",
      text_config: { max_position_embeddings: tinySiglipPositions },
    },
    tokenizer: { ...wordTokenizer(["red", "car"]), post_processor: null },
    tokenizer_config: {
      tokenizer_class: "PreTrainedTokenizerFast",
      model_max_length: tinySiglipPositions,
      pad_token: "[PAD]",
    },
    preprocessor_config: {
      image_processor_type: "SiglipImageProcessor",
      do_resize: true,
      size: { height: side, width: side },
      resample: 3,
      do_rescale: true,
      do_normalize: true,
      image_mean: [0.5, 0.5, 0.5],
      image_std: [0.5, 0.5, 0.5],
    },
  });
}
