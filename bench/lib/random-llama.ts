import { existsSync } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import path from "node:path";
import { type GgufTensor, type GgufValue, writeGguf } from "./gguf-writer";

/** The shape of a small but honest LLaMA: about 138 million weights, 147 MB as q8_0. */
const shape = {
  width: 768,
  layers: 12,
  heads: 12,
  keyValueHeads: 12,
  feedForward: 3072,
  context: 4096,
  vocabulary: 32_000,
};

const endOfTurn = "<|im_end|>";
const chatTemplate =
  "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}{% endfor %}" +
  "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

/**
 * A LLaMA with random weights for speed measurements, written to `folder` on first use: a trained demo
 * model is too small to show what costs time, and real ones cannot be committed. Returns its path.
 */
export async function randomLlama(folder: string): Promise<string> {
  const file = path.join(folder, "random-llama-138m-q8_0.gguf");
  if (!existsSync(file)) {
    await mkdir(folder, { recursive: true });
    await writeGguf(`${file}.partial`, metadata(), tensors());
    await rename(`${file}.partial`, file);
  }
  return file;
}

function metadata(): Record<string, GgufValue> {
  const tokens = vocabulary();
  const uint32 = (value: number): GgufValue => ({ type: "uint32", value });
  return {
    "general.architecture": { type: "string", value: "llama" },
    "general.name": { type: "string", value: "Random LLaMA for benchmarks" },
    "llama.context_length": uint32(shape.context),
    "llama.embedding_length": uint32(shape.width),
    "llama.block_count": uint32(shape.layers),
    "llama.feed_forward_length": uint32(shape.feedForward),
    "llama.attention.head_count": uint32(shape.heads),
    "llama.attention.head_count_kv": uint32(shape.keyValueHeads),
    "llama.attention.layer_norm_rms_epsilon": { type: "float32", value: 1e-5 },
    "llama.rope.dimension_count": uint32(shape.width / shape.heads),
    "llama.vocab_size": uint32(shape.vocabulary),
    "tokenizer.ggml.model": { type: "string", value: "gpt2" },
    "tokenizer.ggml.pre": { type: "string", value: "gpt-2" },
    "tokenizer.ggml.tokens": { type: "strings", value: tokens },
    // 3 marks control tokens, 1 ordinary ones.
    "tokenizer.ggml.token_type": {
      type: "int32s",
      value: tokens.map((token) => (token.startsWith("<|") ? 3 : 1)),
    },
    "tokenizer.ggml.merges": { type: "strings", value: ["a b"] },
    "tokenizer.ggml.eos_token_id": uint32(tokens.indexOf(endOfTurn)),
    "tokenizer.chat_template": { type: "string", value: chatTemplate },
  };
}

/** All bytes in GPT-2's printable alphabet, the ChatML markers, and invented words up to the full size. */
function vocabulary(): string[] {
  const isPrintable = (byte: number) =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || (byte >= 174 && byte <= 255);
  let shifted = 256;
  const bytes = Array.from({ length: 256 }, (_, byte) =>
    String.fromCodePoint(isPrintable(byte) ? byte : shifted++),
  );
  const tokens = [...bytes, "<|im_start|>", endOfTurn, "ab"];
  for (let index = 0; tokens.length < shape.vocabulary; index++) {
    tokens.push(`\u0120w${index.toString(36)}`);
  }
  return tokens;
}

function tensors(): GgufTensor[] {
  const random = xorshift(42);
  const weights = (name: string, columns: number, rows: number): GgufTensor => ({
    name,
    shape: [columns, rows],
    ggmlType: 8,
    data: () => randomQ8(columns * rows, random),
  });
  const norm = (name: string): GgufTensor => ({
    name,
    shape: [shape.width],
    ggmlType: 0,
    data: () => Buffer.from(new Float32Array(shape.width).fill(1).buffer),
  });
  const { width, feedForward } = shape;
  const list = [weights("token_embd.weight", width, shape.vocabulary), norm("output_norm.weight")];
  for (let layer = 0; layer < shape.layers; layer++) {
    const name = (part: string) => `blk.${layer}.${part}.weight`;
    list.push(norm(name("attn_norm")), norm(name("ffn_norm")));
    for (const part of ["attn_q", "attn_k", "attn_v", "attn_output"]) {
      list.push(weights(name(part), width, width));
    }
    list.push(weights(name("ffn_gate"), width, feedForward), weights(name("ffn_up"), width, feedForward));
    list.push(weights(name("ffn_down"), feedForward, width));
  }
  return list;
}

/** q8_0: per 32 values a half-precision scale and 32 signed bytes. */
function randomQ8(values: number, random: () => number): Buffer {
  const scale = 0x0d1f; // about 0.0003 as IEEE half: weights of a standard deviation near 0.02
  const blocks = values / 32;
  const bytes = Buffer.alloc(blocks * 34);
  for (let block = 0; block < blocks; block++) {
    const start = block * 34;
    bytes.writeUInt16LE(scale, start);
    for (let word = 0; word < 8; word++) {
      bytes.writeInt32LE(random(), start + 2 + word * 4);
    }
  }
  return bytes;
}

function xorshift(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state | 0;
  };
}
