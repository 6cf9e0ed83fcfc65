import type { LlamaEmbeddingContext } from "node-llama-cpp";
import { SerialQueue, throwIfAborted } from "../../common/async";
import { AppError } from "../../common/errors";
import type { ChatParams, EmbedParams, LoadedModel, LoadParams } from "../../protocol/engine";
import type { EngineBackend, LoadBackend } from "../backend";
import { normalizeRows } from "../vectors";
import { generate } from "./generate";
import { type LoadedLlama, loadModel } from "./load";
import { PromptRenderer } from "./prompt";
import { PromptPace } from "./prompt-pace";

/** GGUF models through llama.cpp. */
export const loadLlamaBackend: LoadBackend = async (params, signal, onProgress) => {
  const startedAt = performance.now();
  const parts = await loadModel(params, signal, onProgress);
  throwIfAborted(signal);
  const load = backends[params.task];
  if (!load) {
    throw new AppError("unsupported-model", "A GGUF model is deployed for chat or for embedding texts.");
  }
  const backend = await load(parts, startedAt);
  onProgress(1);
  return backend;
};

const backends: Partial<
  Record<LoadParams["task"], (parts: LoadedLlama, startedAt: number) => Promise<EngineBackend>>
> = { chat: chatBackend, embedding: embeddingBackend };

async function chatBackend(parts: LoadedLlama, startedAt: number): Promise<EngineBackend> {
  const { model, contextLength } = parts;
  const context = await model.createContext({ contextSize: contextLength, sequences: 1 });
  const sequence = context.getSequence();
  const renderer = new PromptRenderer(model);
  const pace = new PromptPace();
  const queue = new SerialQueue();
  console.error(`[info] chat template: ${renderer.templateName}`);
  return {
    loaded: describe(parts, startedAt, { contextLength: sequence.contextSize, embeddingLength: 0 }),
    chat: (params: ChatParams, request) =>
      queue.run(() =>
        generate(model, sequence, {
          ...request,
          prompt: renderer.render(params.turns),
          sampling: params.sampling,
          pace,
        }),
      ),
    dispose: () => parts.llama.dispose(),
  };
}

async function embeddingBackend(parts: LoadedLlama, startedAt: number): Promise<EngineBackend> {
  const { model, contextLength } = parts;
  const context = await model.createEmbeddingContext({ contextSize: contextLength });
  const embeddingLength = model.embeddingVectorSize;
  return {
    loaded: describe(parts, startedAt, { contextLength, embeddingLength }),
    embed: (params, signal) => embedTexts(parts, context, params, signal),
    dispose: () => parts.llama.dispose(),
  };
}

async function embedTexts(
  { model, contextLength }: LoadedLlama,
  context: LlamaEmbeddingContext,
  { texts }: EmbedParams,
  signal: AbortSignal,
) {
  const dimensions = model.embeddingVectorSize;
  const vectors = new Float32Array(texts.length * dimensions);
  for (const [row, text] of texts.entries()) {
    throwIfAborted(signal);
    const tokens = model.tokenize(text);
    if (tokens.length > contextLength) {
      throw new AppError("prompt-too-long", "The text is {0} tokens long, but this model reads {1}.", [
        tokens.length,
        contextLength,
      ]);
    }
    const { vector } = await context.getEmbeddingFor(text);
    vectors.set(vector, row * dimensions);
  }
  normalizeRows(vectors, dimensions);
  return { vectors, dimensions };
}

function describe(
  parts: LoadedLlama,
  startedAt: number,
  own: Pick<LoadedModel, "contextLength" | "embeddingLength">,
): LoadedModel {
  return {
    architecture: parts.model.fileInfo.metadata.general.architecture,
    trainedContextLength: parts.trainedContextLength,
    sequences: 1,
    device: parts.device,
    gpuLayers: parts.model.gpuLayers,
    threads: parts.threads,
    promptThreads: parts.threads,
    loadMs: performance.now() - startedAt,
    ...own,
  };
}
