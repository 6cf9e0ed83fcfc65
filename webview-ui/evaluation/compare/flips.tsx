import type { Comparison, Flip, PromptPlace } from "../../../src/protocol/evaluation-view";
import { Icon } from "../../shared/icon";
import { strings } from "../strings";

interface FlipsProps {
  flips: Comparison["flips"];
  onRead: (place: PromptPlace, run: number) => void;
}

/** Checks that only one side passed; each opens both responses side by side. */
export function Flips({ flips: { gained, lost, listed }, onRead }: FlipsProps) {
  const unlisted = gained + lost - listed.length;
  return (
    <section aria-label={strings.flips()}>
      <h2>{strings.flips()}</h2>
      <p class="hint">{listed.length === 0 ? strings.noFlips() : strings.flipsHint(gained, lost)}</p>
      <ul class="flips">
        {listed.map((flip, index) => (
          <FlipItem key={index} flip={flip} onRead={onRead} />
        ))}
      </ul>
      {unlisted > 0 && <p class="hint">{strings.moreFlips(unlisted)}</p>}
    </section>
  );
}

function FlipItem({ flip, onRead }: { flip: Flip; onRead: FlipsProps["onRead"] }) {
  const { change, place, run, expected, message } = flip;
  return (
    <li>
      <button type="button" class={`flip is-${change}`} onClick={() => onRead(place, run)}>
        <span class="flip-change">
          <Icon name={change === "gained" ? "arrow-up" : "arrow-down"} />
          {change === "gained" ? strings.gained() : strings.lost()}
        </span>
        <span class="flip-place">
          {strings.andThen([strings.sequenceAndPrompt(place.sequence, place.prompt), strings.runNumber(run)])}
        </span>
        <span class="flip-check hint">{message ?? expected}</span>
      </button>
    </li>
  );
}
