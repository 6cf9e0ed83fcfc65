import { randomUUID } from "node:crypto";
import { AppError, toAppError } from "../../common/errors";
import { settlesWithin } from "../../common/async";
import type { Disposable } from "../../common/disposable";
import { Emitter } from "../../common/event";
import type { EvaluationStatus, LogLine, StoredEvaluation } from "../../protocol/store-evaluations";
import type { CompareRequest } from "../judge/compare-run";
import type { JudgeRequest } from "../judge/judge-run";
import type { Lockfile } from "../lockfile/lockfile";
import { WeightHashes } from "../lockfile/weight-files";
import { type Suite, totalResponses } from "../suite/suite";
import { configHash } from "./config-hash";
import { type EndReason, execute, type Work } from "./execute";
import { type JobProgress, runSettings } from "./job";
import { RunLog } from "./run-log";
import type { RunnerOptions } from "./run-options";
import { drawSeed } from "./seeds";

export interface EvaluationRequest {
  suite: Suite;
  /** Absolute path of its file, if it has one. */
  suiteFile?: string | undefined;
  /** Ids; those of the suite when left out. */
  models?: readonly string[] | undefined;
  /**
   * The same responses every time: one at a time, each as if nothing had been asked before. Slower. When left
   * out, the suite says it; where it does not either, it is so at temperature 0.
   */
  reproducible?: boolean | undefined;
  /**
   * At most so many responses at once. When left out, the suite says it; where it does not either, as many as the
   * model keeps sequences.
   */
  parallel?: number | undefined;
  /** The evaluation that it repeats. */
  rerunOf?: string | undefined;
}

/** After this long, an evaluation that was told to end is taken for stuck. */
const resetPatienceMs = 5_000;

/** An evaluation that is worked on or waits for it. */
export interface ActiveEvaluation {
  evaluationId: string;
  name: string;
  state: "queued" | "running" | "ending";
  /** Undefined before it has begun. */
  progress: JobProgress | undefined;
}

export interface EvaluationEnd {
  evaluationId: string;
  /** Undefined when it could not be run or its end could not be stored; then there is an error. */
  status: EvaluationStatus | undefined;
  error: AppError | undefined;
}

interface Entry {
  readonly evaluationId: string;
  readonly name: string;
  readonly work: Work;
  readonly controller: AbortController;
  readonly done: Promise<EvaluationStatus>;
  settle: (outcome: Promise<EvaluationStatus>) => void;
  endReason: EndReason;
  isRunning: boolean;
  progress: JobProgress | undefined;
}

/** Runs evaluations one after another. What is stored of one is enough to go on with it after any end. */
export class EvaluationRunner implements Disposable {
  readonly #options: Required<RunnerOptions>;
  readonly #id = randomUUID();
  readonly #hashes = new WeightHashes();
  readonly #queue: Entry[] = [];
  readonly #changed = new Emitter<readonly ActiveEvaluation[]>();
  readonly #logged = new Emitter<{ evaluationId: string; line: LogLine }>();
  readonly #ended = new Emitter<EvaluationEnd>();
  /** Fires at every step; whoever draws should wait for a frame. */
  readonly onDidChange = this.#changed.event;
  readonly onDidLog = this.#logged.event;
  readonly onDidEnd = this.#ended.event;
  #isDisposed = false;
  #jobs = 0;

  constructor(options: RunnerOptions) {
    this.#options = { now: Date.now, ...options };
  }

