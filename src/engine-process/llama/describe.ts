import { createHash } from "node:crypto";
import type { LoadedModel, MeasuredThreads } from "../../protocol/engine";
import type { LoadedLlama } from "./load";
import type { Threads } from "./threads";

interface OwnFacts {
  contextLength: number;
  sequences?: number;
  embeddingLength?: number;
  measuredThreads?: MeasuredThreads | undefined;
}

/** What a deployed GGUF model reports of itself. */
export function describeModel(
  parts: LoadedLlama,
  threads: Threads,
  { contextLength, sequences = 1, embeddingLength = 0, measuredThreads }: OwnFacts,
): LoadedModel {
  const { general, tokenizer } = parts.model.fileInfo.metadata;
  const template = tokenizer.chat_template;
  return {
    architecture: general.architecture,
    contextLength,
    trainedContextLength: parts.trainedContextLength,
    embeddingLength,
    sequences,
    device: parts.device,
    gpuLayers: parts.model.gpuLayers,
    threads: threads.generation,
    promptThreads: threads.prompt,
    loadMs: performance.now() - parts.startedAt,
    engineVersion: parts.engineVersion,
    ...(template === undefined
      ? {}
      : { chatTemplateHash: createHash("sha256").update(template).digest("hex") }),
    ...(measuredThreads ? { measuredThreads } : {}),
  };
}
