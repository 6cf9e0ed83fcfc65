import { existsSync } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import path from "node:path";
import { type GgufTensor, type GgufValue, writeGguf } from "./gguf-writer";
import { byteTokens } from "./gpt2-bytes";
import { xorshift } from "./xorshift";

/** The shape of a small but honest LLaMA: about 138 million weights, 147 MB as q8_0, 78 MB as q4_K. */
const shape = {
  width: 768,
  layers: 12,
  heads: 12,
  keyValueHeads: 12,
  feedForward: 3072,
  context: 4096,
  vocabulary: 32_000,
};

/** How the weights are stored; most models that people run locally are q4_K. */
type WeightFormat = keyof typeof weightFormats;

const weightFormats = {
  q8_0: (values: number, random: () => number) => ({
    ggmlType: 8 as const,
    data: () => randomQ8(values, random),
  }),
  q4_K: (values: number, random: () => number) => ({
    ggmlType: 12 as const,
    data: () => randomQ4K(values, random),
  }),
};

const endOfTurn = "<|im_end|>";
const chatTemplate =
  "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}{% endfor %}" +
  "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

/**
 * A LLaMA with random weights for speed measurements, written to `folder` on first use: a trained demo
 * model is too small to show what costs time, and real ones cannot be committed. Returns its path.
 */
export async function randomLlama(folder: string, format: WeightFormat = "q8_0"): Promise<string> {
  const file = path.join(folder, `random-llama-138m-${format}.gguf`);
  if (!existsSync(file)) {
    await mkdir(folder, { recursive: true });
    await writeGguf(`${file}.partial`, metadata(), tensors(format));
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
  const tokens = [...byteTokens(), "<|im_start|>", endOfTurn, "ab"];
  for (let index = 0; tokens.length < shape.vocabulary; index++) {
    tokens.push(`\u0120w${index.toString(36)}`);
  }
  return tokens;
}

function tensors(format: WeightFormat): GgufTensor[] {
  const random = xorshift(42);
  const weights = (name: string, columns: number, rows: number): GgufTensor => ({
    name,
    shape: [columns, rows],
    ...weightFormats[format](columns * rows, random),
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
  return randomBlocks(values / 32, 34, [scale], random);
}

/**
 * q4_K: per 256 values two half-precision scales, of the 4-bit values and of the offsets that are taken from
 * them, then 6-bit factors and the values.
 */
function randomQ4K(values: number, random: () => number): Buffer {
  const scale = 0x068e; // about 0.0001
  const offsetScale = 0x1225; // 7.5 times as much, so that the values' mean is near zero
  return randomBlocks(values / 256, 144, [scale, offsetScale], random);
}

function randomBlocks(blocks: number, size: number, head: number[], random: () => number): Buffer {
  const bytes = Buffer.alloc(blocks * size);
  for (let start = 0; start < bytes.length; start += size) {
    let at = start;
    for (const half of head) {
      at = bytes.writeUInt16LE(half, at);
    }
    while (at < start + size) {
      at = bytes.writeInt32LE(random(), at);
    }
  }
  return bytes;
}
