import { Worker } from "node:worker_threads";
import { abortError } from "../../common/errors";
import type { PatternJob, PatternOutcome } from "./patterns";

/** A regular expression may take exponential time, and a check is asked for once per response. */
const defaultDeadlineMs = 5000;

/**
 * Matches regular expressions and JSON schemas in a worker thread, one at a time. A match that takes longer
 * than the deadline ends with its thread; the next one gets a new thread.
 */
export class PatternWorker {
  readonly #workerFile: string;
  readonly #deadlineMs: number;
  #worker: Worker | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #isDisposed = false;

  /** `workerFile` is the bundled `worker.ts`. */
  constructor(workerFile: string, deadlineMs = defaultDeadlineMs) {
    this.#workerFile = workerFile;
    this.#deadlineMs = deadlineMs;
  }

  /** @throws AppError `aborted` */
  matchRegex(
    job: { pattern: string; ignoreCase: boolean; text: string },
    signal?: AbortSignal,
  ): Promise<PatternOutcome> {
    return this.#enqueue({ kind: "regex", ...job }, signal);
  }

  /** `text` is JSON. @throws AppError `aborted` */
  matchSchema(
    job: { schema: Extract<PatternJob, { kind: "json_schema" }>["schema"]; text: string },
    signal?: AbortSignal,
  ): Promise<PatternOutcome> {
    return this.#enqueue({ kind: "json_schema", ...job }, signal);
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#stop();
  }

  #enqueue(job: PatternJob, signal: AbortSignal | undefined): Promise<PatternOutcome> {
    const outcome = this.#queue.then(() => this.#run(job, signal));
    this.#queue = outcome.catch(() => undefined);
    return outcome;
  }

  #run(job: PatternJob, signal: AbortSignal | undefined): Promise<PatternOutcome> {
    if (signal?.aborted || this.#isDisposed) {
      return Promise.reject(abortError());
    }
    const isNew = this.#worker === undefined;
    const worker = (this.#worker ??= this.#start());
    return new Promise<PatternOutcome>((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      const settle = (finish: () => void, isOver: boolean) => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", onAbort);
        for (const [event, listener] of Object.entries(listeners)) {
          worker.off(event, listener);
        }
        if (isOver) {
          this.#stop();
        }
        finish();
      };
      const giveUp = (reason: string) => settle(() => resolve({ passed: undefined, reason }), true);
      const onAbort = () => settle(() => reject(abortError()), true);
      const startTimer = () => {
        timer = setTimeout(
          () => giveUp(`The check took longer than ${this.#deadlineMs / 1000} s. Simplify its pattern.`),
          this.#deadlineMs,
        );
      };
      const listeners = {
        message: (outcome: PatternOutcome) => settle(() => resolve(outcome), false),
        error: (error: unknown) => giveUp(`The check cannot be computed: ${String(error)}`),
        exit: () =>
          this.#isDisposed ? onAbort() : giveUp("The check cannot be computed: its thread ended."),
        ...(isNew && { online: startTimer }),
      };
      for (const [event, listener] of Object.entries(listeners)) {
        worker.on(event, listener);
      }
      if (!isNew) {
        startTimer();
      }
      signal?.addEventListener("abort", onAbort, { once: true });
      worker.postMessage(job);
    });
  }

  #start(): Worker {
    const worker = new Worker(this.#workerFile, { resourceLimits: { maxOldGenerationSizeMb: 256 } });
    worker.unref();
    // What it says after it was given up is nobody's concern.
    worker.on("error", () => {});
    worker.on("exit", () => {
      if (this.#worker === worker) {
        this.#worker = undefined;
      }
    });
    return worker;
  }

  #stop(): void {
    const worker = this.#worker;
    this.#worker = undefined;
    void worker?.terminate();
  }
}
