import { AppError } from "../../common/errors";
import type { EvaluationResults } from "../../evaluation/results";
import type { EvaluationStore } from "../../evaluation/run/run-options";
import type { Suite } from "../../evaluation/suite/suite";
import type { StoredResponse, StoredScore } from "../../protocol/store-evaluations";

const responsesPerMessage = 100;

/** Everything that the store has of an evaluation. @throws AppError when it is gone */
export async function readResults(store: EvaluationStore, evaluationId: string): Promise<EvaluationResults> {
  const evaluation = await store.request("getEvaluation", { evaluationId });
  const suite = await store.request("getEvaluationSuite", { evaluationId });
  if (!evaluation || suite === null) {
    throw new AppError("invalid-input", "This evaluation no longer exists.");
  }
  const { ids } = await store.request("listOutcomes", { evaluationId });
  const responses: StoredResponse[] = [];
  const scores: StoredScore[] = [];
  for (let start = 0; start < ids.length; start += responsesPerMessage) {
    const responseIds = [...ids.subarray(start, start + responsesPerMessage)];
    responses.push(...(await store.request("getResponses", { responseIds })));
    scores.push(...(await store.request("getScores", { responseIds })));
  }
  const comparisons = await store.request("listComparisons", { evaluationId });
  return { evaluation, suite: JSON.parse(suite) as Suite, responses, scores, comparisons };
}
