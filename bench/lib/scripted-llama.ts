import { type GgufTensor, type GgufValue, writeGguf } from "./gguf-writer";
import { byteTokens } from "./gpt2-bytes";

const endOfTurn = "<|im_end|>";
const plainTemplate =
  "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}{% endfor %}" +
  "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";
const contextLength = 2048;
const headWidth = 64;
const feedForward = 32;

/**
 * A LLaMA whose weights say what follows what: each token is a direction of its own, its layer adds nothing,
 * and the output layer turns the direction of a token into its successor. So it answers as `successors` says,
 * by the text of the last token, and ends its turn after any other. Texts that are not single characters
 * become tokens of their own.
 */
export async function writeScriptedLlama(
  path: string,
  successors: Record<string, string>,
  chatTemplate = plainTemplate,
): Promise<void> {
  const texts = [...Object.keys(successors), ...Object.values(successors)];
  const words = [...new Set(texts.filter((text) => text.length > 1 && text !== endOfTurn))];
  const bytes = byteTokens();
  const tokens = [...bytes, "<|im_start|>", endOfTurn, ...words];
  const idOf = (text: string) =>
    text.length === 1 ? text.charCodeAt(0) : tokens.indexOf(text, bytes.length);
  const end = idOf(endOfTurn);
  const next = tokens.map((_, id) => {
    const text = id < bytes.length ? String.fromCharCode(id) : (tokens[id] ?? "");
    const successor = successors[text];
    return successor === undefined ? end : idOf(successor);
  });
  const width = Math.ceil(tokens.length / headWidth) * headWidth;
  await writeGguf(path, metadata(tokens, words, width, end, chatTemplate), tensors(next, width));
}

function metadata(
  tokens: string[],
  words: readonly string[],
  width: number,
  end: number,
  chatTemplate: string,
): Record<string, GgufValue> {
  const uint32 = (value: number): GgufValue => ({ type: "uint32", value });
  return {
    "general.architecture": { type: "string", value: "llama" },
    "general.name": { type: "string", value: "Scripted LLaMA for tests" },
    "llama.context_length": uint32(contextLength),
    "llama.embedding_length": uint32(width),
    "llama.block_count": uint32(1),
    "llama.feed_forward_length": uint32(feedForward),
    "llama.attention.head_count": uint32(width / headWidth),
    "llama.attention.head_count_kv": uint32(width / headWidth),
    "llama.attention.layer_norm_rms_epsilon": { type: "float32", value: 1e-5 },
    "llama.rope.dimension_count": uint32(headWidth),
    "llama.vocab_size": uint32(tokens.length),
    "tokenizer.ggml.model": { type: "string", value: "gpt2" },
    "tokenizer.ggml.pre": { type: "string", value: "gpt-2" },
    "tokenizer.ggml.tokens": { type: "strings", value: tokens },
    // 3 marks control tokens, 4 those that are found in any text as they stand, 1 ordinary ones.
    "tokenizer.ggml.token_type": {
      type: "int32s",
      value: tokens.map((token) => (token.startsWith("<|") ? 3 : words.includes(token) ? 4 : 1)),
    },
    "tokenizer.ggml.merges": { type: "strings", value: ["\u0100 \u0100"] },
    "tokenizer.ggml.eos_token_id": uint32(end),
    "tokenizer.chat_template": { type: "string", value: chatTemplate },
  };
}

function tensors(next: readonly number[], width: number): GgufTensor[] {
  const matrix = (name: string, rows: number, columns: number, ones: readonly [number, number][] = []) => ({
    name,
    shape: [columns, rows],
    ggmlType: 0 as const,
    data: () => {
      const values = new Float32Array(rows * columns);
      for (const [row, column] of ones) {
        values[row * columns + column] = 1;
      }
      return Buffer.from(values.buffer);
    },
  });
  const norm = (name: string): GgufTensor => ({
    name,
    shape: [width],
    ggmlType: 0,
    data: () => Buffer.from(new Float32Array(width).fill(1).buffer),
  });
  return [
    matrix(
      "token_embd.weight",
      next.length,
      width,
      next.map((_, id) => [id, id]),
    ),
    norm("output_norm.weight"),
    matrix(
      "output.weight",
      next.length,
      width,
      next.map((successor, id) => [successor, id]),
    ),
    norm("blk.0.attn_norm.weight"),
    norm("blk.0.ffn_norm.weight"),
    ...["attn_q", "attn_k", "attn_v", "attn_output"].map((part) =>
      matrix(`blk.0.${part}.weight`, width, width),
    ),
    matrix("blk.0.ffn_gate.weight", feedForward, width),
    matrix("blk.0.ffn_up.weight", feedForward, width),
    matrix("blk.0.ffn_down.weight", width, feedForward),
  ];
}
