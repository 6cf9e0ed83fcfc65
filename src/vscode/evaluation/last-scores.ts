import { grouped } from "../../evaluation/results";
import type { EvaluationStore } from "../../evaluation/run/run-options";
import { mean } from "../../evaluation/statistics/summary";
import type { Suite } from "../../evaluation/suite/suite";
import type { EvaluationSummary, OutcomeColumns, ScoreColumns } from "../../protocol/store-evaluations";

/** What became of a prompt, or of a sequence, when it was run last. */
export interface LastScore {
  evaluationId: string;
  ok: number;
  /** Failed or skipped. */
  failed: number;
  checksPassed: number;
  checksTold: number;
  /** Mean of what judges gave; undefined without any. */
  score: number | undefined;
  scaleMax: number;
}

/** By names of sequences; those of their prompts inside. */
export type LastScores = ReadonlyMap<string, { whole: LastScore; prompts: ReadonlyMap<string, LastScore> }>;

/** Parts of a suite may have been run in different evaluations; older ones are not looked at. */
const mostEvaluations = 8;

/** Of each sequence what the newest evaluation with any of its responses says. */
export async function readLastScores(
  store: EvaluationStore,
  evaluations: readonly EvaluationSummary[],
): Promise<LastScores> {
  const result = new Map<string, { whole: LastScore; prompts: Map<string, LastScore> }>();
  for (const { id: evaluationId } of evaluations.filter(hasResponses).slice(0, mostEvaluations)) {
    const suite = await store.request("getEvaluationSuite", { evaluationId });
    if (suite === null) {
      continue;
    }
    const outcomes = await store.request("listOutcomes", { evaluationId });
    const scores = await store.request("listScores", { evaluationId });
    for (const [name, scored] of scoresOf(evaluationId, JSON.parse(suite) as Suite, outcomes, scores)) {
      if (!result.has(name)) {
        result.set(name, scored);
      }
    }
  }
  return result;
}

function scoresOf(evaluationId: string, suite: Suite, outcomes: OutcomeColumns, scores: ScoreColumns) {
  const given = scoresByResponse(scores);
  const rows = grouped([...outcomes.ids.keys()], (index) => outcomes.sequences[index] ?? 0);
  return [...rows].flatMap(([position, indexes]) => {
    const sequence = suite.sequences[position];
    if (!sequence) {
      return [];
    }
    const summarize = (some: readonly number[], scope: "any" | "response") => ({
      evaluationId,
      ...summaryOf(some, outcomes, (id) => given.get(id)?.[scope] ?? [], suite.scale.max),
    });
    const byPrompt = grouped(indexes, (index) => outcomes.prompts[index] ?? 0);
    const prompts = [...byPrompt].flatMap(([prompt, own]) => {
      const name = sequence.prompts[prompt]?.name;
      return name === undefined ? [] : [[name, summarize(own, "response")] as const];
    });
    return [[sequence.name, { whole: summarize(indexes, "any"), prompts: new Map(prompts) }] as const];
  });
}

function summaryOf(
  indexes: readonly number[],
  outcomes: OutcomeColumns,
  scoresOfResponse: (id: number) => readonly number[],
  scaleMax: number,
): Omit<LastScore, "evaluationId"> {
  const sum = (column: Uint32Array) => indexes.reduce((total, index) => total + (column[index] ?? 0), 0);
  const ok = indexes.filter((index) => outcomes.statuses[index] === 0).length;
  return {
    ok,
    failed: indexes.length - ok,
    checksPassed: sum(outcomes.checksPassed),
    checksTold: sum(outcomes.checksTold),
    score: mean(indexes.flatMap((index) => scoresOfResponse(outcomes.ids[index] ?? 0))),
    scaleMax,
  };
}

/** A score of a whole sequence is no score of the prompt that it is kept with. */
function scoresByResponse(columns: ScoreColumns) {
  const byResponse = new Map<number, { any: number[]; response: number[] }>();
  columns.responseIds.forEach((id, index) => {
    const score = columns.scores[index] ?? Number.NaN;
    if (!Number.isNaN(score)) {
      const its = byResponse.get(id) ?? { any: [], response: [] };
      its.any.push(score);
      if (columns.scopes[index] === 0) {
        its.response.push(score);
      }
      byResponse.set(id, its);
    }
  });
  return byResponse;
}

function hasResponses({ responses }: EvaluationSummary): boolean {
  return responses.ok + responses.failed > 0;
}
