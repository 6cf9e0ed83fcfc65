/** A step that takes so many times what it took before is stalled, not busy. */
const stalledFactor = 4;
const stalledSteps = 3;
const shortestBrakeMs = 4_000;
const longestBrakeMs = 60_000;
/** Each step that goes well makes the next brake this much shorter. */
const calmer = 0.99;
/** Contexts grow and steps with them: what counts as usual follows slowly. */
const usualGrowth = 1.002;

/**
 * Takes threads away while they stall each other. They meet at every layer of a model, so one whose core is
 * busy with another program holds up all of them, and an answer comes many times slower than with fewer.
 */
export class ThreadBrake {
  /** By how many answers a step advances. */
  readonly #usualMs: (number | undefined)[] = [];
  #stalled = 0;
  #brakeMs = shortestBrakeMs;
  #brakesUntil = -Infinity;

  /** Of so many wanted threads, how many a step should use now. */
  allowed(wanted: number, now: number): number {
    return now < this.#brakesUntil ? Math.max(1, Math.floor(wanted / 2)) : wanted;
  }

  /** A step with all the wanted threads, or with fewer while it brakes. */
  record(width: number, milliseconds: number, now: number): void {
    if (now < this.#brakesUntil) {
      return;
    }
    const usual = this.#usualMs[width];
    if (usual === undefined || milliseconds < usual * stalledFactor) {
      this.#usualMs[width] = Math.min(milliseconds, (usual ?? Infinity) * usualGrowth);
      this.#brakeMs = Math.max(shortestBrakeMs, this.#brakeMs * calmer);
      this.#stalled = 0;
      return;
    }
    if (++this.#stalled >= stalledSteps) {
      this.#stalled = 0;
      this.#brakesUntil = now + this.#brakeMs;
      this.#brakeMs = Math.min(longestBrakeMs, this.#brakeMs * 2);
    }
  }
}
