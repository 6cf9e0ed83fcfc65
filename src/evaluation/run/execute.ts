import { throwIfAborted } from "../../common/async";
import { isAbort, toAppError } from "../../common/errors";
import type { EvaluationChange, EvaluationStatus, StoredEvaluation } from "../../protocol/store-evaluations";
import { CompareRun, type CompareRequest } from "../judge/compare-run";
import { JudgeRun, type JudgeRequest } from "../judge/judge-run";
import type { Job } from "./job";
import { summaryLines } from "./log-text";
import { ResponseRun } from "./run-responses";

/** What is to be done with an evaluation. */
export type Work =
  | { kind: "run"; retryFailed: boolean }
  | { kind: "judge"; request: JudgeRequest }
  | { kind: "compare"; request: CompareRequest };

/** Why an evaluation ends before it is done: a person's wish, or the end of the window. */
export type EndReason = "cancelled" | "interrupted";

/**
 * Works on an evaluation that this runner has claimed, and stores how it ended. `endReason` is asked when the
 * job's signal has fired.
 * @throws when the end itself could not be stored
 */
export async function execute(job: Job, work: Work, endReason: () => EndReason): Promise<EvaluationStatus> {
  const { log, describeError } = job;
  let problem: EvaluationChange = {};
  let status: EvaluationStatus | undefined;
  try {
    await doWork(job, work, (reason) => {
      log.add(`The judge cannot be used: ${describeError(reason)}`);
      problem = { error: describeError(reason), errorCode: reason.code };
    });
    throwIfAborted(job.signal);
  } catch (error) {
    if (job.signal.aborted) {
      status = endReason();
      log.add(status === "cancelled" ? "Cancelled" : "Interrupted, because the window closes");
    } else {
      const reason = toAppError(error);
      log.add(`Failed: ${describeError(reason)}${reason.detail === undefined ? "" : `\n${reason.detail}`}`);
      status = "failed";
      problem = { error: describeError(reason), errorCode: reason.code };
    }
  }
  return finish(job, work, status, problem);
}

async function doWork(
  job: Job,
  work: Work,
  onJudgeUnusable: (reason: ReturnType<typeof toAppError>) => void,
): Promise<void> {
  switch (work.kind) {
    case "run": {
      await new ResponseRun(job).run();
      const { judge, criteria, scale, settings } = job.suite;
      if (!judge || !settings.autoEvaluate) {
        return;
      }
      const earlier = work.retryFailed ? "retry-failed" : "keep";
      // The responses are there whatever becomes of the judge.
      await runJudge(job, new JudgeRun(job, { judge, criteria, scale, earlier }), onJudgeUnusable);
      return;
    }
    case "judge":
      return runJudge(job, new JudgeRun(job, work.request), onJudgeUnusable);
    case "compare":
      return runJudge(job, new CompareRun(job, work.request), onJudgeUnusable);
  }
}

/** A judge that cannot be loaded is one thing, and a store that cannot write another. */
async function runJudge(
  { signal }: Job,
  run: { run: () => Promise<void>; isModelProblem: boolean },
  onJudgeUnusable: (reason: ReturnType<typeof toAppError>) => void,
): Promise<void> {
  try {
    await run.run();
  } catch (error) {
    if (signal.aborted || isAbort(error) || !run.isModelProblem) {
      throw error;
    }
    onJudgeUnusable(toAppError(error));
  }
}

async function finish(
  job: Job,
  work: Work,
  ended: EvaluationStatus | undefined,
  problem: EvaluationChange,
): Promise<EvaluationStatus> {
  const { evaluation, store, owner, log, now } = job;
  const { id: evaluationId } = evaluation;
  const current = await store.request("getEvaluation", { evaluationId });
  const reached = statusOf(current ?? evaluation, problem.error !== undefined);
  // A judge that is stopped takes nothing from responses that are all there.
  const isOnlyJudging = work.kind !== "run" && ended !== "failed";
  const status = isOnlyJudging ? reached : (ended ?? reached);
  if (ended === undefined) {
    const models = await store.request("summarizeModels", { evaluationId });
    const scores = await store.request("summarizeScores", { evaluationId });
    const names = evaluation.models.map(({ name }) => name);
    summaryLines(names, models, scores).forEach((line) => log.add(line));
  }
  log.add(`Evaluation “${evaluation.name}”: ${status}`);
  const lines = log.take();
  await store.request("updateEvaluation", {
    evaluationId,
    owner,
    change: { status, ...problem, position: null, endedAt: now() },
  });
  await store.request("appendEvaluationLog", { evaluationId, lines });
  return status;
}

function statusOf(
  { responses, scores, totalResponses }: StoredEvaluation,
  hasProblem: boolean,
): EvaluationStatus {
  const done = responses.ok + responses.failed + responses.skipped;
  if (done < totalResponses) {
    return "interrupted";
  }
  return hasProblem || responses.failed + responses.skipped + scores.failed > 0
    ? "completed-with-errors"
    : "completed";
}
