import type { Handlers } from "../../../protocol/rpc";
import type { StoreEvaluationsWire } from "../../../protocol/store-evaluations";
import type { Change, Query } from "../commits";
import type { StoreSession } from "../session";
import * as evaluations from "./evaluations";
import { appendEvaluationLog, getEvaluationLog } from "./log";
import { listResponses } from "./response-window";
import { getResponses, getSequenceRun, listOutcomes, recordResponses } from "./responses";
import { getScores, listComparisons, listScores, recordComparisons, recordScores } from "./scores";
import { summarizeModels, summarizeScores } from "./summaries";

/** Answers what the host asks of evaluations. */
export function evaluationHandlers(session: () => Promise<StoreSession>): Handlers<StoreEvaluationsWire> {
  const read = async <T>(query: Query<T>): Promise<T> => (await session()).read(query);
  const write = async <T>(change: Change<T>): Promise<T> => (await session()).write(change);
  const change = async (made: Change<void>): Promise<null> => {
    await write(made);
    return null;
  };
  return {
    createEvaluation: ({ evaluation }) => change(evaluations.createEvaluation(evaluation)),
    listEvaluations: () => read(evaluations.listEvaluations),
    getEvaluation: ({ evaluationId }) => read(evaluations.getEvaluation(evaluationId)),
    getEvaluationSuite: ({ evaluationId }) => read(evaluations.getEvaluationSuite(evaluationId)),
    claimEvaluation: (claim) => change(evaluations.claimEvaluation(claim)),
    updateEvaluation: ({ evaluationId, owner, change: wanted }) =>
      change(evaluations.updateEvaluation(evaluationId, owner, wanted)),
    resetEvaluation: ({ evaluationId, at }) => change(evaluations.resetEvaluation(evaluationId, at)),
    deleteEvaluation: ({ evaluationId }) => change(evaluations.deleteEvaluation(evaluationId)),

    recordResponses: (recorded) => write(recordResponses(recorded)),
    listOutcomes: ({ evaluationId }) => read(listOutcomes(evaluationId)),
    listResponses: (window) => read(listResponses(window)),
    getResponses: ({ responseIds }) => read(getResponses(responseIds)),
    getSequenceRun: ({ evaluationId, ...key }) => read(getSequenceRun(evaluationId, key)),

    recordScores: (recorded) => change(recordScores(recorded)),
    listScores: ({ evaluationId }) => read(listScores(evaluationId)),
    getScores: ({ responseIds }) => read(getScores(responseIds)),
    summarizeScores: ({ evaluationId }) => read(summarizeScores(evaluationId)),
    summarizeModels: ({ evaluationId }) => read(summarizeModels(evaluationId)),
    recordComparisons: (recorded) => change(recordComparisons(recorded)),
    listComparisons: ({ evaluationId }) => read(listComparisons(evaluationId)),

    appendEvaluationLog: ({ evaluationId, lines }) => change(appendEvaluationLog(evaluationId, lines)),
    getEvaluationLog: ({ evaluationId, after, limit }) => read(getEvaluationLog(evaluationId, after, limit)),

    copyDatabase: async ({ path }) => {
      await (await session()).copyTo(path);
      return null;
    },
  };
}
