import { open, stat } from "node:fs/promises";
import os from "node:os";
import { getLlama, GgufInsights, type Llama, type LlamaModel, readGgufFileInfo } from "node-llama-cpp";
import { throwIfAborted } from "../../common/async";
import { AppError, errnoCode, isAbort } from "../../common/errors";
import { formatBytes } from "../../common/format";
import type { LoadParams } from "../../protocol/engine";
import { availableMemoryBytes } from "../memory";

/** Room left for the editor and everything else when a model's memory is planned. */
const reservedMemoryBytes = 400e6;
const smallestContextLength = 256;

export interface LoadedLlama {
  llama: Llama;
  model: LlamaModel;
  /** Tokens the context may hold; chosen by wish, training and memory. */
  contextLength: number;
  trainedContextLength: number;
  device: string;
  threads: number;
}

/** Share of the whole load that reading the weights takes; the rest is the runtime before and the context after. */
const startedFraction = 0.05;
const weightsFraction = 0.9;

export async function loadModel(
  params: LoadParams,
  signal: AbortSignal,
  onProgress: (fraction: number) => void,
): Promise<LoadedLlama> {
  await checkIsGguf(params.modelPath);
  const threads = params.threads > 0 ? params.threads : defaultThreads();
  const llama = await startRuntime(params.gpu, threads);
  throwIfAborted(signal);
  onProgress(startedFraction);

  const plan = await planMemory(llama, params);
  throwIfAborted(signal);
  try {
    const model = await llama.loadModel({
      modelPath: params.modelPath,
      loadSignal: signal,
      onLoadProgress: (fraction) =>
        onProgress(startedFraction + (weightsFraction - startedFraction) * fraction),
      ...(llama.gpu === false ? {} : { gpuLayers: { fitContext: { contextSize: plan.contextLength } } }),
    });
    return {
      llama,
      model,
      contextLength: plan.contextLength,
      trainedContextLength: plan.trainedContextLength,
      device: llama.gpu === false ? "CPU" : llama.gpu.toUpperCase(),
      threads,
    };
  } catch (error) {
    throw loadError(error, signal);
  }
}

/** GGUF magic, see https://github.com/ggml-org/ggml/blob/master/docs/gguf.md. */
async function checkIsGguf(path: string): Promise<void> {
  const magic = Buffer.alloc(4);
  try {
    const file = await open(path, "r");
    try {
      await file.read(magic, 0, 4, 0);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (errnoCode(error) === "ENOENT") {
      throw new AppError("file-missing", "The model's file is gone: {0}. Pull the model again.", [path]);
    }
    throw new AppError("file-error", "The model's file cannot be read: {0}.", [path], String(error));
  }
  if (magic.toString("latin1") !== "GGUF") {
    throw notAModel(path, "no GGUF magic");
  }
}

async function startRuntime(gpu: LoadParams["gpu"], threads: number): Promise<Llama> {
  try {
    return await getLlama({
      gpu: gpu === "off" ? false : gpu,
      build: "never",
      skipDownload: true,
      progressLogs: false,
      maxThreads: threads,
      logger: (level, message) => console.error(`[${level}] ${message.trimEnd()}`),
    });
  } catch (error) {
    throw new AppError(
      "unsupported-model",
      "llama.cpp cannot start on this machine ({0}, {1}). See the log for the reason.",
      [process.platform, process.arch],
      String(error),
    );
  }
}

/** Reads the header, which is why this runs in a process of its own: a hostile file may crash the parser. */
async function planMemory(
  llama: Llama,
  params: LoadParams,
): Promise<{ contextLength: number; trainedContextLength: number }> {
  const insights = await readInsights(llama, params.modelPath);
  const trainedContextLength = insights.trainContextSize ?? params.contextLength;
  const wished = Math.max(smallestContextLength, Math.min(params.contextLength, trainedContextLength));
  if (llama.gpu !== false) {
    // With a GPU the layers are spread by the library, which knows both memories.
    return { contextLength: wished, trainedContextLength };
  }
  const weights = await insights.estimateModelResourceRequirementsV2({ gpuLayers: 0 });
  const available = (await availableMemoryBytes()) - reservedMemoryBytes;
  let needed = 0;
  for (
    let contextLength = wished;
    contextLength >= smallestContextLength;
    contextLength = contextLength >> 1
  ) {
    const context = await insights.estimateContextResourceRequirementsV2({
      contextSize: contextLength,
      modelGpuLayers: 0,
      isEmbeddingContext: params.task === "embedding",
    });
    needed = weights.cpuRam + context.cpuRam;
    if (needed <= available) {
      return { contextLength, trainedContextLength };
    }
  }
  throw new AppError(
    "model-too-large",
    "The model needs about {0} of memory, and {1} is free. Stop another model, close other programs, or choose a smaller one.",
    [formatBytes(needed), formatBytes(Math.max(0, available))],
  );
}

async function readInsights(llama: Llama, path: string): Promise<GgufInsights> {
  try {
    const info = await readGgufFileInfo(path);
    const insights = await GgufInsights.from(info, llama);
    await checkNotTruncated(path, insights);
    return insights;
  } catch (error) {
    if (error instanceof AppError) {
      throw error;
    }
    throw notAModel(path, String(error));
  }
}

/** The header promises more tensor data than a cut-off file has; say so instead of failing deep inside. */
async function checkNotTruncated(path: string, insights: GgufInsights): Promise<void> {
  const { splicedParts, infoEndOffset } = insights.ggufFileInfo;
  const promised = (infoEndOffset ?? 0) + insights.modelSize;
  const { size } = await stat(path);
  if (splicedParts === 1 && size < promised) {
    throw new AppError(
      "not-a-model",
      "The model's file is cut off: {0} of {1} are there. Delete the model and pull it again.",
      [formatBytes(size), formatBytes(promised)],
    );
  }
}

function notAModel(path: string, detail: string): AppError {
  return new AppError(
    "not-a-model",
    "{0} is not a readable GGUF model. Delete the model and pull it again.",
    [path.split(/[\\/]/).at(-1) ?? path],
    detail,
  );
}

function loadError(error: unknown, signal: AbortSignal): AppError {
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

/**
 * Generation is bound by memory bandwidth, so more threads than physical cores slow it down; and its
 * threads wait for each other at every layer, so one that shares its core with the editor stalls them all.
 */
function defaultThreads(): number {
  const cores = os.availableParallelism();
  return cores <= 4 ? Math.max(1, cores - 1) : Math.min(8, Math.ceil(cores / 2));
}
