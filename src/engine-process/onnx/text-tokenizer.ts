import type { PreTrainedTokenizer } from "@huggingface/transformers";

export interface EncodedText {
  tokens: readonly number[];
  /** Which part of a pair each token belongs to; undefined where the tokenizer does not tell. */
  types: readonly number[] | undefined;
}

/** A text, or a pair of texts, with the special tokens that the model expects around it. */
export type EncodeText = (text: string, pair?: string) => EncodedText;

/** Texts as the tokenizer's files prescribe, for BERT's kind word by word. */
export function textTokenizer(tokenizer: PreTrainedTokenizer): EncodeText {
  if (goesWordByWord(tokenizer)) {
    return wordByWord(tokenizer);
  }
  return (text, pair) => {
    const { ids, token_type_ids: types } = tokenizer._tokenizer.encode(text, {
      text_pair: pair ?? null,
      return_token_type_ids: true,
    });
    return { tokens: ids, types };
  };
}

/** Whether the tokens of a text are those of what stands between its spaces. */
function goesWordByWord({ _tokenizer: tokenizer }: PreTrainedTokenizer): boolean {
  const { pre_tokenizer: splitter } = tokenizer["tokenizer"] as { pre_tokenizer?: { type?: string } | null };
  return (
    tokenizer.normalizer?.config.type === "BertNormalizer" &&
    splitter?.type === "BertPreTokenizer" &&
    tokenizer.model?.config.type === "WordPiece" &&
    !tokenizer.model.fuse_unk &&
    ![...tokenizer.get_added_tokens_decoder().values()].some(({ content }) => /\s/.test(content))
  );
}

/**
 * Most words are looked up: the library asks of each character whether it is an accent, an ideograph or a
 * control character, and tries each beginning of each word, which took a fortieth of a short text's time.
 */
function wordByWord({ _tokenizer: tokenizer }: PreTrainedTokenizer): EncodeText {
  const words = new KnownWords((word) => tokenizer.encode(word, { add_special_tokens: false }).ids);
  const single = frameOf(tokenizer, [placeholder]);
  const double = frameOf(tokenizer, [placeholder], [placeholder]);
  return (text, pair) =>
    // The library, too, takes an empty second text for none.
    pair ? fill(double, [words.tokensOf(text), words.tokensOf(pair)]) : fill(single, [words.tokensOf(text)]);
}

type Tokenizer = PreTrainedTokenizer["_tokenizer"];

/** What stands around texts: special tokens, and places for the texts. */
type Frame = readonly { token: number | undefined; type: number | undefined }[];

/** No token is spelt like this. */
const placeholder = "\0";

function frameOf({ post_processor: around, model }: Tokenizer, ...texts: [string[], string[]?]): Frame {
  const { tokens, token_type_ids: types } = around?.post_process(...texts) ?? {
    tokens: texts.flatMap((text) => text ?? []),
  };
  return tokens.map((token, at) => ({
    token: token === placeholder ? undefined : (model?.tokens_to_ids.get(token) ?? model?.unk_token_id ?? 0),
    type: types?.[at],
  }));
}

function fill(frame: Frame, texts: readonly (readonly number[])[]): EncodedText {
  const tokens: number[] = [];
  const types: number[] = [];
  let text = 0;
  for (const { token, type } of frame) {
    const added = token === undefined ? (texts[text++] ?? []) : [token];
    for (const one of added) {
      tokens.push(one);
      types.push(type ?? 0);
    }
  }
  return { tokens, types: frame.every(({ type }) => type === undefined) ? undefined : types };
}

/** Some megabytes. */
const mostWords = 20_000;
/** Longer ones seldom come again. */
const longestWord = 32;

/** The tokens of words that were seen before. */
class KnownWords {
  readonly #encode: (word: string) => readonly number[];
  readonly #known = new Map<string, readonly number[]>();

  constructor(encode: (word: string) => readonly number[]) {
    this.#encode = encode;
  }

  tokensOf(text: string): number[] {
    const tokens: number[] = [];
    for (const word of text.split(/[ \t\n\r]+/)) {
      for (const token of this.#known.get(word) ?? this.#learn(word)) {
        tokens.push(token);
      }
    }
    return tokens;
  }

  #learn(word: string): readonly number[] {
    const tokens = this.#encode(word);
    if (word.length <= longestWord) {
      if (this.#known.size >= mostWords) {
        this.#known.clear();
      }
      this.#known.set(copyOf(word), tokens);
    }
    return tokens;
  }
}

/** A part of a text keeps the whole text in memory. */
function copyOf(word: string): string {
  return Buffer.from(word, "utf16le").toString("utf16le");
}
