import path from "node:path";
import { OnnxGraph } from "../../../bench/lib/onnx-writer";
import { byteTokenizer } from "../../../bench/lib/tokenizer-files";
import { writeJson } from "../../../bench/lib/write-json";

const width = 24;
const heads = 2;
const size = width / heads;
const layers = 2;
/** Tokens of context. */
const tinyGpt2Positions = 256;
const end = "<|endoftext|>";

/**
 * A random model of GPT-2's layout without a chat template, and its file's name. The first exports held a
 * second branch for generation, `decoder_model_merged`, and no `model`.
 */
export function writeTinyGpt2(folder: string, layout: "model" | "decoder_model_merged" = "model"): void {
  const tokenizer = byteTokenizer(
    [end],
    [
      ["t", "h"],
      ["th", "e"],
      ["i", "n"],
      ["a", "n"],
      ["an", "d"],
      ["Ġ", "the"],
    ],
  );
  const vocabulary = Object.keys(tokenizer.model.vocab);
  graphOf(vocabulary, layout === "decoder_model_merged").write(path.join(folder, `onnx/${layout}.onnx`));
  writeJson(folder, {
    config: {
      architectures: ["GPT2LMHeadModel"],
      model_type: "gpt2",
      vocab_size: vocabulary.length,
      n_positions: tinyGpt2Positions,
      n_embd: width,
      n_layer: layers,
      n_head: heads,
      eos_token_id: 0,
    },
    generation_config: { bos_token_id: 0, eos_token_id: 0 },
    tokenizer,
    tokenizer_config: {
      tokenizer_class: "GPT2Tokenizer",
      model_max_length: tinyGpt2Positions,
      eos_token: end,
      unk_token: end,
    },
  });
}

function graphOf(vocabulary: readonly string[], merged: boolean): OnnxGraph {
  const g = new OnnxGraph(7);
  const ids = g.input("input_ids", "int64", ["batch", "fresh"]);
  const kept = g.input("attention_mask", "int64", ["batch", "total"]);
  const positions = g.input("position_ids", "int64", ["batch", "fresh"]);
  const past = (layer: number, part: string) =>
    g.input(`past_key_values.${layer}.${part}`, "float", ["batch", heads, "past", size]);
  const cache = Array.from({ length: layers }, (_, layer) => [past(layer, "key"), past(layer, "value")]);
  if (merged) {
    g.input("use_cache_branch", "bool", [1]);
  }

  const tokens = g.op("Gather", [g.weight([vocabulary.length, width], 2), ids]);
  const places = g.op("Gather", [g.weight([tinyGpt2Positions, width], 2), positions]);
  let x = g.op("Add", [tokens, places]);
  const mask = g.op("Add", [g.paddingMask(kept), g.causalMask(g.size(ids, 1), g.size(kept, 1))]);
  const present: [string, string][] = [];
  for (const [layer, [pastKey = "", pastValue = ""]] of cache.entries()) {
    const h = g.layerNorm(x, width);
    const projected = () => g.heads(g.linear(h, width, width), heads, size);
    const key = g.op("Concat", [pastKey, projected()], { axis: 2 });
    const value = g.op("Concat", [pastValue, projected()], { axis: 2 });
    present.push([`present.${layer}.key`, key], [`present.${layer}.value`, value]);
    x = g.op("Add", [x, g.linear(g.attend(projected(), key, value, size, mask), width, width)]);
    const inner = g.gelu(g.linear(g.layerNorm(x, width), width, 4 * width));
    x = g.op("Add", [x, g.linear(inner, 4 * width, width)]);
  }
  const scores = g.op("MatMul", [g.layerNorm(x, width), g.weight([width, vocabulary.length], 2)]);
  // Letters and spaces only, so that the text can be read and never ends by itself.
  const bias = Float32Array.from(vocabulary, (token) => (/^Ġ?[a-z]*$/i.test(token) ? 0 : -40));
  const logits = g.op("Add", [scores, g.floats(bias, [vocabulary.length])]);
  g.output(logits, "logits", ["batch", "fresh", vocabulary.length]);
  for (const [name, value] of present) {
    g.output(value, name, ["batch", heads, "total", size]);
  }
  return g;
}
