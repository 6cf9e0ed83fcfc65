/** How long one chunk of a prompt may take: a running evaluation cannot be cancelled, so this bounds a stop. */
const targetMs = 700;
/** The same while another answer is being written, which stands still meanwhile. */
const briefTargetMs = 200;
const unknownPaceTokens = 8;
const fewestTokens = 8;
/** llama.cpp evaluates this many at once; longer chunks gain nothing. */
const llamaBatchTokens = 512;
/** One measurement may be off, so trust grows in steps. */
const largestGrowth = 16;
/** A few tokens cost nearly as much as one, which says nothing about many. */
const tellingTokens = 8;

/** Chooses how many prompt tokens are evaluated at once, from how fast earlier ones were. */
export class PromptPace {
  readonly #mostTokens: number;
  #tokensPerMs = unknownPaceTokens / targetMs;
  #trusted = unknownPaceTokens;

  constructor(mostTokens = llamaBatchTokens) {
    this.#mostTokens = mostTokens;
  }

  get chunkTokens(): number {
    return this.#fitting(targetMs);
  }

  get briefChunkTokens(): number {
    return this.#fitting(briefTargetMs);
  }

  record(tokens: number, elapsedMs: number): void {
    if (tokens >= tellingTokens) {
      this.#tokensPerMs = tokens / Math.max(1, elapsedMs);
      this.#trusted = tokens * largestGrowth;
    }
  }

  #fitting(milliseconds: number): number {
    const fitting = Math.floor(this.#tokensPerMs * milliseconds);
    return Math.max(fewestTokens, Math.min(this.#mostTokens, this.#trusted, fitting));
  }
}
