import { useState } from "preact/hooks";
import type { EvaluationLine } from "../../../src/protocol/evaluation-view";
import { Button } from "../../shared/button";
import { Icon } from "../../shared/icon";
import { SearchField } from "../../shared/search-field";
import type { EvaluationClient } from "../client";
import { strings } from "../strings";
import { useArrival } from "../use-source";
import type { Place } from "../view-state";
import { EvaluationItem } from "./evaluation-item";
import "./list.css";

/** Fewer are seen at once anyway. */
const searchableFrom = 6;

interface EvaluationListProps {
  client: EvaluationClient;
  evaluations: readonly EvaluationLine[];
  goTo: (place: Place) => void;
  hasArrived: boolean;
}

export function EvaluationList({ client, evaluations, goTo, hasArrived }: EvaluationListProps) {
  const main = useArrival<HTMLElement>(hasArrived);
  const [words, setWords] = useState("");
  const create = () => void client.call("newEvaluation", null);
  if (evaluations.length === 0) {
    return (
      <main class="empty-state">
        <div class="empty-middle">
          <span class="empty-icon">
            <Icon name="beaker" />
          </span>
          <h2>{strings.noEvaluations()}</h2>
          <p class="hint">{strings.noEvaluationsHint()}</p>
          <Button onClick={create}>{strings.newEvaluation()}</Button>
        </div>
      </main>
    );
  }
  const shown = evaluations.filter((line) => matches(line, words));
  return (
    <main class="evaluation-list" ref={main} tabIndex={-1} aria-label={strings.evaluations()}>
      <header class="list-header">
        <h1>{strings.evaluations()}</h1>
        <Button appearance="secondary" icon="add" onClick={create}>
          {strings.newEvaluation()}
        </Button>
      </header>
      {evaluations.length >= searchableFrom && (
        <div class="list-search">
          <SearchField
            label={strings.search()}
            placeholder={strings.search()}
            value={words}
            focusRequest={0}
            onInput={setWords}
          />
        </div>
      )}
      {shown.length === 0 && <p class="hint">{strings.noneFound()}</p>}
      <ul class="evaluations" aria-label={strings.evaluations()}>
        {shown.map((line) => (
          <EvaluationItem
            key={line.id}
            line={line}
            onOpen={() => goTo({ type: "run", evaluationId: line.id, tab: "responses" })}
            onAct={(action) => client.act(action, line.id)}
          />
        ))}
      </ul>
    </main>
  );
}

function matches({ name, models }: EvaluationLine, words: string): boolean {
  const text = [name, ...models].join(" ").toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
