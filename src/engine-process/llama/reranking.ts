import { PriorityQueue, throwIfAborted } from "../../common/async";
import { AppError } from "../../common/errors";
import type { LoadParams, RerankParams, RerankResult } from "../../protocol/engine";
import type { EngineBackend } from "../backend";
import { describeModel } from "./describe";
import type { LoadedLlama } from "./load";
import { initialThreads, Threads } from "./threads";

/** A GGUF model with a ranking head, which reads a query together with each document. */
export async function rerankingBackend(
  parts: LoadedLlama,
  params: LoadParams,
  signal: AbortSignal,
): Promise<EngineBackend> {
  const { llama, model, plan } = parts;
  const { contextLength } = plan;
  if (!model.fileInsights.supportsRanking) {
    throw new AppError("unsupported-model", "This model has no ranking head, so it cannot rank texts.");
  }
  const threads = new Threads(llama, initialThreads(params));
  const context = await model.createRankingContext({
    contextSize: contextLength,
    batchSize: contextLength,
    createSignal: signal,
  });
  const queue = new PriorityQueue();

  const rerank = async (
    { query, documents, priority }: RerankParams,
    requestSignal: AbortSignal,
  ): Promise<RerankResult> => {
    for (const document of documents) {
      const length = context.calculateInputLength(query, document);
      if (length >= contextLength) {
        throw new AppError(
          "prompt-too-long",
          "The query and a document are {0} tokens long, but this model reads {1}.",
          [length, contextLength - 1],
        );
      }
    }
    const scores: number[] = [];
    for (const document of documents) {
      scores.push(
        await queue.run(() => {
          throwIfAborted(requestSignal);
          threads.use("prompt");
          return context.rank(query, document);
        }, priority !== "batch"),
      );
    }
    return { scores };
  };

  return {
    loaded: describeModel(parts, threads, { contextLength }),
    rerank,
    limitThreads: (most) => threads.limit(most),
    dispose: () => llama.dispose(),
  };
}
