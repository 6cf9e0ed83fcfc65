import type { PreTrainedTokenizer } from "@huggingface/transformers";

/** What a decoder puts where bytes are not yet a character. */
const replacement = "\uFFFD";
/** No character needs more; what is incomplete then stays so. */
const mostTokensOfCharacter = 8;

/**
 * Text of streamed tokens. A token's text depends on those before it, and characters may be spread over several
 * tokens; so a few earlier tokens are decoded along, and what is incomplete waits.
 */
export class TokenText {
  readonly #tokenizer: PreTrainedTokenizer;
  /** Tokens whose text was given already, for context, then those whose text was not. */
  #tokens: number[] = [];
  #given = 0;

  constructor(tokenizer: PreTrainedTokenizer) {
    this.#tokenizer = tokenizer;
  }

  push(token: number): string {
    this.#tokens.push(token);
    return this.#take(false);
  }

  /** What is left, incomplete characters included. */
  finish(): string {
    return this.#tokens.length > this.#given ? this.#take(true) : "";
  }

  #take(all: boolean): string {
    const before = this.#decode(this.#tokens.slice(0, this.#given));
    const whole = this.#decode(this.#tokens);
    const mayComplete = this.#tokens.length - this.#given < mostTokensOfCharacter;
    if (whole.length <= before.length || (!all && mayComplete && whole.endsWith(replacement))) {
      return "";
    }
    this.#tokens = this.#tokens.slice(this.#given);
    this.#given = this.#tokens.length;
    return whole.slice(before.length);
  }

  #decode(tokens: number[]): string {
    return tokens.length === 0
      ? ""
      : this.#tokenizer.decode(tokens, { skip_special_tokens: true, clean_up_tokenization_spaces: false });
  }
}
