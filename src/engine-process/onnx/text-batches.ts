import type { Step } from "./turns";

/** A text's tokens and its place in the request. */
export interface TokenizedText {
  tokens: readonly number[];
  /** Which part of a pair each token belongs to, where there are pairs. */
  types?: readonly number[] | undefined;
  row: number;
}

export interface Padding {
  token: number;
  side: "left" | "right";
}

/** Most texts of one inference; more gain nothing. */
const mostTexts = 64;
/**
 * Most tokens of one inference, padding included: bounds the memory of its activations. Twice as many make a
 * text of 128 tokens a sixth slower, because they no longer fit into the processor's caches.
 */
export const mostBatchTokens = 1024;
/** Texts that are tokenised at once, which blocks the process. */
const tokenizedTexts = 64;

/** Tokenises the texts of a request without keeping others from their turn. */
export async function tokenizeAll(
  texts: readonly string[],
  step: Step,
  tokenize: (text: string, row: number) => TokenizedText,
): Promise<TokenizedText[]> {
  const tokenized: TokenizedText[] = [];
  for (let start = 0; start < texts.length; start += tokenizedTexts) {
    const portion = texts.slice(start, start + tokenizedTexts);
    const tokenizePortion = () => portion.map((text, index) => tokenize(text, start + index));
    // A single portion need not wait for its turn: the inference that follows does.
    const isOnly = texts.length <= tokenizedTexts;
    tokenized.push(...(isOnly ? tokenizePortion() : await step(() => Promise.resolve(tokenizePortion()))));
  }
  return tokenized;
}

/** Shortest first: texts of like length share a batch, because padding costs as much as text. */
export function sortedByLength(texts: readonly TokenizedText[]): readonly TokenizedText[] {
  return texts.length < 2 ? texts : [...texts].sort((a, b) => a.tokens.length - b.tokens.length);
}

/** The texts from `start` that fit into `tokenBudget` once padded, at least one. `sorted` is shortest first. */
export function nextBatch(
  sorted: readonly TokenizedText[],
  start: number,
  tokenBudget: number,
): TokenizedText[] {
  let end = start + 1;
  for (; end < sorted.length && end - start < mostTexts; end++) {
    if ((end - start + 1) * (sorted[end]?.tokens.length ?? 0) > tokenBudget) {
      break;
    }
  }
  return sorted.slice(start, end);
}

/** Where a text begins among the tokens of its row. */
export function firstToken({ tokens }: TokenizedText, longest: number, side: Padding["side"]): number {
  return side === "left" ? longest - tokens.length : 0;
}

/** Puts each row of a batch, which are of so many columns, to where its text was in the request. */
export function copyRows(
  rows: Float32Array,
  batch: readonly TokenizedText[],
  target: Float32Array,
  columns: number,
): void {
  for (const [index, { row }] of batch.entries()) {
    target.set(rows.subarray(index * columns, (index + 1) * columns), row * columns);
  }
}
