import { isAbort, toAppError } from "../../common/errors";
import type { Logger } from "../../common/logger";
import type { CaptionText, VectorSpace } from "../../protocol/store-media";
import type { Store } from "../../store/store-client";
import type { PhotoModels, TextModel } from "../models";
import { isSameSpace } from "./picture-models";

const captionsAtOnce = 64;

export interface CaptionEmbedding {
  store: Store;
  models: PhotoModels;
  space: VectorSpace;
  logger: Logger;
  signal: AbortSignal;
  onDone: (count: number) => void;
  /** Asked before each batch: true ends the job early. */
  shouldStop: () => boolean;
}

/** Gives every caption its vector in the space of the running text model; ends early when that is another one. */
export async function embedCaptions(job: CaptionEmbedding): Promise<void> {
  const { store, models, space, shouldStop } = job;
  for (let afterId = 0; !shouldStop();) {
    const captions = await store.request("listPendingCaptions", { space, afterId, limit: captionsAtOnce });
    const last = captions.at(-1);
    const model = models.textEmbedding();
    if (!last || !model || !isSameSpace(model.space, space)) {
      return;
    }
    await embedBatch(model, captions, job);
    afterId = last.contentId;
  }
}

/** One text that the model refuses, such as one that is too long for it, must not keep the others back. */
async function embedBatch(
  model: TextModel,
  captions: readonly CaptionText[],
  job: CaptionEmbedding,
): Promise<void> {
  const { store, space, signal, logger, onDone } = job;
  let vectors: Float32Array;
  try {
    const texts = captions.map(({ caption }) => caption);
    vectors = await model.embedTexts(texts, { purpose: "document", priority: "batch", signal });
  } catch (error) {
    const { code, message } = toAppError(error);
    if (
      isAbort(error) ||
      !(code === "prompt-too-long" || code === "invalid-input" || code === "empty-prompt")
    ) {
      throw error;
    }
    if (captions.length > 1) {
      for (const caption of captions) {
        await embedBatch(model, [caption], job);
      }
    } else {
      logger.warn(`A caption has no vector: ${message}`);
    }
    return;
  }
  await store.request("recordCaptionVectors", { space, vectors, captions: [...captions] });
  onDone(captions.length);
}
