import type {
  EvaluationLine,
  EvaluationOutline,
  EvaluationStatistics,
  ModelStatistics,
} from "../../../src/protocol/evaluation-view";
import { Loading } from "../../shared/loading";
import type { EvaluationClient } from "../client";
import { strings } from "../strings";
import { useAnswer } from "../use-source";
import { BarChart } from "./bar-chart";
import { scaleAxis } from "./bar-layout";
import { ConsistencyTable, ModelsTable } from "./models-table";

/** Intervals over many prompts take a moment, so they are not drawn anew for every response. */
const refreshMs = 5000;

interface SummaryProps {
  client: EvaluationClient;
  line: EvaluationLine;
  outline: EvaluationOutline;
}

/** What an evaluation amounts to, by model. */
export function Summary({ client, line, outline }: SummaryProps) {
  const { id, revision } = line;
  const answer = useAnswer(
    id,
    revision,
    (signal) => client.request("statistics", { evaluationId: id }, { signal }),
    refreshMs,
  );
  if (!answer.value) {
    return (
      <Loading
        text={strings.loadingPart()}
        failure={strings.notOpened()}
        error={answer.error}
        onRetry={answer.retry}
        onShowLog={() => void client.call("showLog", null)}
      />
    );
  }
  return (
    <div class="summary" id="run-panel" role="tabpanel">
      <Content statistics={answer.value} outline={outline} />
    </div>
  );
}

function Content({ statistics, outline }: { statistics: EvaluationStatistics; outline: EvaluationOutline }) {
  const { models, criteria, scale, consistency } = statistics;
  if (models.every(({ ok, failed, skipped }) => ok + failed + skipped === 0)) {
    return <p class="hint table-message">{strings.noFigures()}</p>;
  }
  const series = models.map(({ name }) => name);
  const single = (valueOf: (model: ModelStatistics) => ModelStatistics["score"]) => ({
    groups: [""],
    series,
    values: [models.map(valueOf)],
  });
  const isSlow = models.some(({ timeToFirstTokenMs }) => (timeToFirstTokenMs?.mean ?? 0) >= 1000);
  const firstToken = (value: number) =>
    isSlow ? strings.score2(value / 1000) : strings.tokens(Math.round(value));
  return (
    <>
      <section aria-label={strings.models()}>
        <h2>{strings.models()}</h2>
        <ModelsTable statistics={statistics} />
      </section>
      {criteria.length === 0 ? (
        <p class="hint">{strings.notJudged()}</p>
      ) : (
        <BarChart
          title={strings.scoreByCriterion()}
          unit={strings.scaleOf(scale.min, scale.max)}
          data={{
            groups: criteria,
            series,
            values: criteria.map((_, index) => models.map(({ scores }) => scores[index] ?? null)),
          }}
          axis={scaleAxis(scale)}
          format={(value) => strings.scoreText(value)}
          formatTick={strings.tokens}
        />
      )}
      <div class="chart-pair">
        <BarChart
          title={strings.speedByModel()}
          unit={strings.speedUnit()}
          data={single(({ tokensPerSecond }) => tokensPerSecond)}
          format={strings.speed}
          formatTick={tickText}
        />
        <BarChart
          title={strings.firstTokenByModel()}
          unit={isSlow ? strings.seconds() : strings.milliseconds()}
          data={single(({ timeToFirstTokenMs }) => timeToFirstTokenMs)}
          format={firstToken}
          formatTick={(value) => tickText(isSlow ? value / 1000 : value)}
        />
      </div>
      <p class="hint">{strings.intervalHint()}</p>
      {consistency.length > 0 && (
        <section aria-label={strings.consistency()}>
          <h2>{strings.consistency()}</h2>
          <ConsistencyTable consistency={consistency} />
        </section>
      )}
      <section aria-label={strings.settings()}>
        <h2>{strings.settings()}</h2>
        <dl class="settings">
          {Object.entries(outline.settings).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{String(value)}</dd>
            </div>
          ))}
        </dl>
      </section>
    </>
  );
}

/** No digits that a round number does not have. */
function tickText(value: number): string {
  return strings.number(value, Number.isInteger(value) ? 0 : value < 0.1 ? 2 : 1);
}
