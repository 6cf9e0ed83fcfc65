import type { Estimate } from "../../protocol/evaluation-view";
import { pairedDifference } from "../statistics/paired-bootstrap";

/** An interval is drawn, not reported to the third digit. */
const resamples = 2000;

export interface Observation {
  /** Values of one unit (the runs of one prompt) are no independent evidence. */
  unit: string;
  value: number;
}

/** Mean with the 95 % bootstrap interval over units; null without values. */
export function estimate(observations: readonly Observation[]): Estimate | null {
  const pairs = observations.map(({ unit, value }) => ({ unit, first: 0, second: value }));
  const { mean, interval } = pairedDifference(pairs, { resamples });
  return mean === undefined
    ? null
    : { mean, low: interval?.low ?? null, high: interval?.high ?? null, count: pairs.length };
}

/** Lets everything else in this thread have its turn: with many prompts an interval takes a moment. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
