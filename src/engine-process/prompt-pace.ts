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

/** Behind so many tokens of context a token takes noticeably longer than at the beginning of a prompt. */
const beginningTokens = 512;
/** A machine that has become busy since may be slower at the beginning, too. */
const largestAdvantage = 2;

/** Chooses how many prompt tokens are evaluated at once, from how fast earlier ones were. */
export class PromptPace {
  readonly #mostTokens: number;
  #tokensPerMs = unknownPaceTokens / targetMs;
  /** At the beginning of the latest prompt. */
  #tokensPerMsAtBeginning = 0;
  #trusted = unknownPaceTokens;

  constructor(mostTokens = llamaBatchTokens) {
    this.#mostTokens = mostTokens;
  }

  /** @param before tokens of context before them */
  chunkTokens(before = 0): number {
    return this.#fitting(targetMs, before);
  }

  /** The same while somebody waits for the next token of an answer. */
  briefChunkTokens(before = 0): number {
    return this.#fitting(briefTargetMs, before);
  }

  /** @param before tokens of context before them */
  record(tokens: number, elapsedMs: number, before = 0): void {
    if (tokens >= tellingTokens) {
      this.#tokensPerMs = tokens / Math.max(1, elapsedMs);
      if (before < beginningTokens) {
        this.#tokensPerMsAtBeginning = this.#tokensPerMs;
      }
      this.#trusted = tokens * largestGrowth;
    }
  }

  #fitting(milliseconds: number, before: number): number {
    const fitting = Math.floor(this.#paceBehind(before) * milliseconds);
    return Math.max(fewestTokens, Math.min(this.#mostTokens, this.#trusted, fitting));
  }

  #paceBehind(before: number): number {
    const latest = this.#tokensPerMs;
    return before < beginningTokens
      ? Math.max(latest, Math.min(this.#tokensPerMsAtBeginning, latest * largestAdvantage))
      : latest;
  }
}
