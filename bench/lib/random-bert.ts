import { type GgufTensor, type GgufValue, writeGguf } from "./gguf-writer";
import { xorshift } from "./xorshift";

const shape = { width: 64, layers: 2, heads: 2, feedForward: 128, context: 128 };
const specialTokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];
/** llama.cpp's `LLAMA_POOLING_TYPE_MEAN` and `LLAMA_POOLING_TYPE_RANK`. */
const poolingTypes = { mean: 1, rank: 4 };
const control = 3;

/**
 * A tiny BERT with random weights: with `mean` it embeds texts, with `rank` its head scores a query with a
 * document. Its words are single letters. Real in every way but that it was never trained.
 */
export async function writeRandomBert(path: string, pooling: keyof typeof poolingTypes): Promise<void> {
  const letters = Array.from("abcdefghijklmnopqrstuvwxyz0123456789.,:?");
  // llama.cpp marks beginnings of words, where the original vocabulary marks continuations.
  const tokens = [...specialTokens, ...letters.map((letter) => `\u2581${letter}`), ...letters];
  await writeGguf(path, metadata(tokens, pooling), tensors(tokens.length, pooling));
}

function metadata(tokens: string[], pooling: keyof typeof poolingTypes): Record<string, GgufValue> {
  const uint32 = (value: number): GgufValue => ({ type: "uint32", value });
  const special = (name: string) => uint32(specialTokens.indexOf(name));
  return {
    "general.architecture": { type: "string", value: "bert" },
    "general.name": { type: "string", value: "Random BERT for tests" },
    "bert.context_length": uint32(shape.context),
    "bert.embedding_length": uint32(shape.width),
    "bert.feed_forward_length": uint32(shape.feedForward),
    "bert.block_count": uint32(shape.layers),
    "bert.attention.head_count": uint32(shape.heads),
    "bert.attention.layer_norm_epsilon": { type: "float32", value: 1e-12 },
    "bert.attention.causal": { type: "bool", value: false },
    "bert.pooling_type": uint32(poolingTypes[pooling]),
    "tokenizer.ggml.model": { type: "string", value: "bert" },
    "tokenizer.ggml.pre": { type: "string", value: "default" },
    "tokenizer.ggml.token_type_count": uint32(2),
    "tokenizer.ggml.tokens": { type: "strings", value: tokens },
    "tokenizer.ggml.token_type": {
      type: "int32s",
      value: tokens.map((token) => (specialTokens.includes(token) ? control : 1)),
    },
    "tokenizer.ggml.unknown_token_id": special("[UNK]"),
    "tokenizer.ggml.padding_token_id": special("[PAD]"),
    "tokenizer.ggml.bos_token_id": special("[CLS]"),
    "tokenizer.ggml.cls_token_id": special("[CLS]"),
    "tokenizer.ggml.eos_token_id": special("[SEP]"),
    "tokenizer.ggml.seperator_token_id": special("[SEP]"),
    "tokenizer.ggml.mask_token_id": special("[MASK]"),
  };
}

function tensors(vocabulary: number, pooling: keyof typeof poolingTypes): GgufTensor[] {
  const { width, feedForward, context, layers } = shape;
  const random = xorshift(7);
  const values = (name: string, dimensions: number[], fill: () => number): GgufTensor => ({
    name,
    shape: dimensions,
    ggmlType: 0,
    data: () => {
      const count = dimensions.reduce((product, dimension) => product * dimension, 1);
      return Buffer.from(Float32Array.from({ length: count }, fill).buffer);
    },
  });
  const small = () => (random() / 2 ** 31) * 0.3;
  const weights = (name: string, ...dimensions: number[]) => values(`${name}.weight`, dimensions, small);
  const linear = (name: string, columns: number, rows: number) => [
    weights(name, columns, rows),
    values(`${name}.bias`, [rows], small),
  ];
  const norm = (name: string) => [
    values(`${name}.weight`, [width], () => 1),
    values(`${name}.bias`, [width], () => 0),
  ];
  const layerTensors = Array.from({ length: layers }, (_, layer) => [
    ...["attn_q", "attn_k", "attn_v", "attn_output"].flatMap((part) =>
      linear(`blk.${layer}.${part}`, width, width),
    ),
    ...norm(`blk.${layer}.attn_output_norm`),
    ...linear(`blk.${layer}.ffn_up`, width, feedForward),
    ...linear(`blk.${layer}.ffn_down`, feedForward, width),
    ...norm(`blk.${layer}.layer_output_norm`),
  ]).flat();
  return [
    weights("token_embd", width, vocabulary),
    weights("token_types", width, 2),
    weights("position_embd", width, context),
    ...norm("token_embd_norm"),
    ...layerTensors,
    ...(pooling === "rank" ? [...linear("cls", width, width), ...linear("cls.output", width, 1)] : []),
  ];
}
