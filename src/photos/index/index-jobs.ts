import { delay } from "../../common/async";
import { isAbort, toAppError } from "../../common/errors";
import type { Logger } from "../../common/logger";
import { isProcessEnd } from "../../engine/requests";
import type { MediaCounts, VectorSpace } from "../../protocol/store-media";
import type { Store } from "../../store/store-client";
import type { ImageTextModel, PhotoModels } from "../models";
import type { Suspects } from "./careful-requests";
import { embedCaptions } from "./embed-captions";
import { runPictureJob } from "./picture-job";
import { isModelGone, pictureCaptioner, pictureEmbedder } from "./picture-models";
import { Progress } from "./progress";
import { type OnChangedFiles, recordCaptions, recordEmbedded } from "./record";

export interface IndexJobsOptions {
  store: Store;
  models: PhotoModels;
  logger: Logger;
  onProgress: (state: Progress["state"]) => void;
  onChangedFiles: OnChangedFiles;
  /** Asked before each batch: true ends a job early. */
  shouldStop: () => boolean;
}

/** A model that ended may be listed a moment longer. */
const listIsUpdatedMs = 100;

/** Everything that waits for a model: pictures for vectors and captions, captions for vectors. */
export class IndexJobs {
  readonly #options: IndexJobsOptions;
  readonly #suspectsOfEmbedder: Suspects = new Map();
  readonly #suspectsOfCaptioner: Suspects = new Map();
  #lastImageText: ImageTextModel | undefined;
  #counts = { done: 0, total: 0 };

  constructor(options: IndexJobsOptions) {
    this.#options = options;
  }

  /** Of pictures or captions, whatever was done last. */
  get lastCounts(): { done: number; total: number } {
    return this.#counts;
  }

  async count(space: VectorSpace | undefined): Promise<MediaCounts> {
    const counts = await this.#options.store.request("countMedia", { space: space ?? null });
    this.#counts = { done: counts.searchable, total: counts.searchable + counts.pending };
    return counts;
  }

  /** Does what the models that run can do. */
  async run(signal: AbortSignal): Promise<void> {
    const { shouldStop } = this.#options;
    await this.embedPictures(signal);
    for (const job of [this.#captionPictures, this.#embedCaptions]) {
      if (!shouldStop()) {
        await job.call(this, signal);
      }
    }
  }

  /** `expected`: how many pictures a scan that is not over found, for the progress. */
  async embedPictures(signal: AbortSignal, expected: () => number = () => 0): Promise<void> {
    const { store, models, onChangedFiles, shouldStop } = this.#options;
    while (!shouldStop()) {
      const model = await this.#untilRestarted(signal);
      if (!model) {
        return;
      }
      this.#lastImageText = model;
      const { space } = model;
      const { searchable, pending } = await this.count(space);
      if (pending === 0) {
        return;
      }
      try {
        await runPictureJob({
          list: (afterId, limit) => store.request("listPending", { space, afterId, limit }),
          model: pictureEmbedder(models, space),
          suspects: this.#suspectsOfEmbedder,
          record: recordEmbedded(store, space, onChangedFiles),
          onDone: this.#reporter(searchable, Math.max(searchable + pending, expected())),
          shouldStop,
          signal,
        });
      } catch (error) {
        if (!isModelGone(error)) {
          throw error;
        }
        await delay(listIsUpdatedMs, signal);
      }
    }
  }

  /** The running image-text model; of one that crashed, once it runs again. */
  async #untilRestarted(signal: AbortSignal): Promise<ImageTextModel | undefined> {
    for (;;) {
      const model = this.#options.models.imageText();
      if (model || !this.#lastImageText) {
        return model;
      }
      try {
        // Asks for nothing, but its deployment tells what becomes of it.
        await this.#lastImageText.embedImages([], { priority: "batch", signal });
      } catch (error) {
        const reason = toAppError(error);
        if (isAbort(reason)) {
          throw error;
        }
        if (!isProcessEnd(reason) && reason.code !== "model-busy") {
          return undefined;
        }
      }
      await delay(listIsUpdatedMs, signal);
    }
  }

  async #captionPictures(signal: AbortSignal): Promise<void> {
    const { store, models, onChangedFiles, shouldStop } = this.#options;
    const model = models.captioner();
    const { captioned, uncaptioned } = await store.request("countCaptions", { space: null });
    if (!model || uncaptioned === 0) {
      return;
    }
    await this.#untilModelEnds(() =>
      runPictureJob({
        list: (afterId, limit) => store.request("listUncaptioned", { afterId, limit }),
        model: pictureCaptioner(models, model.id),
        suspects: this.#suspectsOfCaptioner,
        record: recordCaptions(store, model.name, onChangedFiles),
        onDone: this.#reporter(captioned, captioned + uncaptioned),
        shouldStop,
        signal,
      }),
    );
  }

  async #embedCaptions(signal: AbortSignal): Promise<void> {
    const { store, models, logger, shouldStop } = this.#options;
    const space = models.textEmbedding()?.space;
    if (!space) {
      return;
    }
    const { captioned, pending } = await store.request("countCaptions", { space });
    if (pending > 0) {
      const onDone = this.#reporter(captioned - pending, captioned);
      await this.#untilModelEnds(() =>
        embedCaptions({ store, models, space, logger, signal, onDone, shouldStop }),
      );
    }
  }

  /** Pictures can be found without captions: when their model ends, they wait until one runs again. */
  async #untilModelEnds(job: () => Promise<unknown>): Promise<void> {
    try {
      await job();
    } catch (error) {
      const reason = toAppError(error);
      if (!isModelGone(reason) && !isProcessEnd(reason) && reason.code !== "model-busy") {
        throw error;
      }
      this.#options.logger.warn(`Captions wait: ${reason.message}`);
    }
  }

  #reporter(done: number, total: number): (count: number) => void {
    const progress = new Progress(done, total);
    const report = () => {
      this.#counts = { done: progress.state.done, total: progress.state.total };
      this.#options.onProgress(progress.state);
    };
    report();
    return (count) => {
      progress.add(count);
      report();
    };
  }
}

/** Changes when a model comes or goes that an index needs. */
export function modelsKey(models: PhotoModels): string {
  return [
    models.imageText()?.space.fingerprint,
    models.captioner()?.id,
    models.textEmbedding()?.space.fingerprint,
  ].join("\n");
}
