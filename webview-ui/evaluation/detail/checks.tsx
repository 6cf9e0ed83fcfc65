import type { CheckLine } from "../../../src/protocol/evaluation-view";
import { Icon } from "../../shared/icon";
import { strings } from "../strings";

/** Each check with what was expected and what was there instead. */
export function Checks({ checks }: { checks: readonly CheckLine[] }) {
  return (
    <section aria-label={strings.checks()}>
      <h3>{strings.checks()}</h3>
      <ul class="checks">
        {checks.map((check, index) => (
          <li key={index} class={`check ${outcomeOf(check).class}`}>
            <div class="check-head">
              <Icon name={outcomeOf(check).icon} />
              <b>{outcomeOf(check).text}</b>
              <span class="hint">{check.kind}</span>
            </div>
            <dl class="check-values">
              <dt>{strings.expected()}</dt>
              <dd dir="auto">{check.expected}</dd>
              {check.passed !== true && check.actual !== null && (
                <>
                  <dt>{strings.actual()}</dt>
                  <dd dir="auto">{check.actual}</dd>
                </>
              )}
            </dl>
            {check.message !== null && <p class="check-message">{check.message}</p>}
          </li>
        ))}
      </ul>
    </section>
  );
}

function outcomeOf({ passed }: CheckLine): { class: string; icon: string; text: string } {
  if (passed === null) {
    return { class: "is-unknown", icon: "question", text: strings.notTold() };
  }
  return passed
    ? { class: "is-passed", icon: "pass", text: strings.passed() }
    : { class: "is-failed", icon: "error", text: strings.notPassed() };
}
