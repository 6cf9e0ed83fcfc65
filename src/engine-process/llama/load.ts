import { getModuleVersion, type Llama, type LlamaModel } from "node-llama-cpp";
import { throwIfAborted } from "../../common/async";
import { AppError, isAbort } from "../../common/errors";
import type { LoadParams } from "../../protocol/engine";
import { checkIsGguf, readInsights } from "./gguf-file";
import { type MemoryPlan, planMemory, sequencesFor, smallestContextLength } from "./memory-plan";
import { startRuntime } from "./runtime";
import { mostThreads } from "./threads";

export interface LoadedLlama {
  llama: Llama;
  model: LlamaModel;
  /** What the context should hold; on a GPU it may turn out smaller. */
  plan: MemoryPlan;
  trainedContextLength: number;
  device: string;
  engineVersion: string;
  /** `performance.now()` when the load began. */
  startedAt: number;
}

/** Share of the whole load that reading the weights takes; the rest is the runtime before and the context after. */
const startedFraction = 0.05;
const weightsFraction = 0.9;

export async function loadModel(
  params: LoadParams,
  signal: AbortSignal,
  onProgress: (fraction: number) => void,
): Promise<LoadedLlama> {
  const startedAt = performance.now();
  await checkIsGguf(params.modelPath);
  const options = { vramShare: params.vramShare, maxThreads: mostThreads(params.threads) };
  const llama = await startRuntime({ ...options, gpu: params.gpu });
  throwIfAborted(signal);
  onProgress(startedFraction);
  try {
    return { ...(await loadWith(llama, params, signal, onProgress)), startedAt };
  } catch (error) {
    const reason = loadError(error, signal);
    if (llama.gpu === false || params.gpu !== "auto" || isAbort(reason) || reason.code === "not-a-model") {
      throw reason;
    }
    console.error(`[info] ${llama.gpu} cannot run this model, so the processor does: ${reason.message}`);
    await llama.dispose();
  }
  const processor = await startRuntime({ ...options, gpu: "off" });
  try {
    return { ...(await loadWith(processor, params, signal, onProgress)), startedAt };
  } catch (error) {
    throw loadError(error, signal);
  }
}

async function loadWith(
  llama: Llama,
  params: LoadParams,
  signal: AbortSignal,
  onProgress: (fraction: number) => void,
): Promise<Omit<LoadedLlama, "startedAt">> {
  const insights = await readInsights(llama, params.modelPath);
  const trainedContextLength = insights.trainContextSize ?? params.contextLength;
  const wished = Math.max(smallestContextLength, Math.min(params.contextLength, trainedContextLength));
  const plan =
    llama.gpu === false
      ? await planMemory(insights, params.task, wished)
      : { contextLength: wished, sequences: sequencesFor(params.task) };
  throwIfAborted(signal);
  const model = await llama.loadModel({
    modelPath: params.modelPath,
    loadSignal: signal,
    onLoadProgress: (fraction) =>
      onProgress(startedFraction + (weightsFraction - startedFraction) * fraction),
    ...(llama.gpu === false ? {} : { gpuLayers: gpuLayers(params, wished) }),
  });
  return {
    llama,
    model,
    plan,
    trainedContextLength,
    device: llama.gpu === false ? "CPU" : llama.gpu.toUpperCase(),
    engineVersion: `node-llama-cpp ${await getModuleVersion()}, llama.cpp ${llama.llamaCppRelease.release}`,
  };
}

/** With a GPU the library spreads the layers; it knows both memories and leaves room for the context. */
function gpuLayers({ gpuLayers: wished, task }: LoadParams, contextSize: number) {
  return wished ?? { fitContext: { contextSize, embeddingContext: task !== "chat" } };
}

function loadError(error: unknown, signal: AbortSignal): AppError {
  if (error instanceof AppError) {
    return error;
  }
  if (signal.aborted || isAbort(error)) {
    return new AppError("aborted", "Cancelled.");
  }
  const message = error instanceof Error ? error.message : String(error);
  if (/insufficient memory|not enough|too large/i.test(message)) {
    return new AppError(
      "model-too-large",
      "There is not enough memory for this model. Stop another model, or choose a smaller one.",
      [],
      message,
    );
  }
  return new AppError(
    "unsupported-model",
    "llama.cpp could not load this model: {0} The file may be damaged, or newer than this version supports.",
    [message.replace(/\.?$/, ".")],
    error instanceof Error ? error.stack : undefined,
  );
}
