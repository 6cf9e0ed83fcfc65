import type { PreTrainedTokenizer } from "@huggingface/transformers";

/** Invisible, and enough that a tokenizer takes the text for text. */
const zeroWidthSpace = "\u200B";

/** How the tokens are written that a tokenizer takes for marks rather than for text. */
export function specialTokensOf(tokenizer: PreTrainedTokenizer): string[] {
  const ids = (tokenizer as unknown as { all_special_ids: readonly number[] }).all_special_ids;
  return ids
    .map((id) => tokenizer.decode([id], { skip_special_tokens: false, clean_up_tokenization_spaces: false }))
    .filter((token) => token.length > 1);
}

/** What somebody wrote must not end a turn or begin another: special tokens in it lose their meaning. */
export function asPlainText(text: string, specialTokens: readonly string[]): string {
  return specialTokens.reduce(
    (plain, token) => plain.replaceAll(token, () => token.slice(0, 1) + zeroWidthSpace + token.slice(1)),
    text,
  );
}
