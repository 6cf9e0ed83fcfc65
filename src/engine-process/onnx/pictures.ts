import { type ImageProcessor, RawImage, Tensor } from "@huggingface/transformers";
import { throwIfAborted } from "../../common/async";
import { serializeError } from "../../common/errors";
import type { ImageFailure, MediaSource, PictureSize } from "../../protocol/engine";
import { type DecodedPicture, decodePicture } from "./decode-picture";
import type { Steps } from "./model";
import { type Picture, type PixelPlan, pixelPlan, writePixels } from "./pixels";

/** Most pictures of one inference; more gain nothing. */
const mostPictures = 8;
/** Pictures that are decoded or being decoded while the model works on earlier ones, which holds the JS thread. */
const decodedAhead = mostPictures;
/** How long one inference may take: it cannot be cancelled, so this bounds a stop. */
const targetMs = 700;

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
  #batchSize: number;

  constructor(processor: ImageProcessor) {
    this.#processor = processor;
    this.#plan = pixelPlan(processor);
    // Nothing is known yet of how long a picture takes; and other processors may give other sizes each time.
    this.#batchSize = 1;
  }

  /**
   * Hands pictures batch after batch to `infer`, as pictures × channels × height × width with their positions
   * in the request; later ones are decoded meanwhile. Those that cannot be read are reported, the others go on.
   */
  async forEachBatch(
    sources: readonly MediaSource[],
    { signal, step }: Steps,
    infer: (pixels: Tensor, indexes: number[]) => Promise<void>,
  ): Promise<PicturesRead> {
    const failures: ImageFailure[] = [];
    const sizes = sources.map(() => ({ width: 0, height: 0 }));
    const decoding: Promise<Decoded>[] = [];
    let begun = 0;
    for (let done = 0; done < sources.length;) {
      throwIfAborted(signal);
      for (; begun < sources.length && begun < done + this.#batchSize + decodedAhead; begun++) {
        decoding.push(this.#decode(sources, begun));
      }
      const batch = await Promise.all(decoding.splice(0, this.#batchSize));
      done += batch.length;
      failures.push(...batch.flatMap((one) => ("failure" in one ? [one.failure] : [])));
      const read = batch.filter((one) => "picture" in one);
      for (const { index, original } of read) {
        sizes[index] = { width: original.width, height: original.height };
      }
      if (read.length > 0) {
        await step(async () => {
          const pixels = await this.#pixels(read.map(({ picture }) => picture));
          const startedAt = performance.now();
          await infer(
            pixels,
            read.map(({ index }) => index),
          );
          this.#recordPace(read.length, performance.now() - startedAt);
        });
        throwIfAborted(signal);
      }
    }
    return { sizes, failures };
  }

  /** Never rejects: it may still be decoding when nobody waits for it any more. */
  async #decode(sources: readonly MediaSource[], index: number): Promise<Decoded> {
    const source = sources[index] ?? { name: "", bytes: new Uint8Array() };
    try {
      return { index, ...(await decodePicture(source, this.#processor, this.#plan)) };
    } catch (error) {
      return { index, failure: { index, error: serializeError(error) } };
    }
  }

  async #pixels(pictures: readonly Picture[]): Promise<Tensor> {
    const plan = this.#plan;
    if (plan) {
      const batch = new Float32Array(pictures.length * 3 * plan.height * plan.width);
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
