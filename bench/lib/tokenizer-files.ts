/** `tokenizer.json` files (https://huggingface.co/docs/tokenizers) of two kinds. */

interface TokenizerFile {
  model: { vocab: Record<string, number> } & Record<string, unknown>;
  [name: string]: unknown;
}

/** GPT-2's: any text as bytes, and what the merges make of them. Special tokens come first. */
export function byteTokenizer(
  special: readonly string[],
  merges: readonly [string, string][],
): TokenizerFile {
  const level = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true };
  return {
    ...common(special),
    normalizer: null,
    pre_tokenizer: level,
    post_processor: null,
    decoder: level,
    model: {
      type: "BPE",
      vocab: numbered([...special, ...byteSymbols(), ...merges.map((pair) => pair.join(""))]),
      merges: merges.map((pair) => pair.join(" ")),
    },
  };
}

/** BERT's: knows whole words, and spells others with single letters. */
export function wordTokenizer(words: readonly string[]): TokenizerFile {
  const special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"];
  const letters = Array.from({ length: 26 }, (_, index) => String.fromCharCode(97 + index));
  const token = (id: string, type: number) => ({ SpecialToken: { id, type_id: type } });
  const part = (id: string, type: number) => ({ Sequence: { id, type_id: type } });
  return {
    ...common(special),
    normalizer: {
      type: "BertNormalizer",
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: true,
      lowercase: true,
    },
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: {
      type: "TemplateProcessing",
      single: [token("[CLS]", 0), part("A", 0), token("[SEP]", 0)],
      pair: [token("[CLS]", 0), part("A", 0), token("[SEP]", 0), part("B", 1), token("[SEP]", 1)],
      special_tokens: Object.fromEntries(
        special.map((id, index) => [id, { id, ids: [index], tokens: [id] }]),
      ),
    },
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    model: {
      type: "WordPiece",
      unk_token: "[UNK]",
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 100,
      // Some words are letters; the ids have no gaps.
      vocab: numbered([
        ...new Set([...special, ...words, ...letters, ...letters.map((letter) => `##${letter}`)]),
      ]),
    },
  };
}

function common(special: readonly string[]) {
  const added_tokens = special.map((content, id) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  }));
  return { version: "1.0", truncation: null, padding: null, added_tokens };
}

function numbered(tokens: readonly string[]): Record<string, number> {
  return Object.fromEntries(tokens.map((token, index) => [token, index]));
}

/** GPT-2's printable stand-ins for the 256 bytes, in the order of the bytes. */
function byteSymbols(): string[] {
  const isPrintable = (byte: number) =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff);
  let others = 0;
  return Array.from({ length: 256 }, (_, byte) =>
    String.fromCharCode(isPrintable(byte) ? byte : 256 + others++),
  );
}
