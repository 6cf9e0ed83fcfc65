import { AppError } from "../common/errors";
import { Emitter } from "../common/event";
import type { Logger } from "../common/logger";
import type {
  CaptionResult,
  ChatEvent,
  ChatParams,
  ChatResult,
  CompleteParams,
  EmbedImagesResult,
  EmbedParams,
  EmbedResult,
  EngineWire,
  ImagesParams,
  LoadedModel,
  RerankParams,
  RerankResult,
  TranscribeEvent,
  TranscribeParams,
  TranscribeResult,
} from "../protocol/engine";
import type { RequestOptions } from "../protocol/rpc";
import { fromSent } from "../protocol/sent-vectors";
import { type Deployment, type DeployTarget, notRunning } from "./deployment";
import { KeepAlive } from "./keep-alive";
import { shortageOf, tooLargeError, whatToStop } from "./memory";
import type { ServiceName } from "./requests";
import { type MeasuredThreadsStore, SupervisedModel } from "./supervised-model";
import { ThreadShare } from "./thread-share";
import { defaultTiming, type EngineTiming } from "./timing";

export type { Deployment, DeploymentStatus, DeployTarget } from "./deployment";

export interface DeploymentsOptions {
  /** Path of the engine process's bundle. */
  enginePath: string;
  logger: Logger;
  /** How long an unused model stays, in milliseconds; 0 is forever, and so is leaving it out. */
  keepAliveMs?: () => number;
  /** Where measured thread counts are remembered; for as long as this object lives when left out. */
  measuredThreads?: MeasuredThreadsStore;
  timing?: EngineTiming;
}

/**
 * Which models are loaded, loading or failed: the one place that tree, pickers and panels read. A model
 * that is not listed is stopped.
 */
export class Deployments {
  readonly #models = new Map<string, SupervisedModel>();
  readonly #changed = new Emitter<Deployment[]>();
  readonly onDidChange = this.#changed.event;
  readonly #options: Required<DeploymentsOptions>;
  readonly #threadShare: ThreadShare;
  readonly #keepAlive: KeepAlive<SupervisedModel>;
  #disposed = false;

