import { existsSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { OnnxGraph, type Value } from "./onnx-writer";
import { wordTokenizer } from "./tokenizer-files";
import { writeJson } from "./write-json";

/** A text model of MiniLM-L6's size. */
const bert = { width: 384, heads: 12, layers: 6, inner: 1536, positions: 512 };
/** CLIP ViT-B/32's picture tower. */
const vision = { width: 768, heads: 12, layers: 12, inner: 3072, picture: 224, patch: 32, projection: 512 };
/** The text tower of the same model, smaller than the original's: no figure depends on it. */
const clipText = { width: 64, heads: 2, layers: 1, inner: 128, positions: 77 };

/** As many as BERT's vocabulary; words of two to eight letters. */
export const benchWords = Array.from({ length: 29_000 }, (_, index) => {
  const letters: string[] = [];
  for (let rest = index * 7919 + 17; rest > 0; rest = Math.floor(rest / 26)) {
    letters.push(String.fromCharCode(97 + (rest % 26)));
  }
  return letters.join("");
});

/** Folder of a model with random weights for text embeddings, 90 MB; written once. */
export function randomTextEmbedder(cache: string): string {
  return once(path.join(cache, "bench-minilm-onnx"), (folder) => {
    const tokenizer = wordTokenizer(benchWords);
    const g = new OnnxGraph(1);
    const ids = g.input("input_ids", "int64", ["batch", "tokens"]);
    const kept = g.input("attention_mask", "int64", ["batch", "tokens"]);
    const types = g.input("token_type_ids", "int64", ["batch", "tokens"]);
    const vocabulary = Object.keys(tokenizer.model.vocab).length;
    const words = g.op("Gather", [g.weight([vocabulary, bert.width], 1), ids]);
    const places = g.op("Gather", [g.weight([bert.positions, bert.width], 1), g.range(g.size(ids, 1))]);
    const kinds = g.op("Gather", [g.weight([2, bert.width], 1), types]);
    const embedded = g.op("Add", [g.op("Add", [words, places]), kinds]);
    const hidden = encoder(g, g.layerNorm(embedded, bert.width), bert, g.paddingMask(kept));
    g.output(hidden, "last_hidden_state", ["batch", "tokens", bert.width]);
    g.write(path.join(folder, "onnx/model.onnx"));
    writeJson(folder, {
      config: {
        architectures: ["BertModel"],
        model_type: "bert",
        hidden_size: bert.width,
        num_hidden_layers: bert.layers,
        max_position_embeddings: bert.positions,
      },
      tokenizer,
      tokenizer_config: {
        tokenizer_class: "BertTokenizer",
        model_max_length: bert.positions,
        pad_token: "[PAD]",
      },
      "1_Pooling/config": { pooling_mode_mean_tokens: true },
    });
  });
}

/** Folder of a CLIP model with random weights, 350 MB; written once. */
export function randomPictureEmbedder(cache: string): string {
  return once(path.join(cache, "bench-clip-onnx"), (folder) => {
    visionTower().write(path.join(folder, "onnx/vision_model.onnx"));
    const tokenizer = wordTokenizer(benchWords.slice(0, 100));
    textTower(Object.keys(tokenizer.model.vocab).length).write(path.join(folder, "onnx/text_model.onnx"));
    writeJson(folder, {
      config: {
        architectures: ["CLIPModel"],
        model_type: "clip",
        text_config: { max_position_embeddings: clipText.positions },
      },
      tokenizer,
      tokenizer_config: {
        tokenizer_class: "BertTokenizer",
        model_max_length: clipText.positions,
        pad_token: "[PAD]",
      },
      preprocessor_config: {
        image_processor_type: "CLIPImageProcessor",
        do_resize: true,
        size: { shortest_edge: vision.picture },
        resample: 3,
        do_center_crop: true,
        crop_size: { height: vision.picture, width: vision.picture },
        do_rescale: true,
        do_normalize: true,
        image_mean: [0.48145466, 0.4578275, 0.40821073],
        image_std: [0.26862954, 0.26130258, 0.27577711],
      },
    });
  });
}

function visionTower(): OnnxGraph {
  const g = new OnnxGraph(2);
  const { width, picture, patch, projection } = vision;
  const pixels = g.input("pixel_values", "float", ["batch", 3, picture, picture]);
  const kernel = g.weight([width, 3, patch, patch], 0.02);
  const patches = g.op("Conv", [pixels, kernel], { kernel_shape: [patch, patch], strides: [patch, patch] });
  const places = (picture / patch) ** 2;
  const rows = g.op("Transpose", [g.op("Reshape", [patches, g.ints(0, width, places)])], { perm: [0, 2, 1] });
  const embedded = g.op("Add", [rows, g.weight([1, places, width], 0.1)]);
  const hidden = encoder(g, g.layerNorm(embedded, width), vision);
  const pooled = g.op("ReduceMean", [hidden], { axes: [1], keepdims: 0 });
  g.output(g.linear(pooled, width, projection), "image_embeds", ["batch", projection]);
  return g;
}

function textTower(vocabulary: number): OnnxGraph {
  const g = new OnnxGraph(3);
  const ids = g.input("input_ids", "int64", ["batch", "tokens"]);
  const embedded = g.op("Gather", [g.weight([vocabulary, clipText.width], 1), ids]);
  const pooled = g.op("ReduceMean", [encoder(g, embedded, clipText)], { axes: [1], keepdims: 0 });
  g.output(g.linear(pooled, clipText.width, vision.projection), "text_embeds", ["batch", vision.projection]);
  return g;
}

/** Layers of attention and a feed-forward network, as in BERT. */
function encoder(
  g: OnnxGraph,
  input: Value,
  { width, heads, layers, inner }: { width: number; heads: number; layers: number; inner: number },
  mask?: Value,
): Value {
  let x = input;
  for (let layer = 0; layer < layers; layer++) {
    const size = width / heads;
    const before = x;
    const projected = () => g.heads(g.linear(before, width, width), heads, size);
    const mixed = g.linear(g.attend(projected(), projected(), projected(), size, mask), width, width);
    x = g.layerNorm(g.op("Add", [x, mixed]), width);
    x = g.layerNorm(g.op("Add", [x, g.linear(g.gelu(g.linear(x, width, inner)), inner, width)]), width);
  }
  return x;
}

/** Written under another name first, so that an interrupted run leaves nothing that looks complete. */
function once(folder: string, write: (folder: string) => void): string {
  if (!existsSync(folder)) {
    const partial = `${folder}.partial`;
    rmSync(partial, { recursive: true, force: true });
    write(partial);
    renameSync(partial, folder);
  }
  return folder;
}
