/** Decides whether and when a crashed model is started again: a few times, with growing pauses, then no more. */
export class RestartPolicy {
  readonly #pausesMs: readonly number[];
  readonly #windowMs: number;
  #restartedAt: number[] = [];

  constructor({
    restartPausesMs,
    restartWindowMs,
  }: {
    restartPausesMs: readonly number[];
    restartWindowMs: number;
  }) {
    this.#pausesMs = restartPausesMs;
    this.#windowMs = restartWindowMs;
  }

  /** Counts a restart and gives the pause before it, in milliseconds; undefined when there were too many. */
  next(now: number): { attempt: number; pauseMs: number } | undefined {
    this.#restartedAt = this.#restartedAt.filter((at) => now - at < this.#windowMs);
    const pauseMs = this.#pausesMs[this.#restartedAt.length];
    if (pauseMs === undefined) {
      return undefined;
    }
    this.#restartedAt.push(now);
    return { attempt: this.#restartedAt.length, pauseMs };
  }
}
