import type { LlamaModel, Token } from "node-llama-cpp";

/** Tokens that detokenizing looks back at to get spaces between words right. */
const lookBack = 8;
/** A character needs at most four bytes, so waiting longer for a broken one to complete is pointless. */
const mostTokensOfACharacter = 4;

/** Turns a stream of tokens into text, holding back bytes of unfinished characters. */
export class TokenDecoder {
  readonly #model: LlamaModel;
  readonly #showControlTokens: boolean;
  #previous: Token[] = [];
  #waiting: Token[] = [];

  constructor(model: LlamaModel, showControlTokens: boolean) {
    this.#model = model;
    this.#showControlTokens = showControlTokens;
  }

  push(token: Token): string {
    this.#waiting.push(token);
    const text = this.#decode();
    if (text.endsWith("\uFFFD") && this.#waiting.length < mostTokensOfACharacter) {
      return "";
    }
    this.#release();
    return text;
  }

  /** What was held back when the stream ended. */
  finish(): string {
    const text = this.#waiting.length === 0 ? "" : this.#decode();
    this.#release();
    return text;
  }

  #decode(): string {
    return this.#model.detokenize(this.#waiting, this.#showControlTokens, this.#previous);
  }

  #release(): void {
    this.#previous = [...this.#previous, ...this.#waiting].slice(-lookBack);
    this.#waiting = [];
  }
}
