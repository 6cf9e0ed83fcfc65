import type { LlamaEmbeddingContext, LlamaModel } from "node-llama-cpp";
import { PriorityQueue, throwIfAborted } from "../../common/async";
import { AppError } from "../../common/errors";
import type { EmbedParams, EmbedResult, LoadParams } from "../../protocol/engine";
import type { EngineBackend } from "../backend";
import { type EmbeddingPrefixes, prefixesOfFamily } from "../embedding-prefixes";
import { normalizeRows } from "../vectors";
import { describeModel } from "./describe";
import type { LoadedLlama } from "./load";
import { initialThreads, Threads } from "./threads";

/** A GGUF model that embeds texts; llama.cpp pools their tokens as the file's metadata say. */
export async function embeddingBackend(
  parts: LoadedLlama,
  params: LoadParams,
  signal: AbortSignal,
): Promise<EngineBackend> {
  const { llama, model, plan } = parts;
  const { contextLength } = plan;
  const threads = new Threads(llama, initialThreads(params));
  const context = await model.createEmbeddingContext({
    contextSize: contextLength,
    // llama.cpp pools over one batch, so the longest text is one.
    batchSize: contextLength,
    createSignal: signal,
  });
  const embedder = new Embedder(parts, context, threads);
  return {
    loaded: describeModel(parts, threads, { contextLength, embeddingLength: embedder.dimensions }),
    embed: (embedParams, embedSignal) => embedder.embed(embedParams, embedSignal),
    limitThreads: (most) => threads.limit(most),
    dispose: () => llama.dispose(),
  };
}

/** What the file and its metadata call the model, as names on the hub are written. */
function familyName({ fileInfo, filename }: LlamaModel): string {
  const { name, basename } = fileInfo.metadata.general;
  return [name, basename, filename]
    .filter((part) => part !== undefined)
    .map((part) => part.replaceAll(/[\s_]+/g, "-"))
    .join("/");
}

class Embedder {
  readonly dimensions: number;
  readonly #parts: LoadedLlama;
  readonly #context: LlamaEmbeddingContext;
  readonly #threads: Threads;
  readonly #prefixes: EmbeddingPrefixes;
  readonly #queue = new PriorityQueue();

  constructor(parts: LoadedLlama, context: LlamaEmbeddingContext, threads: Threads) {
    this.#parts = parts;
    this.#context = context;
    this.#threads = threads;
    this.dimensions = parts.model.embeddingVectorSize;
    this.#prefixes = prefixesOfFamily(familyName(parts.model));
  }

  async embed(
    { texts, purpose = "document", priority }: EmbedParams,
    signal: AbortSignal,
  ): Promise<EmbedResult> {
    const { dimensions } = this;
    const inputs = texts.map((text) => this.#prefixes[purpose] + text);
    inputs.forEach((input) => this.#checkFits(input));
    const vectors = new Float32Array(inputs.length * dimensions);
    for (const [row, input] of inputs.entries()) {
      // Text by text, so that an urgent request waits for one and not for all.
      await this.#queue.run(async () => {
        throwIfAborted(signal);
        this.#threads.use("prompt");
        const { vector } = await this.#context.getEmbeddingFor(input);
        vectors.set(vector, row * dimensions);
      }, priority !== "batch");
    }
    normalizeRows(vectors, dimensions);
    return { vectors, dimensions };
  }

  #checkFits(input: string): void {
    const { contextLength } = this.#parts.plan;
    const length = this.#context.calculateInputLength(input);
    // The library keeps one place free.
    if (length >= contextLength) {
      throw new AppError("prompt-too-long", "The text is {0} tokens long, but this model reads {1}.", [
        length,
        contextLength - 1,
      ]);
    }
  }
}
