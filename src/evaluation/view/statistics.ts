import type { EvaluationStatistics, JudgeConsistency, ModelStatistics } from "../../protocol/evaluation-view";
import type { ModelSummary } from "../../protocol/store-evaluations";
import { grouped } from "../results";
import { selfConsistency } from "../statistics/agreement";
import { mean } from "../statistics/summary";
import { breathe, estimate, type Observation } from "./estimate";
import { type GivenScore, type Outcome, type ScoreTable, unitOf } from "./score-table";

export interface StatisticsInput {
  table: ScoreTable;
  summaries: readonly ModelSummary[];
  modelNames: readonly string[];
  /** In the suite's order; those that only a later judgement used come behind. */
  suiteCriteria: readonly string[];
  scale: { min: number; max: number };
}

/** What the charts and the table of models show. */
export async function statisticsOf({
  table,
  summaries,
  modelNames,
  suiteCriteria,
  scale,
}: StatisticsInput): Promise<Omit<EvaluationStatistics, "revision">> {
  const criteria = [
    ...suiteCriteria.filter((name) => table.criteria.includes(name)),
    ...table.criteria.filter((name) => !suiteCriteria.includes(name)),
  ];
  const byModel = grouped(table.outcomes, ({ model }) => model);
  const models: ModelStatistics[] = [];
  for (const [index, name] of modelNames.entries()) {
    const summary = summaries.find(({ model }) => model === index);
    models.push(await modelStatistics(name, byModel.get(index) ?? [], summary, table, criteria));
  }
  return { scale, criteria, judges: table.judges, models, consistency: consistencyOf(table) };
}

async function modelStatistics(
  name: string,
  outcomes: readonly Outcome[],
  summary: ModelSummary | undefined,
  { scoresOf }: ScoreTable,
  criteria: readonly string[],
): Promise<ModelStatistics> {
  const ok = outcomes.filter(({ isOk }) => isOk);
  const scored = (wanted: (score: GivenScore) => boolean) =>
    ok.flatMap((outcome): Observation[] =>
      (scoresOf.get(outcome.id) ?? [])
        .filter(wanted)
        .map(({ score }) => ({ unit: unitOf(outcome), value: score })),
    );
  const measured = (value: (outcome: Outcome) => number | undefined) =>
    ok.flatMap((outcome): Observation[] => {
      const its = value(outcome);
      return its === undefined ? [] : [{ unit: unitOf(outcome), value: its }];
    });
  const scores: ModelStatistics["scores"] = [];
  for (const criterion of criteria) {
    scores.push(estimate(scored((score) => score.criterion === criterion)));
    await breathe();
  }
  const score = estimate(scored(() => true));
  await breathe();
  const tokensPerSecond = estimate(measured((outcome) => outcome.tokensPerSecond));
  await breathe();
  return {
    name,
    ok: ok.length,
    failed: summary?.failed ?? 0,
    skipped: summary?.skipped ?? 0,
    checksPassed: summary?.checksPassed ?? 0,
    checksTold: summary?.checksTold ?? 0,
    score,
    scores,
    tokensPerSecond,
    timeToFirstTokenMs: estimate(measured((outcome) => outcome.timeToFirstTokenMs)),
    generatedTokens: mean(ok.flatMap(({ generatedTokens }) => generatedTokens ?? [])) ?? null,
    generationMs: mean(ok.flatMap(({ generationMs }) => generationMs ?? [])) ?? null,
  };
}

function consistencyOf({ scoresOf, judges }: ScoreTable): JudgeConsistency[] {
  return judges.flatMap((judge) => {
    const groups = [...scoresOf.values()].flatMap((scores) => {
      const its = scores.filter((score) => score.judge === judge);
      const byThing = grouped(its, ({ scope, criterion }) => `${scope} ${criterion}`);
      return [...byThing.values()].map((same) => same.map(({ score }) => score));
    });
    const agreement = selfConsistency(groups);
    return agreement ? [{ judge, ...agreement }] : [];
  });
}
