import { AppError } from "../common/errors";
import { Emitter } from "../common/event";
import type { Disposable } from "../common/disposable";
import type { Logger } from "../common/logger";
import { deleteModel, discardPull } from "./delete";
import { scanDownloaded, scanPartial } from "./downloaded";
import { comfortableMemory, recommended } from "./fit";
import { freeSpaceOf } from "./free-space";
import { HubClient } from "./hub-client";
import { type Environment, hubEndpoint, hubToken } from "./hub-settings";
import { machineInfo } from "./machine";
import type {
  CatalogueEntry,
  DownloadedModel,
  HubSearchResult,
  LibraryContent,
  MachineInfo,
  ModelDetails,
  PartialModel,
  PullProgress,
  PullRequest,
} from "./model";
import { checkRepoId, checkRevision } from "./model-id";
import { pull, type PullContext, type PullDetails } from "./pull";
import { type PullRecord, readPullRecords } from "./pull-record";
import { recommendedVariant } from "./recommend";

export interface LibraryOptions {
  /** Absolute path of the models folder (the parent of `hub`); undefined while no folder is open. */
  modelsFolder: () => string | undefined;
  catalogue: readonly CatalogueEntry[];
  /** The hub's address from the settings; empty or undefined falls back to `HF_ENDPOINT`, then huggingface.co. */
  endpoint: () => string | undefined;
  /** A token from secret storage; undefined falls back to the standard Hugging Face places. */
  token: () => Promise<string | undefined>;
  logger: Logger;
  /** True while a deployed model uses the file: it is not deleted then. */
  isInUse?: (modelId: string) => boolean;
  environment?: Environment;
  /** How patient downloads are; the defaults suit real networks. */
  network?: { stallMs?: number; retryDelayMs?: number };
}

interface ActivePull {
  model: PartialModel;
  progress: PullProgress;
}

const changeIntervalMs = 250;

/**
 * What models there are for the workspace: those on disk, those being downloaded, those worth having.
 * Everything here is about files and the hub; running a model is the engine's business.
 */
export class Library implements Disposable {
  readonly #options: LibraryOptions;
  readonly #changed = new Emitter<void>();
  readonly #active = new Map<string, ActivePull>();
  #downloaded: DownloadedModel[] = [];
  #partial: PartialModel[] = [];
  #machine: MachineInfo | undefined;
  #scan: Promise<void> | undefined;
  #nextScan: Promise<void> | undefined;
  #lastChange = Number.NEGATIVE_INFINITY;

  /** Fires when `content()` gives something new; while a pull runs at most about four times a second. */
  readonly onDidChange = this.#changed.event;

  constructor(options: LibraryOptions) {
    this.#options = options;
  }

  /**
   * What the last scan found, with the pulls of this window as they are now; empty before the first
   * `refresh()`. A model that is downloaded and pulled again in a newer version is in both lists.
   */
  content(): LibraryContent {
    const partial = this.#partialNow();
    const here = new Set([...this.#downloaded, ...partial].map((model) => model.id));
    const { catalogue } = this.#options;
    return {
      recommended: recommended(catalogue, this.machine(), (entry) =>
        here.has(`${entry.repoId}/${entry.primaryFile}`),
      ),
      downloaded: this.#downloaded,
      partial,
    };
  }

  /** Looks at the disk again; settles after a scan that began after this call. Fires `onDidChange`. */
  refresh(): Promise<void> {
    if (this.#scan === undefined) {
      this.#scan = this.#rescan().finally(() => (this.#scan = undefined));
      return this.#scan;
    }
    const current = this.#scan;
    this.#nextScan ??= current
      .catch(() => undefined)
      .then(() => {
        this.#nextScan = undefined;
        return this.refresh();
      });
    return this.#nextScan;
  }

  find(modelId: string): DownloadedModel | undefined {
    return this.#downloaded.find((model) => model.id === modelId);
  }

  /**
   * Downloads a model, or goes on with what an earlier pull left. Stops when the signal fires or the
   * consumer does; returns the model once it is complete.
   * @throws AppError
   */
  async *pull(request: PullRequest, signal: AbortSignal): AsyncGenerator<PullProgress, DownloadedModel> {
    const modelsFolder = this.#modelsFolder();
    let model: PartialModel | undefined;
    const context = await this.#pullContext(modelsFolder, (record) => {
      model = this.#begin(record);
    });
    try {
      for await (const progress of pull(request, context, signal)) {
        if (model !== undefined) {
          this.#active.set(model.id, { model, progress });
          this.#fireSoon(progress);
        }
        yield progress;
      }
    } finally {
      if (model !== undefined) {
        this.#active.delete(model.id);
        await this.refresh();
      }
    }
    const result = model === undefined ? undefined : this.find(model.id);
    if (result === undefined) {
      throw new AppError("file-missing", "“{0}” was downloaded, but its files are gone. Pull it again.", [
        request.repoId,
      ]);
    }
    return result;
  }

