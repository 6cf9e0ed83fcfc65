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
  return {
    architecture: parts.model.fileInfo.metadata.general.architecture,
    contextLength,
    trainedContextLength: parts.trainedContextLength,
    embeddingLength,
    sequences,
    device: parts.device,
    gpuLayers: parts.model.gpuLayers,
    threads: threads.generation,
    promptThreads: threads.prompt,
    loadMs: performance.now() - parts.startedAt,
    ...(measuredThreads ? { measuredThreads } : {}),
  };
}
