import { SerialQueue } from "../../common/async";
import { type AppError, toAppError } from "../../common/errors";
import type { PendingContent } from "../../protocol/store-media";
import { CarefulRequests, type PictureModel, type RecordAnswers, type Suspects } from "./careful-requests";

/** While one batch is recorded, or waits for the engine's next step, another keeps the engine busy. */
const batchesAtOnce = 2;
const listedAtOnce = 512;
/** Both batches together are what a crash may lose. */
const largestBatch = 32;
/** The engine reads so many pictures at a time if it is quick enough; a remainder costs more per picture. */
const fullBatch = 8;
const smallestBatch = 4;
/** For how long a batch should keep the engine busy: progress is shown, and work is safe, after each. */
const targetMs = 2_000;

export interface PictureJob<R> {
  /** Pictures that wait, in order of their ids. */
  list: (afterId: number, limit: number) => Promise<PendingContent[]>;
  model: PictureModel<R>;
  suspects: Suspects;
  /** After it, `list` must not give these pictures any more. */
  record: RecordAnswers<R>;
  onDone: (count: number) => void;
  /** Asked before each batch: true ends the job early. */
  shouldStop: () => boolean;
  signal: AbortSignal;
}

/** Shows every picture that waits to a model. Resolves with whether none is left. */
export async function runPictureJob<R>(job: PictureJob<R>): Promise<boolean> {
  // More than once, for a picture that is gone, while another file with the same content is still there.
  for (let isFirst = true; isFirst || (await job.list(0, 1)).length > 0; isFirst = false) {
    await runOnce(job);
    if (job.shouldStop()) {
      return false;
    }
  }
  return true;
}

async function runOnce<R>(job: PictureJob<R>): Promise<void> {
  const failing = new AbortController();
  const signal = AbortSignal.any([job.signal, failing.signal]);
  const requests = new CarefulRequests(job.model, job.suspects, signal);
  const waiting = new WaitingPictures(job.list);
  let batchSize = fullBatch;

  const work = async () => {
    while (!job.shouldStop()) {
      const batch = await waiting.take(batchSize);
      if (batch.length === 0) {
        return;
      }
      const startedAt = performance.now();
      await requests.run(batch, async (answers) => {
        await job.record(answers);
        job.onDone(answers.length);
      });
      batchSize = nextBatchSize(batchSize, (batch.length * targetMs) / (performance.now() - startedAt));
    }
  };

  let failure: AppError | undefined;
  const workers = Array.from({ length: batchesAtOnce }, () =>
    work().catch((error: unknown) => {
      // The other one must not go on unwatched; what it says then is not the reason.
      failure ??= toAppError(error);
      failing.abort();
    }),
  );
  await Promise.all(workers);
  if (failure) {
    throw failure;
  }
}

/** Takes about the time wished for, and does not grow too fast; a multiple of a full one, or the smallest. */
function nextBatchSize(current: number, fitting: number): number {
  const size = Math.min(largestBatch, 2 * current, fitting);
  return size < fullBatch ? smallestBatch : Math.round(size / fullBatch) * fullBatch;
}

/** Hands out each picture once. */
class WaitingPictures {
  readonly #list: PictureJob<unknown>["list"];
  readonly #queue = new SerialQueue();
  #listed: PendingContent[] = [];
  #afterId = 0;

  constructor(list: PictureJob<unknown>["list"]) {
    this.#list = list;
  }

  take(count: number): Promise<PendingContent[]> {
    return this.#queue.run(async () => {
      if (this.#listed.length < count) {
        // What is left over goes with others that were found since.
        this.#listed.push(...(await this.#list(this.#afterId, listedAtOnce)));
        this.#afterId = this.#listed.at(-1)?.contentId ?? this.#afterId;
      }
      return this.#listed.splice(0, count);
    });
  }
}
