import { throwIfAborted } from "../../common/async";
import { AppError } from "../../common/errors";
import type { LoadParams } from "../../protocol/engine";
import type { EngineBackend, LoadBackend } from "../backend";
import { chatBackend } from "./chat-backend";
import { embeddingBackend } from "./embedding";
import { type LoadedLlama, loadModel } from "./load";
import { rerankingBackend } from "./reranking";

/** GGUF models through llama.cpp. */
export const loadLlamaBackend: LoadBackend = async (params, signal, onProgress) => {
  const load = backends[params.task];
  if (!load) {
    throw new AppError(
      "unsupported-model",
      "A GGUF model is deployed for chat, for embedding texts or for ranking them.",
    );
  }
  const parts = await loadModel(params, signal, onProgress);
  throwIfAborted(signal);
  const backend = await load(parts, params, signal);
  onProgress(1);
  return backend;
};

const backends: Partial<
  Record<
    LoadParams["task"],
    (parts: LoadedLlama, params: LoadParams, signal: AbortSignal) => Promise<EngineBackend>
  >
> = { chat: chatBackend, embedding: embeddingBackend, reranking: rerankingBackend };
