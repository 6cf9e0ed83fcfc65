import { settlesWithin } from "../common/async";
import { abortError, AppError, isAbort, toAppError } from "../common/errors";
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
  ImagesParams,
  LoadedModel,
  LoadParams,
  RerankParams,
  RerankResult,
  TranscribeEvent,
  TranscribeParams,
  TranscribeResult,
} from "../protocol/engine";
import type { RequestOptions } from "../protocol/rpc";
import { EngineChild } from "./engine-child";

/** How long a running request may take to notice that it was cancelled. */
const cancelGraceMs = 5_000;

export interface DeployTarget {
  /** The model's id in the library. */
  id: string;
  name: string;
  isDemo: boolean;
  load: LoadParams;
}

export type DeploymentStatus =
  | { state: "loading"; fraction: number }
  | { state: "running"; loaded: LoadedModel }
  | { state: "stopping" }
  | { state: "failed"; error: AppError };

export interface Deployment {
  readonly target: DeployTarget;
  readonly status: DeploymentStatus;
  /** Of the engine process; undefined when it could not be started. */
  readonly processId: number | undefined;
}

interface Entry extends Deployment {
  status: DeploymentStatus;
  readonly child: EngineChild;
}

/**
 * Which models are loaded, loading or failed: the one place that tree, pickers and panels read. A model
 * that is not listed is stopped.
 */
export class Deployments {
  readonly #entries = new Map<string, Entry>();
  readonly #changed = new Emitter<Deployment[]>();
  readonly onDidChange = this.#changed.event;
  readonly #entryPath: string;
  readonly #logger: Logger;
  #disposed = false;

  constructor(options: { enginePath: string; logger: Logger }) {
    this.#entryPath = options.enginePath;
    this.#logger = options.logger;
  }

  list(): Deployment[] {
    return [...this.#entries.values()];
  }

  get(id: string): Deployment | undefined {
    return this.#entries.get(id);
  }

  /** Loads the model in a process of its own; rejects with why it could not. A failed one may be deployed again. */
  async deploy(target: DeployTarget, signal?: AbortSignal): Promise<LoadedModel> {
    this.#refuseWhenBusy(target);
    const child = new EngineChild({
      entry: this.#entryPath,
      engine: target.load.engine,
      name: target.name,
      logger: this.#logger,
    });
    const entry: Entry = {
      target,
      child,
      processId: child.pid,
      status: { state: "loading", fraction: 0 },
    };
    this.#entries.set(target.id, entry);
    this.#fire();
    void child.exited.then((reason) => this.#onExit(entry, reason));

    const onAbort = () => void child.kill(abortError());
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      if (signal?.aborted) {
        throw abortError();
      }
      const loaded = await child.rpc.request("load", target.load, {
        onEvent: ({ fraction }) => this.#setStatus(entry, { state: "loading", fraction }),
      });
      this.#setStatus(entry, { state: "running", loaded });
      this.#logger.info(
        `${target.name}: running on ${loaded.device}, context ${loaded.contextLength} tokens`,
      );
      return loaded;
    } catch (error) {
      const reason = toAppError(error);
      this.#fail(entry, reason);
      await child.shutdown();
      throw reason;
    } finally {
      signal?.removeEventListener("abort", onAbort);
    }
  }

  /** Ends the model's process; its memory is the system's again when this resolves. */
  async stop(id: string): Promise<void> {
    const entry = this.#entries.get(id);
    if (!entry) {
      return;
    }
    if (entry.status.state !== "failed") {
      this.#setStatus(entry, { state: "stopping" });
    }
    await entry.child.shutdown();
    this.#remove(entry);
  }

  chat(id: string, params: ChatParams, options: RequestOptions<ChatEvent>): Promise<ChatResult> {
    return this.#bounded(id, options.signal, (child) => child.rpc.request("chat", params, options));
  }

