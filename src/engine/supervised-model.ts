import { delay, throwIfAborted } from "../common/async";
import { abortError, AppError, isAbort, toAppError } from "../common/errors";
import type { Logger } from "../common/logger";
import type { EngineWire, LoadedModel, MeasuredThreads } from "../protocol/engine";
import type { RequestOptions } from "../protocol/rpc";
import {
  type DeploymentStatus,
  type DeployTarget,
  notRunning,
  type RestartingStatus,
  stopped,
} from "./deployment";
import { EngineChild } from "./engine-child";
import { isProcessEnd, Requests, type ServiceName } from "./requests";
import { RestartPolicy } from "./restart-policy";
import type { EngineTiming } from "./timing";

export interface SupervisedModelOptions {
  target: DeployTarget;
  enginePath: string;
  logger: Logger;
  timing: EngineTiming;
  measuredThreads: MeasuredThreadsStore;
  onStatusChange: () => void;
  onBusyChange: () => void;
  /** Words a failure with what the host knows beyond it. */
  explain: (error: AppError) => AppError;
}

/** Remembers per model which thread counts were fastest on this machine. */
export interface MeasuredThreadsStore {
  get: (modelId: string) => MeasuredThreads | undefined;
  set: (modelId: string, measured: MeasuredThreads) => void;
}

/** One deployed model through its whole life: first load, requests, crashes and restarts, end. */
export class SupervisedModel {
  readonly #options: SupervisedModelOptions;
  readonly #requests: Requests;
  readonly #restarts: RestartPolicy;
  readonly #stopping = new AbortController();
  #status: DeploymentStatus = { state: "loading", fraction: 0 };
  #child: EngineChild | undefined;
  #recovery: Promise<void> = Promise.resolve();

