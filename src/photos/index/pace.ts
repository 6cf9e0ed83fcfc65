/** What happened longer ago than this hardly counts. */
const memoryMs = 8_000;
/** Before that, any guess would be far off. */
const fewestMs = 1_000;

/** How many per second, smoothed over the last seconds (an exponential moving average over time). */
export class Pace {
  readonly #startedAt: number;
  #at: number;
  #average = 0;

  constructor(now: number) {
    this.#startedAt = now;
    this.#at = now;
  }

  get perSecond(): number {
    // Weighs what there is as if it were all there ever was.
    const known = 1 - Math.exp((this.#startedAt - this.#at) / memoryMs);
    return known > 0 ? (this.#average / known) * 1000 : 0;
  }

  /** So many were done since the last time. */
  add(count: number, now: number): void {
    const elapsed = Math.max(1, now - this.#at);
    const kept = Math.exp(-elapsed / memoryMs);
    this.#average = this.#average * kept + (count / elapsed) * (1 - kept);
    this.#at += elapsed;
  }

  /** Null while nobody can tell. */
  secondsFor(count: number): number | null {
    const { perSecond } = this;
    return perSecond > 0 && this.#at - this.#startedAt >= fewestMs ? count / perSecond : null;
  }
}