  complete(id: string, params: CompleteParams, options: RequestOptions<ChatEvent>): Promise<ChatResult> {
    return this.#bounded(id, options.signal, (child) => child.rpc.request("complete", params, options));
  }

  embed(id: string, params: EmbedParams, options: RequestOptions<never> = {}): Promise<EmbedResult> {
    return this.#bounded(id, options.signal, (child) => child.rpc.request("embed", params, options));
  }

  embedImages(
    id: string,
    params: ImagesParams,
    options: RequestOptions<never> = {},
  ): Promise<EmbedImagesResult> {
    return this.#bounded(id, options.signal, (child) => child.rpc.request("embedImages", params, options));
  }

  caption(id: string, params: ImagesParams, options: RequestOptions<never> = {}): Promise<CaptionResult> {
    return this.#bounded(id, options.signal, (child) => child.rpc.request("caption", params, options));
  }

  transcribe(
    id: string,
    params: TranscribeParams,
    options: RequestOptions<TranscribeEvent> = {},
  ): Promise<TranscribeResult> {
    return this.#bounded(id, options.signal, (child) => child.rpc.request("transcribe", params, options));
  }

  rerank(id: string, params: RerankParams, options: RequestOptions<never> = {}): Promise<RerankResult> {
    return this.#bounded(id, options.signal, (child) => child.rpc.request("rerank", params, options));
  }

  /** Stops everything, bounded in time. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    await Promise.all([...this.#entries.keys()].map((id) => this.stop(id)));
    this.#changed.dispose();
  }

  #refuseWhenBusy(target: DeployTarget): void {
    if (this.#disposed) {
      throw new AppError("engine-stopped", "VS Code is closing.");
    }
    const state = this.#entries.get(target.id)?.status.state;
    if (state === "loading" || state === "running") {
      throw new AppError("model-busy", "{0} is already {1}.", [target.name, state]);
    }
    if (state === "stopping") {
      throw new AppError("model-busy", "{0} is still stopping. Try again in a moment.", [target.name]);
    }
  }

  /** A cancelled request that native code does not let go of costs the process, never the caller's time. */
  async #bounded<T>(
    id: string,
    signal: AbortSignal | undefined,
    run: (child: EngineChild) => Promise<T>,
  ): Promise<T> {
    const entry = this.#entries.get(id);
    if (entry?.status.state !== "running") {
      throw new AppError("engine-stopped", "The model is not running. Deploy it first.");
    }
    const { child } = entry;
    const request = run(child);
    const onAbort = async () => {
      if (!(await settlesWithin(request, cancelGraceMs))) {
        await child.kill(
          new AppError(
            "engine-stuck",
            "The model did not stop in time, so its process was ended. Deploy it again.",
          ),
        );
      }
    };
    const listener = () => void onAbort();
    signal?.addEventListener("abort", listener, { once: true });
    try {
      return await request;
    } finally {
      signal?.removeEventListener("abort", listener);
    }
  }

  #onExit(entry: Entry, reason: AppError): void {
    if (entry.status.state === "loading" || entry.status.state === "running") {
      this.#fail(entry, reason);
    }
  }

  #fail(entry: Entry, reason: AppError): void {
    if (isAbort(reason) || reason.code === "engine-stopped") {
      this.#remove(entry);
      return;
    }
    if (entry.status.state !== "failed") {
      this.#logger.error(`${entry.target.name}: ${reason.message}\n${reason.detail ?? ""}`);
      this.#setStatus(entry, { state: "failed", error: reason });
    }
  }

  #remove(entry: Entry): void {
    if (this.#entries.get(entry.target.id) === entry) {
      this.#entries.delete(entry.target.id);
      this.#fire();
    }
  }

  #setStatus(entry: Entry, status: DeploymentStatus): void {
    if (this.#entries.get(entry.target.id) === entry) {
      entry.status = status;
      this.#fire();
    }
  }

  #fire(): void {
    this.#changed.fire(this.list());
  }
}
