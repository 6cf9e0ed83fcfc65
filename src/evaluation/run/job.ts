import type { EvaluationSettings, LogLine, StoredEvaluation } from "../../protocol/store-evaluations";
import type { WeightHashes } from "../lockfile/weight-files";
import type { Suite } from "../suite/suite";
import type { RunLog } from "./run-log";
import type { RunnerOptions } from "./run-options";

/** One evaluation while it is worked on: what every phase of it needs. */
export interface Job extends Required<RunnerOptions> {
  evaluation: StoredEvaluation;
  suite: Suite;
  settings: RunSettings;
  /** Names this job to the store. */
  owner: string;
  log: RunLog;
  hashes: WeightHashes;
  /** Fires when the evaluation is to end: cancelled, or given up. */
  signal: AbortSignal;
  /** Told after everything that is stored. */
  onProgress: (progress: JobProgress) => void;
}

export interface JobProgress {
  phase: "loading" | "responses" | "judging" | "comparing";
  /** Position in the evaluation's models; undefined for a judge. */
  model?: number | undefined;
  done: number;
  total: number;
  failed: number;
}

/** The evaluation's settings that are not the suite's own. */
export interface RunSettings {
  seed: number;
  /** One response at a time, each as if nothing had been asked before. */
  reproducible: boolean;
  /** At most so many responses at once; 0 leaves it to the model. */
  parallel: number;
}

export function runSettings(settings: EvaluationSettings): RunSettings {
  return {
    seed: Number(settings["seed"]),
    reproducible: settings["reproducible"] === true,
    parallel: Number(settings["parallel"] ?? 0),
  };
}

/** How many requests a model gets at once. */
export function lanesFor({ reproducible, parallel }: RunSettings, sequences: number): number {
  if (reproducible) {
    return 1;
  }
  return parallel > 0 ? Math.min(parallel, sequences) : sequences;
}

/** Hands over the log's new lines; those that could not be stored wait for the next time. */
export async function withLog<T>(log: RunLog, store: (lines: LogLine[]) => Promise<T>): Promise<T> {
  const lines = log.take();
  try {
    return await store(lines);
  } catch (error) {
    log.giveBack(lines);
    throw error;
  }
}

/**
 * Does `work` for each item, `lanes` at a time and in their order. When one fails, no further one begins, and
 * the first reason is thrown once all have ended.
 */
export async function inLanes<T>(
  items: Iterable<T>,
  lanes: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const iterator = items[Symbol.iterator]();
  let failure: { reason: unknown } | undefined;
  const lane = async () => {
    for (let next = iterator.next(); !next.done && !failure; next = iterator.next()) {
      try {
        await work(next.value);
      } catch (reason) {
        failure ??= { reason };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, lanes) }, lane));
  if (failure) {
    throw failure.reason;
  }
}
