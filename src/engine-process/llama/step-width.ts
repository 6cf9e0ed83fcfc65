/** The newest measurement's share of the average. */
const newestShare = 0.25;
/** Measurements before an average is believed; the first one of a width also pays for its setting up. */
const fewestMeasurements = 3;
/** Every so many steps another width is tried again: contexts grow, and other programs come and go. */
const trialEverySteps = 100;
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
  #steps = 0;

  /** For so many answers that could go on. */
  choose(ready: number): number {
    if (ready <= 1) {
      return ready;
    }
    const widths = [ready, ...goodWidths.filter((width) => width < ready)];
    const unknown = widths.find((width) => (this.#costs[width]?.measurements ?? 0) < fewestMeasurements);
    if (unknown !== undefined) {
      return unknown;
    }
    const trial = Math.floor(++this.#steps / trialEverySteps);
    if (trial > 0 && this.#steps % trialEverySteps < trialSteps) {
      return widths[trial % widths.length] ?? ready;
    }
    return widths.reduce((best, width) => (this.#speed(width) > this.#speed(best) ? width : best));
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
  }

  #speed(width: number): number {
    return width / (this.#costs[width]?.milliseconds ?? Infinity);
  }
}
