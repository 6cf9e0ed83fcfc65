import type { Reading } from "../../../src/protocol/evaluation-view";
import { strings } from "../strings";
import { wordCounts } from "./marked-runs";

interface LegendProps {
  parts: NonNullable<Reading["parts"]>;
  /** Whether both texts are shown as one, in which other marks are used. */
  isMerged: boolean;
}

/** What the marks mean, and how much differs. */
export function Legend({ parts, isMerged }: LegendProps) {
  if (parts.every(({ side }) => side === "both")) {
    return <p class="reading-legend hint">{strings.sameText()}</p>;
  }
  const { first, second, shared } = wordCounts(parts);
  const First = isMerged ? "del" : "mark";
  const Second = isMerged ? "ins" : "mark";
  return (
    <p class="reading-legend hint">
      <span>
        <First class="marked is-first">{strings.firstMark()}</First> {strings.wordsOnly(first)}
      </span>
      <span>
        <Second class="marked is-second">{strings.secondMark()}</Second> {strings.wordsOnly(second)}
      </span>
      <span>{strings.wordsShared(shared)}</span>
    </p>
  );
}
