import { deserializeError } from "../../common/errors";
import type { ImageFailure, MediaSource } from "../../protocol/engine";
import type { OnnxModel } from "./model";

const sentence = "The quick brown fox jumps over the lazy dog, and then it rests for a while.";
const texts = 4;
const generatedTokens = 8;
const sampleRate = 16_000;
/** A second; nothing is computed for silence. */
const tone = Float32Array.from({ length: sampleRate }, (_, at) => 0.1 * Math.sin(at / 6));
/** A single white pixel, as PNG: decoding it takes no time. */
const pixel: MediaSource = {
  name: "pixel.png",
  bytes: Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTj2FAAAAABJRU5ErkJggg==",
    "base64",
  ),
};

/** Some of what a model is for, always the same; it is timed to compare thread counts. */
export function sampleWork(model: OnnxModel, signal: AbortSignal): () => Promise<unknown> {
  const { embedImages, caption, embed, rerank, transcribe, complete, contextLength = Infinity } = model;
  const steps = { signal, step: <T>(task: () => Promise<T>) => task() };
  const streaming = { ...steps, receivedAt: performance.now(), emit: () => {} };
  // Two of them fit, even where every letter is a token.
  const text = sentence.slice(0, contextLength / 3);
  const sentences = Array.from({ length: texts }, () => text);
  if (embedImages) {
    return async () => checkPictures(await embedImages({ images: [pixel, pixel] }, steps));
  }
  if (caption) {
    return async () => checkPictures(await caption({ images: [pixel] }, steps));
  }
  if (embed) {
    return () => embed({ texts: sentences }, steps);
  }
  if (rerank) {
    return () => rerank({ query: text, documents: sentences }, steps);
  }
  if (transcribe) {
    return () => transcribe({ audio: { samples: tone } }, streaming);
  }
  if (complete) {
    // A seed keeps it from reusing what the time before left.
    const sampling = { temperature: 0, topP: 1, topK: 0, minP: 0, repeatPenalty: 1, seed: 1 };
    const params = { prompt: text, sampling: { ...sampling, maxTokens: generatedTokens } };
    return () => complete(params, streaming);
  }
  throw new Error("It serves nothing that can be timed.");
}

/** Pictures that failed took no time. */
function checkPictures({ failures: [failure] }: { failures: readonly ImageFailure[] }): void {
  if (failure) {
    throw deserializeError(failure.error);
  }
}
