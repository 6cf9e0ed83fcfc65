import path from "node:path";
import { OnnxGraph, type Value } from "../../../bench/lib/onnx-writer";
import { wordTokenizer } from "../../../bench/lib/tokenizer-files";
import { writeJson } from "../../../bench/lib/write-json";

const tokenizer = wordTokenizer(["find", "text", "red", "blue", "car", "boat", "the", "is"]);
const vocabulary = tokenizer.model.vocab;
/** Length of the vectors: one place for each token. */
export const tinyWordDimensions = Object.keys(vocabulary).length;
/** Tokens. */
const tinyWordPositions = 64;

/** Place of a word, or of `[CLS]` and `[SEP]`, in the vectors. */
export function placeOf(token: string): number {
  return vocabulary[token] ?? -1;
}

export interface TinyEmbedderFiles {
  /** Settings beside the usual ones, by their names without `.json`. */
  settings?: Record<string, unknown>;
  /** The graph gives whole vectors: the sum of all tokens'. */
  pooled?: boolean;
  /** No `[CLS]` and `[SEP]`, padding before the text: as tokenizers of language models do. */
  bare?: boolean;
}

/** An embedding model by construction: each token's vector is 1 at its own place and 0 elsewhere. */
export function writeTinyEmbedder(
  folder: string,
  { settings = {}, pooled, bare }: TinyEmbedderFiles = {},
): void {
  const g = new OnnxGraph(1);
  const ids = g.input("input_ids", "int64", ["batch", "tokens"]);
  const kept = g.input("attention_mask", "int64", ["batch", "tokens"]);
  const ones = new Float32Array(tinyWordDimensions ** 2);
  for (let place = 0; place < tinyWordDimensions; place++) {
    ones[place * (tinyWordDimensions + 1)] = 1;
  }
  const hidden = g.op("Gather", [g.floats(ones, [tinyWordDimensions, tinyWordDimensions]), ids]);
  if (pooled) {
    const counted = g.op("Mul", [hidden, g.op("Unsqueeze", [g.toFloat(kept), g.ints(2)])]);
    const sums = g.op("ReduceSum", [counted, g.ints(1)], { keepdims: 0 });
    g.output(hidden, "token_embeddings", ["batch", "tokens", tinyWordDimensions]);
    g.output(sums, "sentence_embedding", ["batch", tinyWordDimensions]);
  } else {
    // The mask is an input of every such model; here it hides nothing.
    const masked = g.op("Add", [
      hidden,
      g.op("Unsqueeze", [g.op("Mul", [g.toFloat(kept), g.scalar(0)]), g.ints(2)]),
    ]);
    g.output(masked, "last_hidden_state", ["batch", "tokens", tinyWordDimensions]);
  }
  g.write(path.join(folder, "onnx/model.onnx"));
  writeJson(folder, {
    config: { architectures: ["BertModel"], model_type: "bert", max_position_embeddings: tinyWordPositions },
    tokenizer: bare ? { ...tokenizer, post_processor: null } : tokenizer,
    tokenizer_config: {
      tokenizer_class: bare ? "PreTrainedTokenizerFast" : "BertTokenizer",
      model_max_length: tinyWordPositions,
      pad_token: "[PAD]",
      padding_side: bare ? "left" : "right",
    },
    ...settings,
  });
}

/** A cross-encoder by construction: its logit is the number of words that query and document share, less one. */
export function writeTinyReranker(folder: string, labels = 1): void {
  const g = new OnnxGraph(1);
  const ids = g.input("input_ids", "int64", ["batch", "tokens"]);
  const kept = g.input("attention_mask", "int64", ["batch", "tokens"]);
  const types = g.toFloat(g.input("token_type_ids", "int64", ["batch", "tokens"]));
  const same = g.toFloat(
    g.op("Equal", [g.op("Unsqueeze", [ids, g.ints(2)]), g.op("Unsqueeze", [ids, g.ints(1)])]),
  );
  const isWord = g.toFloat(g.op("Greater", [ids, g.int(placeOf("[SEP]"))]));
  const ofQuery = g.op("Mul", [isWord, g.op("Sub", [g.scalar(1), types])]);
  const ofDocument = g.op("Mul", [g.op("Mul", [isWord, types]), g.toFloat(kept)]);
  const pairs = g.op("Mul", [
    g.op("Mul", [same, g.op("Unsqueeze", [ofQuery, g.ints(2)])]),
    g.op("Unsqueeze", [ofDocument, g.ints(1)]),
  ]);
  const shared = g.op("ReduceSum", [pairs, g.ints(1, 2)], { keepdims: 0 });
  const logit: Value = g.op("Unsqueeze", [g.op("Sub", [shared, g.scalar(1)]), g.ints(1)]);
  const nothing = g.op("Mul", [logit, g.scalar(0)]);
  const columns = [...Array.from({ length: labels - 1 }, () => nothing), logit];
  g.output(g.op("Concat", columns, { axis: 1 }), "logits", ["batch", labels]);
  g.write(path.join(folder, "onnx/model.onnx"));
  writeJson(folder, {
    config: {
      architectures: ["BertForSequenceClassification"],
      model_type: "bert",
      max_position_embeddings: tinyWordPositions,
    },
    tokenizer,
    tokenizer_config: {
      tokenizer_class: "BertTokenizer",
      model_max_length: tinyWordPositions,
      pad_token: "[PAD]",
    },
  });
}
