import { type ImageProcessor, RawImage, Tensor } from "@huggingface/transformers";
import { throwIfAborted } from "../../common/async";
import { serializeError } from "../../common/errors";
import type { ImageFailure, MediaSource, PictureSize } from "../../protocol/engine";
import { type DecodedPicture, decodePicture } from "./decode-picture";
import type { Graphs } from "./graphs";
import type { Steps } from "./model";
import { type Picture, type PixelPlan, pixelPlan, writePixels } from "./pixels";

/** Most pictures of one inference; more gain nothing. */
const mostPictures = 8;
/** How long one inference may take: it cannot be cancelled, so this bounds a stop. */
const targetMs = 700;
/** Pictures that are decoded in one turn, where the model and decoding take turns: few leave cores idle at the end. */
const mostPerTurn = 32;
/** No more are begun in a turn after so long; a search waits for the turn's end. */
const turnMs = 500;

type Decoded = { index: number } & (DecodedPicture | { failure: ImageFailure });

/** What was learned of the pictures beside what the model makes of them. */
interface PicturesRead {
  /** One per picture; zero for those that failed. */
  sizes: PictureSize[];
  failures: ImageFailure[];
}

/** Reads the pictures of requests as one model wants them. */
export class PictureReader {
  readonly #processor: ImageProcessor;
  readonly #plan: PixelPlan | undefined;
  readonly #graphs: Pick<Graphs, "threads" | "cores">;
  /** For the pixels of one batch: large memory that is new for each batch keeps the garbage collector busy. */
  #buffer = new Float32Array();
  #batchSize: number;

  constructor(processor: ImageProcessor, graphs: Pick<Graphs, "threads" | "cores">) {
    this.#processor = processor;
    this.#graphs = graphs;
    this.#plan = pixelPlan(processor);
    // Nothing is known yet of how long a picture takes; and other processors may give other sizes each time.
    this.#batchSize = 1;
  }

  /**
   * Hands pictures batch after batch to `infer`, as pictures × channels × height × width with their positions
   * in the request; the tensor is used again for the next. Pictures that cannot be read are reported, the
   * others go on.
   */
  async forEachBatch(
    sources: readonly MediaSource[],
    { signal, step }: Steps,
    infer: (pixels: Tensor, indexes: number[]) => Promise<void>,
  ): Promise<PicturesRead> {
    const failures: ImageFailure[] = [];
    const sizes = sources.map(() => ({ width: 0, height: 0 }));
    // On the model's own cores decoding would hold up one of its threads while the others wait for it.
    const hasFreeCores = this.#graphs.threads < this.#graphs.cores;
    let ahead = hasFreeCores ? this.#decodeNext(sources, 0) : undefined;
    for (let done = 0; done < sources.length;) {
      const group = await (ahead ?? step(() => this.#decodeTurn(sources, done, signal)));
      throwIfAborted(signal);
      done += group.length;
      ahead &&= this.#decodeNext(sources, done);
      failures.push(...group.flatMap((one) => ("failure" in one ? [one.failure] : [])));
      const read = group.filter((one) => "picture" in one);
      for (const { index, original } of read) {
        sizes[index] = { width: original.width, height: original.height };
      }
      while (read.length > 0) {
        const batch = read.splice(0, this.#batchSize);
        await step(async () => {
          const pixels = await this.#pixels(batch.map(({ picture }) => picture));
          const startedAt = performance.now();
          await infer(
            pixels,
            batch.map(({ index }) => index),
          );
          this.#recordPace(batch.length, performance.now() - startedAt);
        });
        throwIfAborted(signal);
      }
    }
    return { sizes, failures };
  }

  /** All begin at once: while the model works, the JS thread begins nothing. */
  #decodeNext(sources: readonly MediaSource[], start: number): Promise<Decoded[]> {
    const next = sources.slice(start, start + mostPictures);
    return Promise.all(next.map((source, at) => this.#decode(source, start + at)));
  }

  /** As many as there is time for, but one at least. */
  async #decodeTurn(sources: readonly MediaSource[], start: number, signal: AbortSignal): Promise<Decoded[]> {
    const decoded: Decoded[] = [];
    const endsAt = performance.now() + turnMs;
    const waiting = sources.slice(start, start + mostPerTurn).entries();
    const lane = async () => {
      for (const [at, source] of waiting) {
        decoded[at] = await this.#decode(source, start + at);
        if (signal.aborted || performance.now() > endsAt) {
          return;
        }
      }
    };
    // More than there are cores, so that none is idle between two pictures.
    await Promise.all(Array.from({ length: 2 * this.#graphs.cores }, lane));
    return decoded;
  }

  /** Never rejects: it may still be decoding when nobody waits for it any more. */
  async #decode(source: MediaSource, index: number): Promise<Decoded> {
    try {
      return { index, ...(await decodePicture(source, this.#processor, this.#plan)) };
    } catch (error) {
      return { index, failure: { index, error: serializeError(error) } };
    }
  }

  async #pixels(pictures: readonly Picture[]): Promise<Tensor> {
    const plan = this.#plan;
    if (plan) {
      const length = pictures.length * 3 * plan.height * plan.width;
      if (this.#buffer.length < length) {
        this.#buffer = new Float32Array(length);
      }
      const batch = this.#buffer.subarray(0, length);
      for (const [row, picture] of pictures.entries()) {
        writePixels(picture, plan, batch, row);
      }
      return new Tensor("float32", batch, [pictures.length, 3, plan.height, plan.width]);
    }
    const images = pictures.map(
      ({ data, width, height }) => new RawImage(new Uint8ClampedArray(data), width, height, 3),
    );
    return ((await this.#processor(images)) as { pixel_values: Tensor }).pixel_values;
  }

  #recordPace(pictures: number, elapsedMs: number): void {
    if (this.#plan) {
      const fitting = Math.floor((pictures * targetMs) / Math.max(1, elapsedMs));
      this.#batchSize = Math.max(1, Math.min(mostPictures, fitting));
    }
  }
}
