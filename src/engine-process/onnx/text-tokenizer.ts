import type { PreTrainedTokenizer } from "@huggingface/transformers";

export interface EncodedText {
  tokens: readonly number[];
  /** Which part of a pair each token belongs to; undefined where all belong to the first. */
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
    pair ? fill(double, [text, pair], words) : fill(single, [text], words);
}

type Tokenizer = PreTrainedTokenizer["_tokenizer"];

/** What stands around texts: special tokens, and places for the texts. */
interface Frame {
  places: readonly { token: number | undefined; type: number }[];
  /** Some are of another type than 0. */
  hasTypes: boolean;
}

/** No token is spelt like this. */
const placeholder = "\0";

function frameOf({ post_processor: around, model }: Tokenizer, ...texts: [string[], string[]?]): Frame {
  const { tokens, token_type_ids: types } = around?.post_process(...texts) ?? {
    tokens: texts.flatMap((text) => text ?? []),
  };
  const places = tokens.map((token, at) => ({
    token: token === placeholder ? undefined : (model?.tokens_to_ids.get(token) ?? model?.unk_token_id ?? 0),
    type: types?.[at] ?? 0,
  }));
  return { places, hasTypes: places.some(({ type }) => type !== 0) };
}

function fill({ places, hasTypes }: Frame, texts: readonly string[], words: KnownWords): EncodedText {
  const tokens: number[] = [];
  const types: number[] | undefined = hasTypes ? [] : undefined;
  let text = 0;
  for (const { token, type } of places) {
    if (token === undefined) {
      words.addTokens(texts[text++] ?? "", tokens);
    } else {
      tokens.push(token);
    }
    while (types && types.length < tokens.length) {
      types.push(type);
    }
  }
  return { tokens, types };
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

  addTokens(text: string, tokens: number[]): void {
    let start = 0;
    for (let at = 0; at <= text.length; at++) {
      if (at < text.length && !isSpace(text.charCodeAt(at))) {
        continue;
      }
      if (at > start) {
        const word = text.slice(start, at);
        for (const token of this.#known.get(word) ?? this.#learn(word)) {
          tokens.push(token);
        }
      }
      start = at + 1;
    }
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

/** Space, tab, line feed and carriage return. */
function isSpace(code: number): boolean {
  return code === 32 || code === 9 || code === 10 || code === 13;
}

/** A part of a text keeps the whole text in memory. */
function copyOf(word: string): string {
  return Buffer.from(word, "utf16le").toString("utf16le");
}
