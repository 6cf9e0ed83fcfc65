import type {
  EvaluationSummary,
  ModelSummary,
  StoredComparison,
  StoredResponse,
  StoredScore,
} from "../protocol/store-evaluations";
import { mean, percentile } from "./statistics/summary";
import type { Suite } from "./suite/suite";

/** Everything that is known of one evaluation, as it is exported. */
export interface EvaluationResults {
  evaluation: EvaluationSummary;
  suite: Suite;
  responses: readonly StoredResponse[];
  scores: readonly StoredScore[];
  comparisons: readonly StoredComparison[];
}

/** One model's line in a summary. Means are over its responses that are ok; undefined without any. */
export interface ModelOverview extends Pick<
  ModelSummary,
  "ok" | "failed" | "skipped" | "checksPassed" | "checksTold"
> {
  id: string;
  name: string;
  /** By criterion, over all judges, prompts, runs and repeats. */
  scores: ReadonlyMap<string, number>;
  /** Of the means of the criteria. */
  score: number | undefined;
  tokensPerSecond: number | undefined;
  medianTimeToFirstTokenMs: number | undefined;
}

/** In the order of the models, sequences, runs and prompts. */
export function inOrder(responses: readonly StoredResponse[]): StoredResponse[] {
  return [...responses].sort(
    (a, b) => a.model - b.model || a.sequence - b.sequence || a.run - b.run || a.prompt - b.prompt,
  );
}

export function scoresByResponse(scores: readonly StoredScore[]): ReadonlyMap<number, StoredScore[]> {
  return grouped(scores, ({ responseId }) => responseId);
}

/** Criteria in the suite's order; those that only a later judgement used come behind. */
export function criteriaOf({ suite, scores }: EvaluationResults): string[] {
  const given = new Set(scores.map(({ criterion }) => criterion));
  const known = suite.criteria.map(({ name }) => name).filter((name) => given.has(name));
  return [...new Set([...known, ...given])];
}

/** Mean by criterion of those that a judge gave. */
export function meanScores(scores: readonly StoredScore[]): Map<string, number> {
  const means = new Map<string, number>();
  for (const [criterion, group] of grouped(scores, (score) => score.criterion)) {
    const average = mean(group.flatMap(({ score }) => score ?? []));
    if (average !== undefined) {
      means.set(criterion, average);
    }
  }
  return means;
}

/** One line for each model, in the evaluation's order. */
export function overviewOf(results: EvaluationResults): ModelOverview[] {
  const responsesOf = grouped(results.responses, ({ model }) => model);
  const scoresOf = scoresByResponse(results.scores);
  return results.evaluation.models.map(({ id, name }, index) => {
    const responses = responsesOf.get(index) ?? [];
    const ok = responses.filter(({ status }) => status === "ok");
    const checks = responses.flatMap((response) => response.checks);
    const scores = meanScores(responses.flatMap((response) => scoresOf.get(response.id) ?? []));
    return {
      id,
      name,
      ok: ok.length,
      failed: responses.filter(({ status }) => status === "failed").length,
      skipped: responses.filter(({ status }) => status === "skipped").length,
      checksPassed: checks.filter(({ passed }) => passed === true).length,
      checksTold: checks.filter(({ passed }) => passed !== undefined).length,
      scores,
      score: mean([...scores.values()]),
      tokensPerSecond: mean(ok.flatMap(({ tokensPerSecond }) => tokensPerSecond ?? [])),
      medianTimeToFirstTokenMs: percentile(
        ok.flatMap(({ timeToFirstTokenMs }) => timeToFirstTokenMs ?? []),
        0.5,
      ),
    };
  });
}

export function grouped<Item, Key>(
  items: readonly Item[],
  keyOf: (item: Item) => Key,
): ReadonlyMap<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) {
      group.push(item);
    } else {
      groups.set(key, [item]);
    }
  }
  return groups;
}
