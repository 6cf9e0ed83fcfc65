import type { Disposable } from "../../common/disposable";
import { serializeError, toAppError } from "../../common/errors";
import { Emitter } from "../../common/event";
import type { Logger } from "../../common/logger";
import { Throttle } from "../../common/throttle";
import type { ScanProgress, ScanResult, ScanRoot } from "../../protocol/photo-scanner";
import type { IndexState } from "../../protocol/photos-view";
import type { Store } from "../../store/store-client";
import type { PhotoModels } from "../models";
import { runScan } from "../scan/run-scan";
import { ChangedPaths } from "./changed-paths";
import { IndexJobs, modelsKey } from "./index-jobs";
import { JobAlongside } from "./job-alongside";
import { mergeScans } from "./merge-scans";

export interface PhotoIndexerOptions {
  store: Store;
  models: PhotoModels;
  logger: Logger;
  /** Asked before each scan. */
  roots: () => Promise<ScanRoot[]>;
  /** The scanner's bundle. */
  scannerPath: string;
}

/** What is to become of the index, as far as it is known. */
type Intent =
  /** There is none, and nobody asked for one. */
  | "none"
  /** What an earlier window or another model left must be counted first. */
  | "unsure"
  /** It is brought up to date and kept so. */
  | "fresh"
  /** Much waits, and a person is to say when it goes on. */
  | "held"
  | "cancelled";

interface Run {
  controller: AbortController;
  ended: Promise<void>;
}

const tellEveryMs = 100;
/** Searches are made anew for each revision, so not every batch is one. */
const reviseEveryMs = 2_000;

/**
 * Keeps the index of a workspace's pictures: finds what changed, shows it to the running models, and stores
 * what they say. One run at a time does all that waits; what comes meanwhile is its work as well.
 */
