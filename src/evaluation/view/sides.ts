import { AppError } from "../../common/errors";
import type { ComparedSide, ComparisonSide, PromptPlace } from "../../protocol/evaluation-view";
import type { StoredEvaluation } from "../../protocol/store-evaluations";
import type { EvaluationStore } from "../run/run-options";
import type { Suite } from "../suite/suite";
import { type GivenScore, type Outcome, readScoreTable } from "./score-table";

/** One model's responses in an evaluation. */
export interface Side {
  evaluation: StoredEvaluation;
  suite: Suite;
  model: number;
  outcomes: Outcome[];
  scoresOf: ReadonlyMap<number, readonly GivenScore[]>;
}

export async function readSide(
  store: EvaluationStore,
  { evaluationId, model }: ComparisonSide,
): Promise<Side> {
  const [{ evaluation, suite }, table] = await Promise.all([
    readEvaluation(store, evaluationId),
    readScoreTable(store, evaluationId),
  ]);
  const outcomes = table.outcomes.filter((outcome) => outcome.model === model);
  return { evaluation, suite, model, outcomes, scoresOf: table.scoresOf };
}

export async function readEvaluation(
  store: EvaluationStore,
  evaluationId: string,
): Promise<{ evaluation: StoredEvaluation; suite: Suite }> {
  const [evaluation, suite] = await Promise.all([
    store.request("getEvaluation", { evaluationId }),
    store.request("getEvaluationSuite", { evaluationId }),
  ]);
  if (!evaluation || suite === null) {
    throw new AppError(
      "invalid-input",
      "This evaluation no longer exists.",
      [],
      `Evaluation ${evaluationId}`,
    );
  }
  return { evaluation, suite: JSON.parse(suite) as Suite };
}

export function describeSide({ evaluation, model }: Side): ComparedSide {
  return {
    evaluationName: evaluation.name,
    modelName: evaluation.models[model]?.name ?? "",
    createdAt: evaluation.createdAt,
  };
}

/** By names, because another version of a suite may have its prompts in another order. */
export function placeOf({ suite }: Side, { sequence, prompt }: Outcome): PromptPlace {
  const its = suite.sequences[sequence];
  return { sequence: its?.name ?? "", prompt: its?.prompts[prompt]?.name ?? "" };
}

/** The same response, asked for on both sides. */
export interface Pair {
  place: PromptPlace;
  /** Names the prompt. */
  unit: string;
  run: number;
  first: Outcome;
  second: Outcome;
}

/** Responses that are ok on both sides, prompt by prompt and run by run. */
export function pairUp(first: Side, second: Side): { pairs: Pair[]; unmatched: [number, number] } {
  const ok = (side: Side) => side.outcomes.filter(({ isOk }) => isOk);
  const [ofFirst, ofSecond] = [ok(first), ok(second)];
  const seconds = new Map(ofSecond.map((outcome) => [keyOf(placeOf(second, outcome), outcome.run), outcome]));
  const pairs = ofFirst.flatMap((outcome): Pair[] => {
    const place = placeOf(first, outcome);
    const other = seconds.get(keyOf(place, outcome.run));
    return other ? [{ place, unit: keyOf(place), run: outcome.run, first: outcome, second: other }] : [];
  });
  return { pairs, unmatched: [ofFirst.length - pairs.length, ofSecond.length - pairs.length] };
}

function keyOf({ sequence, prompt }: PromptPlace, run?: number): string {
  return JSON.stringify([sequence, prompt, ...(run === undefined ? [] : [run])]);
}
