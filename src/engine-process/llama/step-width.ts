/** The newest measurement's share of the average. */
const newestShare = 0.25;
/** Measurements before an average is believed; the first one of a width also pays for its setting up. */
const fewestMeasurements = 3;
/**
 * After so many steps another width is tried again: contexts grow, and other programs come and go. Trials that
 * change nothing become rarer, because a width that does not pay may take several times as long.
 */
const shortestPauseSteps = 100;
const longestPauseSteps = 1_600;
const trialSteps = 3;
/** Widths worth measuring: matrix kernels take four rows at a time, and some sixteen. */
const goodWidths = [16, 12, 8, 4, 2, 1];

interface Cost {
  milliseconds: number;
  measurements: number;
}

/**
 * How many answers a step of llama.cpp should advance. Several together share the reading of the weights,
 * but how much is gained depends on their format and the processor: for some, two at once take four times
 * as long as one. So each width is measured, and the one with the most tokens per second is used.
 */
export class StepWidth {
  readonly #costs: (Cost | undefined)[] = [];
  /** Steps whose width was chosen. */
  #steps = 0;
  #isChoice = false;
  #trials = 0;
  #pauseSteps = shortestPauseSteps;
  #trialAt = shortestPauseSteps;
  #bestBeforeTrial: number | undefined;

  /** For so many answers that could go on; the same until the next `record`. */
  choose(ready: number): number {
    this.#isChoice = ready > 1;
    if (!this.#isChoice) {
      return ready;
    }
    const widths = [ready, ...goodWidths.filter((width) => width < ready)];
    const unknown = widths.find((width) => (this.#costs[width]?.measurements ?? 0) < fewestMeasurements);
    if (unknown !== undefined) {
      return unknown;
    }
    const best = this.#fastest(widths);
    const others = widths.filter((width) => width !== best);
    const isTrial = this.#steps >= this.#trialAt;
    return (isTrial ? others[this.#trials % others.length] : undefined) ?? best;
  }

  record(width: number, milliseconds: number): void {
    const cost = this.#costs[width];
    const isFirst = cost === undefined || cost.measurements === 1;
    this.#costs[width] = {
      milliseconds: isFirst
        ? milliseconds
        : cost.milliseconds + (milliseconds - cost.milliseconds) * newestShare,
      measurements: (cost?.measurements ?? 0) + 1,
    };
    if (this.#isChoice && ++this.#steps === this.#trialAt + trialSteps) {
      this.#endTrial();
    }
  }

  #endTrial(): void {
    const best = this.#fastest([...this.#costs.keys()]);
    this.#pauseSteps =
      best === this.#bestBeforeTrial ? Math.min(2 * this.#pauseSteps, longestPauseSteps) : shortestPauseSteps;
    this.#bestBeforeTrial = best;
    this.#trialAt = this.#steps + this.#pauseSteps;
    this.#trials++;
  }

  #fastest(widths: readonly number[]): number {
    return widths.reduce((best, width) => (this.#speed(width) > this.#speed(best) ? width : best));
  }

  /** Answers per millisecond. */
  #speed(width: number): number {
    return width / (this.#costs[width]?.milliseconds ?? Infinity);
  }
}
