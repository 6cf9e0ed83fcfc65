import type { Reading } from "../../../src/protocol/evaluation-view";
import { strings } from "../strings";
import { mergedRuns, runsOf } from "./marked-runs";

type Parts = NonNullable<Reading["parts"]>;

/** One side's text; what the other side does not have is marked, also for screen readers. */
export function MarkedText({ parts, side }: { parts: Parts; side: "first" | "second" }) {
  return (
    <div class="plain-text" dir="auto">
      {runsOf(parts, side).map(({ text, isMarked }, index) =>
        isMarked ? (
          <mark key={index} class={`marked is-${side}`}>
            <Spoken text={strings.onlyHere()} />
            {text}
            <Spoken text={strings.endOfDifference()} />
          </mark>
        ) : (
          text
        ),
      )}
    </div>
  );
}

/** Both texts in one: what only the first has is struck through, what only the second has is underlined. */
export function MergedText({ parts }: { parts: Parts }) {
  return (
    <div class="plain-text" dir="auto">
      {mergedRuns(parts).map(({ side, text }, index) => {
        if (side === "both") {
          return text;
        }
        const Mark = side === "first" ? "del" : "ins";
        return (
          <Mark key={index} class={`marked is-${side}`}>
            <Spoken text={side === "first" ? strings.onlyInFirst() : strings.onlyInSecond()} />
            {text}
            <Spoken text={strings.endOfDifference()} />
          </Mark>
        );
      })}
    </div>
  );
}

function Spoken({ text }: { text: string }) {
  return <span class="visually-hidden"> {text} </span>;
}
