import type { PullPhase, PullProgress } from "./model";

/** Milliseconds from any fixed point. */
export type Clock = () => number;

const windowMs = 5000;
const minimumSpanMs = 500;
/** Between two reports of the same phase. */
const reportIntervalMs = 200;

/** Bytes of a whole pull over time: its speed over the last seconds, and what is left. */
export class PullMeter {
  readonly #totalBytes: number;
  readonly #now: Clock;
  readonly #samples: { at: number; bytes: number }[] = [];
  #lastReport = Number.NEGATIVE_INFINITY;
  #lastPhase: PullPhase | undefined;

  constructor(totalBytes: number, now: Clock) {
    this.#totalBytes = totalBytes;
    this.#now = now;
  }

  /** The progress to report, or undefined when the last report is too fresh. */
  report(phase: PullPhase, doneBytes: number, file: string): PullProgress | undefined {
    const at = this.#now();
    if (phase !== this.#lastPhase) {
      // Bytes read back from the disk say nothing about the network.
      this.#samples.length = 0;
    }
    this.#sample(at, doneBytes);
    if (phase === this.#lastPhase && at - this.#lastReport < reportIntervalMs) {
      return undefined;
    }
    this.#lastPhase = phase;
    this.#lastReport = at;
    const bytesPerSecond = phase === "downloading" ? this.#speed() : 0;
    const left = Math.max(0, this.#totalBytes - doneBytes);
    return {
      phase,
      doneBytes,
      totalBytes: this.#totalBytes,
      bytesPerSecond,
      ...(bytesPerSecond > 0 ? { secondsLeft: left / bytesPerSecond } : {}),
      file,
    };
  }

  #sample(at: number, bytes: number): void {
    const last = this.#samples.at(-1);
    if (last !== undefined && bytes < last.bytes) {
      this.#samples.length = 0;
    }
    this.#samples.push({ at, bytes });
    while ((this.#samples[1]?.at ?? at) < at - windowMs) {
      this.#samples.shift();
    }
  }

  #speed(): number {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.at - first.at < minimumSpanMs) {
      return 0;
    }
    return ((last.bytes - first.bytes) * 1000) / (last.at - first.at);
  }
}
