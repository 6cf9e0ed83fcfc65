import { type GgufTensor, type GgufValue, writeGguf } from "./gguf-writer";
import { byteTokens } from "./gpt2-bytes";
import { xorshift } from "./xorshift";

const shape = { width: 64, layers: 6, feedForward: 128, context: 2048, window: 64 };
const endOfTurn = "<|im_end|>";
const chatTemplate =
  "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}{% endfor %}" +
  "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

/**
 * A tiny Gemma 3 with random weights, whose tokens are bytes. Five of six layers see only a window of the
 * last tokens, and forget the rest: what was evaluated cannot simply be cut back as with other models.
 */
export async function writeRandomGemma(path: string): Promise<void> {
  const tokens = [...byteTokens(), "<|im_start|>", endOfTurn];
  await writeGguf(path, metadata(tokens), tensors(tokens.length));
}

function metadata(tokens: string[]): Record<string, GgufValue> {
  const uint32 = (value: number): GgufValue => ({ type: "uint32", value });
  return {
    "general.architecture": { type: "string", value: "gemma3" },
    "general.name": { type: "string", value: "Random sliding window for tests" },
    "gemma3.context_length": uint32(shape.context),
    "gemma3.embedding_length": uint32(shape.width),
    "gemma3.block_count": uint32(shape.layers),
    "gemma3.feed_forward_length": uint32(shape.feedForward),
    "gemma3.attention.head_count": uint32(1),
    "gemma3.attention.head_count_kv": uint32(1),
    "gemma3.attention.key_length": uint32(shape.width),
    "gemma3.attention.value_length": uint32(shape.width),
    "gemma3.attention.layer_norm_rms_epsilon": { type: "float32", value: 1e-6 },
    "gemma3.attention.sliding_window": uint32(shape.window),
    "gemma3.rope.freq_base": { type: "float32", value: 1e6 },
    "tokenizer.ggml.model": { type: "string", value: "gpt2" },
    "tokenizer.ggml.pre": { type: "string", value: "gpt-2" },
    "tokenizer.ggml.tokens": { type: "strings", value: tokens },
    "tokenizer.ggml.token_type": {
      type: "int32s",
      value: tokens.map((token) => (token.startsWith("<|") ? 3 : 1)),
    },
    "tokenizer.ggml.merges": { type: "strings", value: ["\u0100 \u0100"] },
    "tokenizer.ggml.eos_token_id": uint32(tokens.indexOf(endOfTurn)),
    "tokenizer.chat_template": { type: "string", value: chatTemplate },
  };
}

function tensors(vocabulary: number): GgufTensor[] {
  const { width, feedForward, layers } = shape;
  const random = xorshift(11);
  const values = (name: string, dimensions: number[], fill: () => number): GgufTensor => ({
    name: `${name}.weight`,
    shape: dimensions,
    ggmlType: 0,
    data: () => {
      const count = dimensions.reduce((product, dimension) => product * dimension, 1);
      return Buffer.from(Float32Array.from({ length: count }, fill).buffer);
    },
  });
  const matrix = (name: string, columns: number, rows: number) =>
    values(name, [columns, rows], () => (random() / 2 ** 31) * 0.2);
  const norm = (name: string) => values(name, [width], () => 1);
  const layerTensors = Array.from({ length: layers }, (_, layer) => [
    ...["attn_norm", "attn_q_norm", "attn_k_norm", "post_attention_norm", "ffn_norm", "post_ffw_norm"].map(
      (part) => norm(`blk.${layer}.${part}`),
    ),
    ...["attn_q", "attn_k", "attn_v", "attn_output"].map((part) =>
      matrix(`blk.${layer}.${part}`, width, width),
    ),
    matrix(`blk.${layer}.ffn_gate`, width, feedForward),
    matrix(`blk.${layer}.ffn_up`, width, feedForward),
    matrix(`blk.${layer}.ffn_down`, feedForward, width),
  ]).flat();
  return [matrix("token_embd", width, vocabulary), norm("output_norm"), ...layerTensors];
}
