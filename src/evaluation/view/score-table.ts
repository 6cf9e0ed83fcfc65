import type { OutcomeColumns, ScoreColumns } from "../../protocol/store-evaluations";
import type { EvaluationStore } from "../run/run-options";

/** Where a response stands and what was measured of it. */
export interface Outcome {
  id: number;
  model: number;
  sequence: number;
  run: number;
  prompt: number;
  isOk: boolean;
  generatedTokens: number | undefined;
  generationMs: number | undefined;
  timeToFirstTokenMs: number | undefined;
  tokensPerSecond: number | undefined;
  checksPassed: number;
  checksTold: number;
}

export interface GivenScore {
  judge: string;
  criterion: string;
  repeat: number;
  scope: number;
  score: number;
}

/** Everything of an evaluation that statistics need, without its texts. */
export interface ScoreTable {
  outcomes: Outcome[];
  /** Those that a judge gave, by response. */
  scoresOf: ReadonlyMap<number, readonly GivenScore[]>;
  judges: string[];
  criteria: string[];
}

export async function readScoreTable(store: EvaluationStore, evaluationId: string): Promise<ScoreTable> {
  const [outcomes, scores] = await Promise.all([
    store.request("listOutcomes", { evaluationId }),
    store.request("listScores", { evaluationId }),
  ]);
  return {
    outcomes: outcomesOf(outcomes),
    scoresOf: scoresOf(scores),
    judges: scores.judgeNames,
    criteria: scores.criterionNames,
  };
}

/** Prompts, not responses, are what an evaluation samples: the runs of one prompt resemble each other. */
export function unitOf({ sequence, prompt }: Pick<Outcome, "sequence" | "prompt">): string {
  return `${sequence} ${prompt}`;
}

function outcomesOf(columns: OutcomeColumns): Outcome[] {
  return Array.from(columns.ids, (id, index) => ({
    id,
    model: columns.models[index] ?? 0,
    sequence: columns.sequences[index] ?? 0,
    run: columns.runs[index] ?? 0,
    prompt: columns.prompts[index] ?? 0,
    isOk: columns.statuses[index] === 0,
    generatedTokens: known(columns.generatedTokens[index]),
    generationMs: known(columns.generationMs[index]),
    timeToFirstTokenMs: known(columns.timeToFirstTokenMs[index]),
    tokensPerSecond: known(columns.tokensPerSecond[index]),
    checksPassed: columns.checksPassed[index] ?? 0,
    checksTold: columns.checksTold[index] ?? 0,
  }));
}

function scoresOf(columns: ScoreColumns): ReadonlyMap<number, GivenScore[]> {
  const byResponse = new Map<number, GivenScore[]>();
  columns.responseIds.forEach((id, index) => {
    const score = known(columns.scores[index]);
    if (score === undefined) {
      return;
    }
    const given = byResponse.get(id) ?? [];
    given.push({
      judge: columns.judgeNames[columns.judges[index] ?? 0] ?? "",
      criterion: columns.criterionNames[columns.criteria[index] ?? 0] ?? "",
      repeat: columns.repeats[index] ?? 1,
      scope: columns.scopes[index] ?? 0,
      score,
    });
    byResponse.set(id, given);
  });
  return byResponse;
}

function known(value: number | undefined): number | undefined {
  return value === undefined || Number.isNaN(value) ? undefined : value;
}
