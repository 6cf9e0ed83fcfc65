import type { LlamaModel, Token } from "node-llama-cpp";

/** A model's own end-of-generation tokens. Asking the library takes longer than all else between two steps. */
export class EndTokens {
  readonly #model: Pick<LlamaModel, "isEogToken">;
  readonly #known = new Map<Token, boolean>();

  constructor(model: Pick<LlamaModel, "isEogToken">) {
    this.#model = model;
  }

  has(token: Token): boolean {
    let isEnd = this.#known.get(token);
    if (isEnd === undefined) {
      isEnd = this.#model.isEogToken(token);
      this.#known.set(token, isEnd);
    }
    return isEnd;
  }
}
