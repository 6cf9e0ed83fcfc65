import { AppError } from "../../common/errors";
import { notRunning } from "../../engine/deployment";
import type { EmbedImagesResult, ImageFailure, PictureSize } from "../../protocol/engine";
import type { VectorSpace } from "../../protocol/store-media";
import type { PhotoModels } from "../models";
import type { PictureModel } from "./careful-requests";

export interface EmbeddedPicture extends PictureSize {
  /** As long as the space has dimensions. */
  vector: Float32Array;
}

/**
 * The running image-text model, as long as its vectors belong to this space. Between a crash and the restart
 * it is not among the running ones, and the deployment that answered last tells how it goes on.
 */
export function pictureEmbedder(models: PhotoModels, space: VectorSpace): PictureModel<EmbeddedPicture> {
  let last = models.imageText();
  return {
    request: async (pictures, signal) => {
      const running = models.imageText();
      if (running && !isSameSpace(running.space, space)) {
        throw notRunning();
      }
      last = running ?? last;
      if (!last) {
        throw notRunning();
      }
      const result = await last.embedImages([...pictures], { priority: "batch", signal });
      return pictures.map((_, index) => failureAt(result.failures, index) ?? embeddedAt(result, index));
    },
  };
}

/** The running captioning model, as long as it is the same. */
export function pictureCaptioner(models: PhotoModels, modelId: string): PictureModel<string> {
  let last = models.captioner();
  return {
    request: async (pictures, signal) => {
      const running = models.captioner();
      last = running ?? last;
      if (last?.id !== modelId) {
        throw notRunning();
      }
      const { captions, failures } = await last.caption([...pictures], { priority: "batch", signal });
      return pictures.map((_, index) => failureAt(failures, index) ?? captions[index] ?? "");
    },
  };
}

export function isSameSpace(a: VectorSpace, b: VectorSpace): boolean {
  return a.fingerprint === b.fingerprint && a.dimensions === b.dimensions;
}

export function isModelGone(error: unknown): boolean {
  return error instanceof AppError && error.code === "engine-stopped";
}

function failureAt(failures: readonly ImageFailure[], index: number) {
  return failures.find((failure) => failure.index === index)?.error;
}

function embeddedAt({ vectors, dimensions, sizes }: EmbedImagesResult, index: number): EmbeddedPicture {
  const vector = vectors.subarray(index * dimensions, (index + 1) * dimensions);
  return { vector, ...(sizes[index] ?? { width: 0, height: 0 }) };
}
