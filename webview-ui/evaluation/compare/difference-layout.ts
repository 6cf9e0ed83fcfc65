import type { ComparedMeasure } from "../../../src/protocol/evaluation-view";

/** 0…100: places on a line whose middle is no difference. */
export interface DifferencePlaces {
  difference: number;
  low: number | undefined;
  high: number | undefined;
}

/** The same room on both sides of 0, so that lines of one measure can be compared by eye. */
export function placesOf({ difference, low, high }: ComparedMeasure, reach: number): DifferencePlaces {
  const place = (value: number) => (reach > 0 ? 50 + Math.max(-48, Math.min(48, (value / reach) * 48)) : 50);
  return {
    difference: place(difference),
    low: low === null ? undefined : place(low),
    high: high === null ? undefined : place(high),
  };
}

/** Scores share one reach; other measures have units of their own. */
export function reachOf(measure: ComparedMeasure, all: readonly ComparedMeasure[]): number {
  const isScore = ({ kind }: ComparedMeasure) => kind === "score" || kind === "criterion";
  const peers = isScore(measure) ? all.filter(isScore) : [measure];
  return Math.max(
    ...peers.flatMap(({ difference, low, high }) =>
      [difference, low ?? 0, high ?? 0].map((value) => Math.abs(value)),
    ),
  );
}

export type Verdict = "first" | "second" | "chance" | "unknown";

/** Which side is better, where the interval leaves no room for chance. */
export function verdictOf({ kind, low, high }: ComparedMeasure): Verdict | "different" {
  if (low === null || high === null) {
    return "unknown";
  }
  if (low <= 0 && high >= 0) {
    return "chance";
  }
  // Longer is neither better nor worse.
  if (kind === "generatedTokens") {
    return "different";
  }
  const isLessBetter = kind === "timeToFirstTokenMs";
  return low > 0 === isLessBetter ? "first" : "second";
}
