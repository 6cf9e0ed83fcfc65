import type { Reading } from "../../../src/protocol/evaluation-view";
import { strings } from "../strings";
import { runsOf } from "./marked-runs";

interface MarkedTextProps {
  parts: NonNullable<Reading["parts"]>;
  side: "first" | "second";
}

/** One side's text; what the other side does not have is marked, also for screen readers. */
export function MarkedText({ parts, side }: MarkedTextProps) {
  return (
    <div class="plain-text" dir="auto">
      {runsOf(parts, side).map(({ text, isMarked }, index) =>
        isMarked ? (
          <mark key={index} class={`marked is-${side}`}>
            <span class="visually-hidden">{strings.onlyHere()} </span>
            {text}
            <span class="visually-hidden"> {strings.endOfDifference()} </span>
          </mark>
        ) : (
          text
        ),
      )}
    </div>
  );
}