  constructor(options: SupervisedModelOptions) {
    this.#options = options;
    this.#restarts = new RestartPolicy(options.timing);
    this.#requests = new Requests({
      cancelGraceMs: options.timing.cancelGraceMs,
      onBusyChange: options.onBusyChange,
      onStuck: () => this.#replaceStuckChild(),
    });
  }

  get target(): DeployTarget {
    return this.#options.target;
  }

  get status(): DeploymentStatus {
    return this.#status;
  }

  get processId(): number | undefined {
    return this.#child?.pid;
  }

  get isBusy(): boolean {
    return this.#requests.isBusy;
  }

  /** Since when it runs without a request, in milliseconds since 1970; undefined while it is in use. */
  get idleSince(): number | undefined {
    return this.#status.state === "running" ? this.#requests.idleSince : undefined;
  }

  /** Memory that is free again once it is stopped, in bytes, as far as it is known. */
  get memoryBytes(): number | undefined {
    return this.#child?.memoryBytes;
  }

  limitThreads(most: number): void {
    this.#child?.limitThreads(most);
  }

  /** The first load. A crash during it is final: a broken file would crash the next process as well. */
  async deploy(signal: AbortSignal | undefined): Promise<LoadedModel> {
    try {
      return await this.#load(signal, (fraction) => ({ state: "loading", fraction }));
    } catch (error) {
      const reason = toAppError(error);
      if (isAbort(reason) || this.#stopping.signal.aborted) {
        this.#setStatus({ state: "stopping" });
        await this.#child?.shutdown();
        throw reason;
      }
      throw await this.#fail(reason);
    }
  }

  request<S extends ServiceName>(
    service: S,
    params: EngineWire[S]["params"],
    options: RequestOptions<EngineWire[S]["event"]>,
  ): Promise<EngineWire[S]["result"]> {
    if (this.#status.state === "restarting") {
      return Promise.reject(
        new AppError("model-busy", "{0} is being started again. Try again in a moment.", [this.target.name]),
      );
    }
    if (this.#status.state !== "running" || !this.#child) {
      return Promise.reject(notRunning());
    }
    return this.#requests.run(this.#child.rpc, service, params, options).catch((error: unknown) => {
      throw this.#stopping.signal.aborted ? stoppedMeanwhile(toAppError(error)) : error;
    });
  }

  /** Ends a load, the running model or a restart; the memory is the system's again when this resolves. */
  async stop(): Promise<void> {
    if (this.#status.state !== "failed") {
      this.#setStatus({ state: "stopping" });
    }
    this.#stopping.abort();
    await this.#child?.shutdown();
    await this.#recovery;
    await this.#child?.shutdown();
  }

  async #load(
    signal: AbortSignal | undefined,
    statusAt: (fraction: number) => DeploymentStatus,
  ): Promise<LoadedModel> {
    throwIfAborted(signal);
    const { enginePath, logger, timing } = this.#options;
    const { name, load } = this.target;
    const child = new EngineChild({
      entry: enginePath,
      engine: load.engine,
      name,
      logger,
      watchdog: timing.watchdog[load.engine],
      isBackground: load.task === "image-text" || load.task === "caption",
    });
    const onAbort = () => void child.kill(abortError());
    signal?.addEventListener("abort", onAbort, { once: true });
    this.#child = child;
    this.#setStatus(statusAt(0));
    try {
      const loaded = await child.load(
        { ...load, measuredThreads: this.#options.measuredThreads.get(this.target.id) },
        (fraction) => this.#setStatus(statusAt(fraction)),
      );
      throwIfAborted(signal);
      this.#onLoaded(child, loaded);
      return loaded;
    } finally {
      signal?.removeEventListener("abort", onAbort);
    }
  }

  #onLoaded(child: EngineChild, loaded: LoadedModel): void {
    if (loaded.measuredThreads) {
      this.#options.measuredThreads.set(this.target.id, loaded.measuredThreads);
    }
    this.#requests.touch();
    this.#setStatus({ state: "running", loaded });
    this.#options.logger.info(
      `${this.target.name}: running on ${loaded.device}, context ${loaded.contextLength} tokens`,
    );
    void child.exited.then((reason) => {
      if (this.#child === child && this.#status.state === "running") {
        this.#recovery = this.#recover(reason, true);
      }
    });
  }

  /** The engine holds on to requests that everybody has given up. */
  #replaceStuckChild(): void {
    if (this.#status.state === "running") {
      const reason = new AppError(
        "engine-stuck",
        "The model did not stop in time, so its process was ended and is started again.",
      );
      this.#recovery = this.#recover(reason, false);
    }
  }

  /** Starts the model again until it runs, has crashed too often, or cannot be loaded any more. Never rejects. */
  async #recover(firstReason: AppError, isCrash: boolean): Promise<void> {
    const { signal } = this.#stopping;
    let reason = firstReason;
    let restart = isCrash ? this.#restarts.next(Date.now()) : { attempt: 0, pauseMs: 0 };
    while (restart) {
      const { attempt, pauseMs } = restart;
      const status = (fraction: number): RestartingStatus => ({
        state: "restarting",
        reason,
        attempt,
        fraction,
      });
      this.#logRestart(reason, pauseMs);
      this.#setStatus(status(0));
      try {
        await this.#child?.kill(reason);
        await delay(pauseMs, signal);
        await this.#load(signal, status);
        return;
      } catch (error) {
        if (signal.aborted) {
          return;
        }
        reason = toAppError(error);
        restart = isProcessEnd(reason) ? this.#restarts.next(Date.now()) : undefined;
      }
    }
    await this.#fail(reason);
  }

  #logRestart(reason: AppError, pauseMs: number): void {
    this.#options.logger.warn(
      `${this.target.name}: ${reason.message} It is started again in ${pauseMs} ms.\n${reason.detail ?? ""}`,
    );
  }

  /** Resolves with the reason as it is shown. */
  async #fail(error: AppError): Promise<AppError> {
    const reason = this.#options.explain(error);
    this.#options.logger.error(`${this.target.name}: ${reason.message}\n${reason.detail ?? ""}`);
    this.#setStatus({ state: "failed", error: reason });
    await this.#child?.shutdown();
    return reason;
  }

  #setStatus(status: DeploymentStatus): void {
    if (!this.#stopping.signal.aborted) {
      this.#status = status;
      this.#options.onStatusChange();
    }
  }
}

/** What an engine reports of a request while its model is taken from it says nothing to anybody. */
function stoppedMeanwhile(error: AppError): AppError {
  return isAbort(error) ? error : stopped();
}
