import type { ScoreLine } from "../../../src/protocol/evaluation-view";
import { strings } from "../strings";

/** Every score with its reason, one block for each judge, one entry for each criterion. */
export function Scores({ scores }: { scores: readonly ScoreLine[] }) {
  return (
    <section aria-label={strings.scores()}>
      <h3>{strings.scores()}</h3>
      {[...groupBy(scores, ({ judge }) => judge)].map(([judge, ofJudge]) => (
        <div key={judge} class="judge">
          <p class="hint judge-name" title={judge}>
            {strings.judgedBy(strings.modelFile(judge))}
          </p>
          <ul class="scores">
            {[...groupBy(ofJudge, ({ scope, criterion }) => `${scope} ${criterion}`)].map(([key, same]) => (
              <Score key={key} scores={same} />
            ))}
          </ul>
        </div>
      ))}
    </section>
  );
}

/** What one judge said by one criterion, perhaps several times. */
function Score({ scores }: { scores: readonly ScoreLine[] }) {
  const [first] = scores;
  if (!first) {
    return null;
  }
  const { criterion, scope, scaleMin, scaleMax } = first;
  const given = scores.flatMap(({ score }) => score ?? []);
  const mean = given.reduce((sum, score) => sum + score, 0) / Math.max(1, given.length);
  const share = given.length === 0 ? 0 : (mean - scaleMin) / Math.max(1, scaleMax - scaleMin);
  return (
    <li class="score">
      <div class="score-head">
        <b>{criterion}</b>
        {scope === "sequence" && <span class="hint">{strings.wholeSequence()}</span>}
        <span class="spacer" />
        <span class="score-value">
          {given.length === 0 ? strings.noScore() : strings.scoresOf(given, scaleMax)}
        </span>
        <span class="score-bar" aria-hidden="true">
          <span style={{ width: `${share * 100}%` }} />
        </span>
      </div>
      {scores.map((score) => (
        <Reason key={score.repeat} score={score} isOneOfMany={scores.length > 1} />
      ))}
    </li>
  );
}

function Reason({ score, isOneOfMany }: { score: ScoreLine; isOneOfMany: boolean }) {
  const { repeat, justification, rawOutput, error } = score;
  return (
    <>
      {justification !== null && (
        <p class="score-reason" dir="auto">
          {isOneOfMany && <span class="hint">{strings.repeat(repeat, score.score)} </span>}
          {justification}
        </p>
      )}
      {error !== null && <p class="item-error">{error}</p>}
      {(error !== null || justification === null) && rawOutput !== "" && (
        <details>
          <summary>{strings.rawOutput()}</summary>
          <div class="plain-text" dir="auto">
            {rawOutput}
          </div>
        </details>
      )}
    </>
  );
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return groups;
}
