/** What was measured with one thread count. */
export interface Trial {
  threads: number;
  /** Milliseconds of each sample. */
  samples: number[];
}

/**
 * The fewest threads with which the fastest gains less than `worthwhileGain`, a factor above 1; undefined when
 * one count was never tried.
 */
export function bestThreads(trials: readonly Trial[], worthwhileGain: number): number | undefined {
  const times = trials.map(({ samples }) => median(samples));
  const fastest = Math.min(...times);
  return times.every(Number.isFinite)
    ? trials.find((_, index) => (times[index] ?? Infinity) <= fastest * worthwhileGain)?.threads
    : undefined;
}

/** For the log. */
export function describeTrials(trials: readonly Trial[]): string {
  return trials
    .map(({ threads, samples }) => `${median(samples).toFixed(1)} ms with ${threads} threads`)
    .join(", ");
}

/** Infinity of nothing. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Infinity;
}