  /** Forgets an interrupted pull and deletes what it left. @throws AppError */
  async discardPartial(modelId: string): Promise<void> {
    const modelsFolder = this.#modelsFolder();
    if (this.#active.has(modelId)) {
      throw new AppError("model-busy", "“{0}” is being downloaded. Cancel the download first.", [modelId]);
    }
    const records = await readPullRecords(modelsFolder);
    const record = records.find((each) => `${each.repoId}/${each.primaryFile}` === modelId);
    try {
      if (record !== undefined) {
        await discardPull(modelsFolder, record);
      }
    } finally {
      await this.refresh();
    }
  }

  /** Deletes a downloaded model's files. @throws AppError `model-busy` while it runs or is downloaded */
  async delete(modelId: string): Promise<void> {
    const modelsFolder = this.#modelsFolder();
    const model = this.find(modelId);
    if (model === undefined) {
      throw new AppError("file-missing", "“{0}” is not downloaded (any more).", [modelId]);
    }
    if (this.#options.isInUse?.(modelId) === true) {
      throw new AppError("model-busy", "“{0}” is running. Stop it, then delete it.", [model.name]);
    }
    if (this.#active.has(modelId)) {
      throw new AppError("model-busy", "“{0}” is being downloaded. Cancel the download first.", [model.name]);
    }
    try {
      await deleteModel(modelsFolder, model.repoId, model.primaryFile);
    } finally {
      await this.refresh();
    }
  }

  /** What the hub has of a model, for a person to choose from. @throws AppError */
  async variants(repoId: string, revision: string | undefined, signal: AbortSignal): Promise<ModelDetails> {
    const client = await this.#client();
    const details = await client.details(checkRepoId(repoId), checkRevision(revision ?? "main"), signal);
    return {
      ...details,
      ...this.#describe(details),
      recommended: recommendedVariant(details.variants, comfortableMemory(this.machine())),
    };
  }

  /** Runnable models on the hub whose name has the words. @throws AppError */
  async search(query: string, signal: AbortSignal): Promise<HubSearchResult[]> {
    return (await this.#client()).search(query, signal);
  }

  /** As of the last scan. */
  machine(): MachineInfo {
    this.#machine ??= machineInfo();
    return this.#machine;
  }

  dispose(): void {
    this.#changed.dispose();
  }

  #begin(record: PullRecord): PartialModel {
    const { repoId, revision, name, variantLabel, kind, primaryFile, files } = record;
    return {
      id: `${repoId}/${primaryFile}`,
      repoId,
      revision,
      name,
      variantLabel,
      kind,
      primaryFile,
      doneBytes: 0,
      totalBytes: files.reduce((total, file) => total + file.sizeBytes, 0),
    };
  }

  #partialNow(): PartialModel[] {
    const resting = this.#partial.filter((model) => !this.#active.has(model.id));
    const active = [...this.#active.values()].map(({ model, progress }) => ({
      ...model,
      doneBytes: progress.doneBytes,
      activity: progress,
    }));
    return [...active, ...resting];
  }

  async #rescan(): Promise<void> {
    const folder = this.#options.modelsFolder();
    const [downloaded, partial] =
      folder === undefined
        ? [[], []]
        : await Promise.all([scanDownloaded(folder, this.#options.catalogue), scanPartial(folder)]);
    this.#downloaded = downloaded;
    this.#partial = partial;
    this.#machine = machineInfo();
    this.#changed.fire();
  }

  #fireSoon(progress: PullProgress): void {
    const now = performance.now();
    if (now - this.#lastChange >= changeIntervalMs || progress.phase === "ready") {
      this.#lastChange = now;
      this.#changed.fire();
    }
  }

  #modelsFolder(): string {
    const folder = this.#options.modelsFolder();
    if (folder === undefined) {
      throw new AppError("no-folder", "Open a folder first: models are saved in its “models” folder.");
    }
    return folder;
  }

  async #client(): Promise<HubClient> {
    const { endpoint, token, environment = process.env, network } = this.#options;
    return new HubClient({
      endpoint: hubEndpoint(endpoint(), environment),
      token: await hubToken(token, environment),
      retryDelayMs: network?.retryDelayMs,
    });
  }

  async #pullContext(modelsFolder: string, onBegin: (record: PullRecord) => void): Promise<PullContext> {
    return {
      modelsFolder,
      client: await this.#client(),
      freeSpace: freeSpaceOf,
      now: () => performance.now(),
      logger: this.#options.logger,
      memoryBytes: comfortableMemory(this.machine()),
      describe: (details) => this.#describe(details),
      onBegin,
      stallMs: this.#options.network?.stallMs,
      retryDelayMs: this.#options.network?.retryDelayMs,
    };
  }

  /** The catalogue was written by hand, so it knows better than what is guessed from a name. */
  #describe(details: PullDetails): Pick<ModelDetails, "name" | "kind"> {
    const entry = this.#options.catalogue.find((each) => each.repoId === details.repoId);
    return { name: entry?.name ?? details.name, kind: entry?.kind ?? details.kind };
  }
}