  constructor(options: DeploymentsOptions) {
    this.#options = {
      keepAliveMs: () => 0,
      measuredThreads: new Map(),
      timing: defaultTiming,
      ...options,
    };
    const { timing, keepAliveMs, logger } = this.#options;
    const models = () => [...this.#models.values()];
    this.#threadShare = new ThreadShare(models, timing.threadReturnMs);
    this.#keepAlive = new KeepAlive({
      models,
      keepAliveMs,
      checkEveryMs: timing.keepAliveCheckMs,
      stop: ({ target }) => {
        logger.info(`${target.name}: stopped, because nobody used it for a while`);
        void this.stop(target.id);
      },
    });
  }

  list(): Deployment[] {
    return [...this.#models.values()].map(snapshot);
  }

  get(id: string): Deployment | undefined {
    const model = this.#models.get(id);
    return model && snapshot(model);
  }

  /** Loads the model in a process of its own; rejects with why it could not. A failed one may be deployed again. */
  async deploy(target: DeployTarget, signal?: AbortSignal): Promise<LoadedModel> {
    this.#refuseWhenBusy(target);
    const model = new SupervisedModel({
      ...this.#options,
      target,
      onStatusChange: () => this.#fire(),
      onBusyChange: () => this.#threadShare.update(),
      explain: (error) => this.#explain(target, error),
    });
    this.#models.set(target.id, model);
    try {
      return await model.deploy(signal);
    } finally {
      if (model.status.state === "stopping") {
        this.#remove(model);
      }
    }
  }

  /** Ends the model's process; its memory is the system's again when this resolves. */
  async stop(id: string): Promise<void> {
    const model = this.#models.get(id);
    if (model) {
      await model.stop();
      this.#remove(model);
    }
  }

  /** Memory that would be free again if the model were stopped, in bytes, as it told last; undefined while unknown. */
  memoryBytesOf(id: string): number | undefined {
    return this.#models.get(id)?.memoryBytes;
  }

  /** Running models that would have to be stopped so that a model fits that `error` calls too large. */
  couldStop(error: AppError): Deployment[] {
    const shortage = shortageOf(error);
    return shortage ? this.#couldStop(shortage.needed - shortage.available).map(snapshot) : [];
  }

  chat(id: string, params: ChatParams, options: RequestOptions<ChatEvent>): Promise<ChatResult> {
    return this.#request(id, "chat", params, options);
  }

  complete(id: string, params: CompleteParams, options: RequestOptions<ChatEvent>): Promise<ChatResult> {
    return this.#request(id, "complete", params, options);
  }

  async embed(id: string, params: EmbedParams, options: RequestOptions<never> = {}): Promise<EmbedResult> {
    return fromSent(await this.#request(id, "embed", params, options));
  }

  async embedImages(
    id: string,
    params: ImagesParams,
    options: RequestOptions<never> = {},
  ): Promise<EmbedImagesResult> {
    return fromSent(await this.#request(id, "embedImages", params, options));
  }

  caption(id: string, params: ImagesParams, options: RequestOptions<never> = {}): Promise<CaptionResult> {
    return this.#request(id, "caption", params, options);
  }

  transcribe(
    id: string,
    params: TranscribeParams,
    options: RequestOptions<TranscribeEvent> = {},
  ): Promise<TranscribeResult> {
    return this.#request(id, "transcribe", params, options);
  }

  rerank(id: string, params: RerankParams, options: RequestOptions<never> = {}): Promise<RerankResult> {
    return this.#request(id, "rerank", params, options);
  }

  /** Stops everything, bounded in time. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    this.#keepAlive.dispose();
    await Promise.all([...this.#models.keys()].map((id) => this.stop(id)));
    this.#threadShare.dispose();
    this.#changed.dispose();
  }

  #refuseWhenBusy({ id, name }: DeployTarget): void {
    if (this.#disposed) {
      throw new AppError("engine-stopped", "VS Code is closing.");
    }
    switch (this.#models.get(id)?.status.state) {
      case "loading":
        throw new AppError("model-busy", "{0} is already being deployed.", [name]);
      case "running":
        throw new AppError("model-busy", "{0} is already running.", [name]);
      case "restarting":
        throw new AppError("model-busy", "{0} is already being started again.", [name]);
      case "stopping":
        throw new AppError("model-busy", "{0} is still stopping. Try again in a moment.", [name]);
    }
  }

  #request<S extends ServiceName>(
    id: string,
    service: S,
    params: EngineWire[S]["params"],
    options: RequestOptions<EngineWire[S]["event"]>,
  ): Promise<EngineWire[S]["result"]> {
    return this.#models.get(id)?.request(service, params, options) ?? Promise.reject(notRunning());
  }

  #explain({ name }: DeployTarget, error: AppError): AppError {
    const shortage = shortageOf(error);
    return shortage
      ? tooLargeError(name, shortage, this.#couldStop(shortage.needed - shortage.available), error)
      : error;
  }

  #couldStop(missingBytes: number): SupervisedModel[] {
    const running = [...this.#models.values()].filter(({ status }) => status.state === "running");
    return whatToStop(missingBytes, running);
  }

  #remove(model: SupervisedModel): void {
    if (this.#models.get(model.target.id) === model) {
      this.#models.delete(model.target.id);
      this.#fire();
    }
  }

  /** What a surface makes of a change must not disturb the supervision. */
  #fire(): void {
    try {
      this.#changed.fire(this.list());
    } catch (error) {
      this.#options.logger.error(`A change of the models could not be shown: ${String(error)}`);
    }
  }
}

function snapshot({ target, status, processId }: SupervisedModel): Deployment {
  return { target, status, processId };
}