  /** What is worked on, then what waits, in its order. */
  get active(): readonly ActiveEvaluation[] {
    return this.#queue.map(({ evaluationId, name, isRunning, controller, progress }) => ({
      evaluationId,
      name,
      state: !isRunning ? "queued" : controller.signal.aborted ? "ending" : "running",
      progress,
    }));
  }

  /** What is stored may say that an evaluation runs although nobody works on it: its end could not be stored. */
  statusOf({ id, status }: Pick<StoredEvaluation, "id" | "status">): EvaluationStatus {
    const isStale = (status === "running" || status === "queued") && !this.isActive(id);
    return isStale ? "interrupted" : status;
  }

  isActive(evaluationId: string): boolean {
    return this.#queue.some((entry) => entry.evaluationId === evaluationId);
  }

  /** Stores a new evaluation and queues it; resolves with its id. */
  async start(request: EvaluationRequest): Promise<string> {
    const { suite, suiteFile, parallel, rerunOf } = request;
    this.#assertOpen();
    const modelIds = [...new Set(request.models ?? suite.models)];
    if (modelIds.length === 0) {
      throw new AppError("invalid-input", "Choose at least one model to evaluate.");
    }
    const evaluationId = randomUUID();
    const seed = suite.settings.seed ?? drawSeed();
    const { models, store, now } = this.#options;
    await store.request("createEvaluation", {
      evaluation: {
        id: evaluationId,
        name: suite.name,
        suiteFile,
        suite: JSON.stringify({ ...suite, models: modelIds }),
        configHash: configHash(suite, modelIds),
        models: modelIds.map((id) => ({ id, name: models.nameOf(id) })),
        settings: {
          ...withoutUndefined(suite.settings),
          seed,
          reproducible:
            request.reproducible ?? suite.settings.reproducible ?? suite.settings.temperature === 0,
          ...(parallel === undefined ? {} : { parallel }),
        },
        totalResponses: totalResponses(suite, modelIds.length),
        rerunOf,
        owner: this.#id,
        createdAt: now(),
      },
    });
    this.#enqueue(evaluationId, suite.name, { kind: "run", retryFailed: false });
    return evaluationId;
  }

  /** Goes on at the first response that is missing; with `retryFailed` failed ones are made again. */
  async resume(evaluationId: string, { retryFailed }: { retryFailed: boolean }): Promise<void> {
    await this.#enqueueStored(evaluationId, { kind: "run", retryFailed });
  }

  /** Judges responses that are there, without making any anew. */
  async judge(evaluationId: string, request: JudgeRequest): Promise<void> {
    await this.#enqueueStored(evaluationId, { kind: "judge", request });
  }

  /** Compares the responses of two models of an evaluation. */
  async compare(evaluationId: string, request: CompareRequest): Promise<void> {
    await this.#enqueueStored(evaluationId, { kind: "compare", request });
  }

  /** Repeats an evaluation with everything that its lockfile says; resolves with the new one's id. */
  async rerun(evaluationId: string): Promise<string> {
    const evaluation = await this.#get(evaluationId);
    const suite = await this.#suiteOf(evaluationId);
    const { settings } = lockfileOf(evaluation);
    const { seed, reproducible, parallel } = runSettings(settings);
    return this.start({
      suite: { ...suite, settings: { ...suite.settings, seed } },
      suiteFile: evaluation.suiteFile,
      models: evaluation.models.map(({ id }) => id),
      reproducible,
      ...(parallel > 0 ? { parallel } : {}),
      rerunOf: evaluationId,
    });
  }

  /** Ends what is done with the evaluation; resolves when it has ended and that is stored. */
  async cancel(evaluationId: string): Promise<void> {
    await Promise.all(
      this.#queue
        .filter((entry) => entry.evaluationId === evaluationId)
        .map((entry) => this.#end(entry, "cancelled")),
    );
  }

  /** For an evaluation that seems stuck: whoever works on it loses it, and it can be resumed. */
  async reset(evaluationId: string): Promise<void> {
    const { store, now } = this.#options;
    const entries = this.#queue.filter((entry) => entry.evaluationId === evaluationId);
    const ends = Promise.all(entries.map((entry) => this.#end(entry, "interrupted")));
    await settlesWithin(ends, resetPatienceMs);
    await store.request("resetEvaluation", { evaluationId, at: now() });
    const stuck = new AppError("engine-stuck", "The evaluation did not end in time and was reset.");
    await Promise.all(entries.map((entry) => this.#settle(entry, Promise.reject(stuck))));
  }

  /** Resolves when nothing is done with the evaluation any more; undefined when its end could not be stored. */
  async untilEnded(evaluationId: string): Promise<EvaluationStatus | undefined> {
    const last = this.#queue.findLast((entry) => entry.evaluationId === evaluationId);
    try {
      return last ? await last.done : (await this.#get(evaluationId)).status;
    } catch {
      // `onDidEnd` and the log have told it.
      return undefined;
    }
  }

  /** Ends everything; what is not done is `interrupted`. Resolves when that is stored. */
  async close(): Promise<void> {
    this.#isDisposed = true;
    await Promise.allSettled([...this.#queue].reverse().map((entry) => this.#end(entry, "interrupted")));
  }

  dispose(): void {
    void this.close();
    this.#changed.dispose();
    this.#logged.dispose();
    this.#ended.dispose();
  }

  async #enqueueStored(evaluationId: string, work: Work): Promise<void> {
    const { name } = await this.#get(evaluationId);
    if (this.isActive(evaluationId)) {
      throw new AppError("model-busy", "The evaluation “{0}” is running or waiting already.", [name]);
    }
    this.#enqueue(evaluationId, name, work);
  }

  #enqueue(evaluationId: string, name: string, work: Work): void {
    this.#assertOpen();
    let settle: Entry["settle"] = () => {};
    const done = new Promise<EvaluationStatus>((resolve) => (settle = resolve));
    done.catch(() => undefined);
    this.#queue.push({
      evaluationId,
      name,
      work,
      controller: new AbortController(),
      done,
      settle,
      endReason: "cancelled",
      isRunning: false,
      progress: undefined,
    });
    this.#fire();
    this.#runNext();
  }

  #runNext(): void {
    const [entry] = this.#queue;
    if (!entry || entry.isRunning) {
      return;
    }
    entry.isRunning = true;
    this.#fire();
    void this.#settle(entry, this.#work(entry));
  }

  async #work(entry: Entry): Promise<EvaluationStatus> {
    const { evaluationId, work, controller } = entry;
    const { store, now, describeError } = this.#options;
    const log = new RunLog(now, (line) => this.#logged.fire({ evaluationId, line }));
    const owner = `${this.#id}/${++this.#jobs}`;
    const suite = await this.#suiteOf(evaluationId);
    const before = await this.#get(evaluationId);
    if (before.status === "running" && before.owner.startsWith(this.#id)) {
      // An earlier job of this runner, whose end could not be stored.
      await store.request("resetEvaluation", { evaluationId, at: now() });
    }
    const retryFailed = work.kind === "run" && work.retryFailed;
    await store.request("claimEvaluation", { evaluationId, owner, retryFailed, at: now() });
    const evaluation = await this.#get(evaluationId);
    try {
      return await execute(
        {
          ...this.#options,
          evaluation,
          suite,
          settings: runSettings(evaluation.settings),
          owner,
          log,
          hashes: this.#hashes,
          signal: controller.signal,
          onProgress: (progress) => {
            entry.progress = progress;
            this.#fire();
          },
        },
        work,
        () => entry.endReason,
      );
    } catch (error) {
      log.add(`Ended, and that could not be stored: ${describeError(toAppError(error))}`);
      throw error;
    }
  }

  /** Whatever the outcome, the next one begins. */
  async #settle(entry: Entry, outcome: Promise<EvaluationStatus>): Promise<void> {
    const end = await outcome.then(
      (status) => ({ status, error: undefined }),
      (error: unknown) => ({ status: undefined, error: toAppError(error) }),
    );
    const index = this.#queue.indexOf(entry);
    if (index < 0) {
      return;
    }
    this.#queue.splice(index, 1);
    entry.settle(outcome);
    this.#fire();
    this.#ended.fire({ evaluationId: entry.evaluationId, ...end });
    this.#runNext();
  }

  async #end(entry: Entry, reason: EndReason): Promise<void> {
    if (!entry.controller.signal.aborted) {
      entry.endReason = reason;
      entry.controller.abort();
      this.#fire();
    }
    if (!entry.isRunning) {
      entry.isRunning = true;
      await this.#settle(entry, this.#endQueued(entry, reason));
    }
    await entry.done;
  }

  async #endQueued({ evaluationId, work }: Entry, reason: EndReason): Promise<EvaluationStatus> {
    const { store, now } = this.#options;
    const { status, owner } = await this.#get(evaluationId);
    // What waits to be judged or resumed keeps the status that it has.
    if (work.kind !== "run" || status !== "queued" || owner !== this.#id) {
      return status;
    }
    await store.request("updateEvaluation", {
      evaluationId,
      owner,
      change: { status: reason, endedAt: now() },
    });
    return reason;
  }

  #assertOpen(): void {
    if (this.#isDisposed) {
      throw new AppError("engine-stopped", "VS Code is closing.");
    }
  }

  async #get(evaluationId: string): Promise<StoredEvaluation> {
    const evaluation = await this.#options.store.request("getEvaluation", { evaluationId });
    if (!evaluation) {
      throw new AppError(
        "invalid-input",
        "This evaluation no longer exists.",
        [],
        `Evaluation ${evaluationId}`,
      );
    }
    return evaluation;
  }

  async #suiteOf(evaluationId: string): Promise<Suite> {
    const suite = await this.#options.store.request("getEvaluationSuite", { evaluationId });
    if (suite === null) {
      throw new AppError(
        "invalid-input",
        "This evaluation no longer exists.",
        [],
        `Evaluation ${evaluationId}`,
      );
    }
    return JSON.parse(suite) as Suite;
  }

  #fire(): void {
    this.#changed.fire(this.active);
  }
}

function lockfileOf({ name, lockfile }: StoredEvaluation): Lockfile {
  if (lockfile === undefined) {
    throw new AppError(
      "invalid-input",
      "The evaluation “{0}” has no lockfile, because none of its models was loaded.",
      [name],
    );
  }
  return JSON.parse(lockfile) as Lockfile;
}

function withoutUndefined(settings: Suite["settings"]): Record<string, number | boolean> {
  return Object.fromEntries(
    Object.entries(settings as Record<keyof Suite["settings"], number | boolean | undefined>).flatMap(
      ([name, value]) => (value === undefined ? [] : [[name, value]]),
    ),
  );
}
