/** How long one chunk of a prompt may take: a running evaluation cannot be cancelled, so this bounds a stop. */
const targetMs = 700;
const unknownPaceTokens = 16;
const fewestTokens = 8;
/** llama.cpp evaluates this many at once; longer chunks gain nothing. */
const mostTokens = 512;
/** One measurement may be off, so trust grows in steps. */
const largestGrowth = 16;

/** Chooses how many prompt tokens are evaluated at once, from how fast earlier ones were. */
export class PromptPace {
  #tokens = unknownPaceTokens;

  get chunkTokens(): number {
    return this.#tokens;
  }

  record(tokens: number, elapsedMs: number): void {
    const fitting = Math.floor((tokens * targetMs) / Math.max(1, elapsedMs));
    this.#tokens = Math.max(fewestTokens, Math.min(mostTokens, fitting, tokens * largestGrowth));
  }
}
