import type { EvaluationAction, EvaluationLine } from "../../../src/protocol/evaluation-view";
import { ProgressBar } from "../../shared/progress";
import { ActionBar } from "../action-bar";
import { StatusBadge } from "../status-badge";
import { strings } from "../strings";
import { percentDone } from "../view-state";

interface EvaluationItemProps {
  line: EvaluationLine;
  onOpen: () => void;
  onAct: (action: EvaluationAction) => void;
}

export function EvaluationItem({ line, onOpen, onAct }: EvaluationItemProps) {
  const { name, models, createdAt, activity, error } = line;
  return (
    <li class="evaluation-item">
      <div class="item-head">
        <button type="button" class="item-name" aria-label={strings.open(name)} onClick={onOpen}>
          {name}
        </button>
        <StatusBadge line={line} />
      </div>
      <div class="item-models hint">{models.join(", ")}</div>
      <div class="item-facts hint">{strings.andThen([strings.dateTime(createdAt), ...factsOf(line)])}</div>
      {activity && (
        <div class="item-activity">
          <span class="item-activity-text">
            <span>{strings.activity(activity)}</span>
            {activity.total > 0 && <span>{strings.doneOf(activity.done, activity.total)}</span>}
          </span>
          <ProgressBar label={strings.activity(activity)} percent={percentDone(line)} />
        </div>
      )}
      {error !== null && <div class="item-error">{error}</div>}
      <ActionBar line={line} onAct={onAct} />
    </li>
  );
}

/** What became of it, the parts that there are. */
export function factsOf(line: EvaluationLine): string[] {
  const { ok, failed, skipped, total, checksPassed, checksTold, score, scoresFailed } = line;
  const { startedAt, endedAt } = line;
  const done = ok + failed + skipped;
  return [
    done === total ? strings.responses(total) : strings.responsesOf(done, total),
    ...(failed > 0 ? [strings.failed(failed)] : []),
    ...(skipped > 0 ? [strings.skipped(skipped)] : []),
    ...(checksTold > 0 ? [strings.checksPassed(checksPassed, checksTold)] : []),
    ...(score !== null ? [strings.meanScore(score)] : []),
    ...(scoresFailed > 0 ? [strings.scoresFailed(scoresFailed)] : []),
    ...(startedAt !== null && endedAt !== null ? [strings.took(endedAt - startedAt)] : []),
  ];
}