export class PhotoIndexer implements Disposable {
  readonly #options: PhotoIndexerOptions;
  readonly #changed = new Emitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #teller = new Throttle(tellEveryMs, () => this.#changed.fire());
  readonly #reviser = new Throttle(reviseEveryMs, () => {
    this.#revision++;
    this.#teller.ask();
  });
  readonly #changedPaths = new ChangedPaths(() => void this.#ensureRun());
  readonly #modelListener: Disposable;
  readonly #jobs: IndexJobs;
  #intent: Intent = "unsure";
  #state: IndexState = { type: "none" };
  #revision = 0;
  #lastScan: ScanResult | undefined;
  #run: Run | undefined;
  #needsScan = false;
  /** Something came that the run may have passed already. */
  #hasMore = false;
  #modelsKey: string;
  #isDisposed = false;

  constructor(options: PhotoIndexerOptions) {
    this.#options = options;
    const { store, models, logger } = options;
    this.#jobs = new IndexJobs({
      store,
      models,
      logger,
      onProgress: (state) => this.#onProgress(state),
      onChangedFiles: (paths) => this.#changedPaths.add(paths),
      shouldStop: () => this.#changedPaths.isReady,
    });
    this.#modelsKey = modelsKey(models);
    this.#modelListener = models.onDidChange(() => this.#onModelsChanged());
    void this.#ensureRun();
  }

  get state(): IndexState {
    return this.#state;
  }

  /** Grows whenever a search may find something else. */
  get revision(): number {
    return this.#revision;
  }

  /** What was skipped or unreadable, as far as the scans since this window was opened met it. */
  get lastScan(): ScanResult | undefined {
    return this.#lastScan;
  }

  /**
   * Brings the index up to date. Resolves when that is done, or when it was paused, cancelled, failed or
   * needs a model: the state says which. Never rejects.
   */
  start(): Promise<void> {
    if (this.#run && this.#isUnderWay) {
      return this.#run.ended;
    }
    this.#needsScan = true;
    return this.#goOn();
  }

  pause(): void {
    if (this.#isUnderWay) {
      this.#stop("held", { type: "paused", ...this.#jobs.lastCounts });
    }
  }

  /** Like `start`, but looks at the files again only if that was not finished yet. */
  resume(): Promise<void> {
    if (this.#state.type !== "paused") {
      return this.start();
    }
    this.#needsScan ||= this.#lastScan === undefined;
    return this.#goOn();
  }

  /** What is indexed stays; nothing more is until `start`. */
  cancel(): void {
    if (this.#state.type !== "none" && this.#state.type !== "ready") {
      this.#stop("cancelled", { type: this.#jobs.lastCounts.done > 0 ? "ready" : "none" });
      void this.#ensureRun();
    }
  }

  /** From a watcher: files and folders that came, went or changed. */
  filesChanged(paths: readonly string[]): void {
    if (this.#intent !== "none" && !this.#isDisposed) {
      this.#changedPaths.add(paths);
    }
  }

  /** Of all files with the same content. */
  async setCaption(fileId: number, caption: string): Promise<void> {
    await this.#options.store.request("setCaption", { fileId, caption, by: "person" });
    this.#reviser.now();
    void this.#ensureRun();
  }

  /** Waits for nothing. */
  dispose(): void {
    this.#isDisposed = true;
    this.#run?.controller.abort();
    this.#modelListener.dispose();
    this.#changedPaths.dispose();
    this.#reviser.dispose();
    this.#teller.dispose();
    this.#changed.dispose();
  }

  get #isUnderWay(): boolean {
    return this.#state.type === "scanning" || this.#state.type === "indexing";
  }

  #goOn(): Promise<void> {
    this.#intent = "fresh";
    this.#setState(
      this.#needsScan
        ? { type: "scanning", found: 0 }
        : { type: "indexing", ...this.#jobs.lastCounts, perSecond: 0, secondsLeft: null },
    );
    return this.#ensureRun();
  }

  #stop(intent: Intent, state: IndexState): void {
    this.#intent = intent;
    this.#run?.controller.abort();
    this.#setState(state);
  }

  /** Whatever waits is done by the run that is on its way, or by a new one once a stopped one has ended. */
  #ensureRun(): Promise<void> {
    this.#hasMore = true;
    if (this.#isDisposed) {
      return Promise.resolve();
    }
    if (this.#run && !this.#run.controller.signal.aborted) {
      return this.#run.ended;
    }
    const controller = new AbortController();
    const earlier = this.#run?.ended ?? Promise.resolve();
    const run = { controller, ended: earlier.then(() => this.#doAll(controller.signal)) };
    this.#run = run;
    return run.ended;
  }

  /** Never rejects. */
  async #doAll(signal: AbortSignal): Promise<void> {
    try {
      while ((this.#hasMore || this.#changedPaths.isReady) && !signal.aborted) {
        this.#hasMore = false;
        await this.#scan(signal);
        if (this.#intent === "fresh") {
          await this.#jobs.run(signal);
        }
        await this.#settle(signal);
      }
    } catch (error) {
      this.#onFailed(error, signal);
    }
    this.#reviser.flush();
    if (this.#run?.controller.signal === signal) {
      this.#run = undefined;
    }
  }

  async #scan(signal: AbortSignal): Promise<void> {
    const isWhole = this.#needsScan && this.#intent === "fresh";
    const only = this.#changedPaths.take();
    if (!isWhole && only.length === 0) {
      return;
    }
    const { store, scannerPath, roots } = this.#options;
    let expected = 0;
    // What was read is shown to a model while the scanner reads on.
    const early = new JobAlongside((ended) => this.#jobs.embedPictures(ended, () => expected), signal);
    const onProgress = ({ found, read }: ScanProgress) => {
      expected = found;
      if (isWhole && read > 0) {
        early.begin();
      } else if (isWhole && !signal.aborted) {
        this.#setState({ type: "scanning", found });
      }
    };
    onProgress({ found: 0, changed: 0, read: 0 });
    let result: ScanResult;
    try {
      const request = { roots: await roots(), ...(!isWhole && { only }) };
      result = await runScan(request, { workerPath: scannerPath, store, signal, onProgress });
    } catch (error) {
      await early.stop();
      throw error;
    }
    await early.finish();
    this.#needsScan &&= !isWhole;
    this.#lastScan = isWhole ? result : mergeScans(this.#lastScan, result, only);
    if (isWhole || result.changed + result.gone > 0) {
      this.#reviser.now();
    }
  }

  /** The state while nothing is done, from what the store has and which models run. */
  async #settle(signal: AbortSignal): Promise<void> {
    const model = this.#options.models.imageText();
    const { files, searchable, pending } = await this.#jobs.count(model?.space);
    if (signal.aborted) {
      return;
    }
    if (this.#intent === "unsure") {
      this.#intent = files === 0 ? "none" : pending > 0 && model ? "held" : "fresh";
      this.#hasMore ||= this.#intent === "fresh";
    }
    if (this.#hasMore) {
      return;
    }
    if (this.#intent === "none") {
      // What failed stays so until somebody starts it again.
      this.#setState(this.#state.type === "failed" ? this.#state : { type: "none" });
    } else if (this.#intent === "cancelled") {
      this.#setState({ type: searchable > 0 ? "ready" : "none" });
    } else if (pending === 0) {
      this.#setState({ type: "ready" });
    } else if (this.#intent === "held") {
      this.#setState({ type: "paused", ...this.#jobs.lastCounts });
    } else if (!model) {
      this.#setState({ type: "needsModel", waiting: pending });
    }
  }

  #onFailed(error: unknown, signal: AbortSignal): void {
    if (signal.aborted) {
      this.#options.logger.debug(`Indexing pictures was stopped: ${String(error)}`);
      return;
    }
    const reason = toAppError(error);
    this.#options.logger.error(`Indexing pictures failed: ${reason.message}\n${reason.detail ?? ""}`);
    this.#intent = "none";
    this.#setState({ type: "failed", error: serializeError(reason) });
  }

  #onProgress(state: IndexState): void {
    if (this.#intent === "fresh" && !this.#isDisposed) {
      this.#setState(state);
      this.#reviser.ask();
    }
  }

  #onModelsChanged(): void {
    const key = modelsKey(this.#options.models);
    if (key === this.#modelsKey) {
      return;
    }
    this.#modelsKey = key;
    // An index that is complete is not begun anew for another model unasked.
    if (this.#state.type === "ready" && this.#intent === "fresh" && !this.#run) {
      this.#intent = "unsure";
    }
    if (this.#intent === "fresh" || this.#intent === "unsure") {
      void this.#ensureRun();
    }
  }

  #setState(state: IndexState): void {
    const isOther = state.type !== this.#state.type;
    this.#state = state;
    if (isOther) {
      this.#teller.now();
    } else {
      this.#teller.ask();
    }
  }
}
