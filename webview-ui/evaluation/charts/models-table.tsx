import type { EvaluationStatistics, JudgeConsistency } from "../../../src/protocol/evaluation-view";
import { strings } from "../strings";
import { intervalText, seriesClass } from "./bar-chart";

/** One row for each model. */
export function ModelsTable({ statistics: { models } }: { statistics: EvaluationStatistics }) {
  const head = [
    strings.ok(),
    strings.failedLabel(),
    strings.skippedLabel(),
    strings.checks(),
    strings.score(),
    strings.intervalLabel(),
    strings.sortName("speed"),
    strings.sortName("firstToken"),
    strings.sortName("generation"),
    strings.sortName("tokens"),
  ];
  return (
    <div class="table-box">
      <table class="figures-table">
        <thead>
          <tr>
            <th scope="col">{strings.model()}</th>
            {head.map((title) => (
              <th key={title} scope="col" class="is-number">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {models.map((model, index) => {
            const { name, ok, failed, skipped, checksPassed, checksTold, score } = model;
            const cells = [
              strings.tokens(ok),
              strings.tokens(failed),
              strings.tokens(skipped),
              checksTold === 0 ? strings.nothing() : strings.checksShort(checksPassed, checksTold),
              strings.scoreText(score?.mean ?? null),
              intervalText(score, strings.score2),
              strings.speed(model.tokensPerSecond?.mean ?? null),
              strings.duration(model.timeToFirstTokenMs?.mean ?? null),
              strings.duration(model.generationMs),
              strings.tokens(model.generatedTokens),
            ];
            return (
              <tr key={index}>
                <th scope="row" class={seriesClass(index)}>
                  <span class="swatch" aria-hidden="true" />
                  {name}
                </th>
                {cells.map((text, column) => (
                  <td key={column} class="is-number">
                    {text}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

export function ConsistencyTable({ consistency }: { consistency: readonly JudgeConsistency[] }) {
  return (
    <div class="table-box">
      <table class="figures-table">
        <thead>
          <tr>
            <th scope="col">{strings.judge()}</th>
            <th scope="col" class="is-number">
              {strings.sameScore()}
            </th>
            <th scope="col" class="is-number">
              {strings.meanDeviation()}
            </th>
            <th scope="col" class="is-number">
              {strings.judgedRepeatedly()}
            </th>
          </tr>
        </thead>
        <tbody>
          {consistency.map(({ judge, exactAgreement, meanAbsoluteDeviation, groups }) => (
            <tr key={judge}>
              <th scope="row" title={judge}>
                {strings.modelFile(judge)}
              </th>
              <td class="is-number">{strings.percent(exactAgreement)}</td>
              <td class="is-number">{strings.score2(meanAbsoluteDeviation)}</td>
              <td class="is-number">{strings.tokens(groups)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
