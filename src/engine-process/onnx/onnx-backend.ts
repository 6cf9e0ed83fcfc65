import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { type DataType, env } from "@huggingface/transformers";
import { throwIfAborted } from "../../common/async";
import { AppError, errnoCode } from "../../common/errors";
import type { LoadedModel, LoadParams } from "../../protocol/engine";
import type { EngineBackend, LoadBackend } from "../backend";
import { availableMemoryBytes, modelTooLarge } from "../memory";
import { readOnnxConfig } from "./config";
import { loadCaptioner } from "./caption";
import { loadEmbedder } from "./embedding";
import { loadImageTextEmbedder } from "./image-text";
import { useLocalFiles } from "./local-files";
import { Graphs } from "./graphs";
import { measureThreads, type ThreadCounts, threadCounts } from "./measure-threads";
import type { OnnxModel, OnnxOptions, Steps } from "./model";
import { loadReranker } from "./reranking";
import { loadTranscriber } from "./speech";
import { loadGenerator } from "./text-generation";
import { ThreadLimit } from "./thread-limit";
import { type Step, Turns } from "./turns";

/** transformers.js names precisions; files carry them as suffixes. */
const dtypeOfSuffix: Record<string, DataType> = {
  "": "fp32",
  _fp16: "fp16",
  _quantized: "q8",
  _int8: "int8",
  _uint8: "uint8",
  _q4: "q4",
  _q4f16: "q4f16",
  _bnb4: "bnb4",
};

/**
 * Threads without work look for some during two milliseconds, then they sleep. Within that time the next
 * inference mostly begins when texts or tokens follow each other, and waking threads would cost it a tenth.
 * ONNX Runtime's own bound is some thirty milliseconds, in which idle threads would take the cores from other
 * models. Up to eight pauses between two looks, because looking all the time slows down the thread that works.
 */
const idleThreads = { spin_duration_us: "2000", spin_backoff_max: "8" };

/** Of a deployment, when the model is loaded and its threads are measured. */
const loadedFraction = 0.4;

/** ONNX models through transformers.js. */
export const loadOnnxBackend: LoadBackend = async (params, signal, onProgress) => {
  const startedAt = performance.now();
  const counts = threadsToTry(params);
  const options = await readOptions(params, counts[0]);
  const { graphs } = options;
  useLocalFiles(params.modelPath);
  throwIfAborted(signal);
  onProgress(0.1);
  const model = await load(params.task, options);
  const measured = await measureThreads({
    model,
    graphs,
    counts,
    signal,
    onProgress: (fraction) => onProgress(loadedFraction + (1 - loadedFraction) * fraction),
  });
  onProgress(1);
  const threads = new ThreadLimit(graphs, graphs.threads);
  return {
    ...takingTurns(model, threads),
    loaded: describe(model, options, startedAt, measured),
    limitThreads: (most) => threads.limit(most),
    dispose: () => graphs.close(),
  };
};

/** What was set, else what was measured, else all that are worth measuring. */
function threadsToTry({ threads, measuredThreads }: LoadParams): ThreadCounts {
  const cores = os.availableParallelism();
  const known = threads > 0 ? threads : measuredThreads && Math.min(cores, measuredThreads.prompt);
  return known === undefined ? threadCounts(cores) : [known];
}

/** The model's methods as the host calls them, interactive requests first. */
function takingTurns(model: OnnxModel, threads: ThreadLimit): Partial<EngineBackend> {
  const turns = new Turns();
  const { chat, complete, embed, embedImages, caption, transcribe, rerank } = model;
  const run = <Result>(params: object, signal: AbortSignal, serve: (step: Step) => Promise<Result>) => {
    const urgent = isUrgent(params);
    return turns.run(urgent, signal, (step) =>
      serve((task) => step(() => threads.run(task, urgent, signal))),
    );
  };
  /** For requests that have nothing but a signal. */
  const simple =
    <Params extends object, Result>(serve: (params: Params, steps: Steps) => Promise<Result>) =>
    (params: Params, signal: AbortSignal): Promise<Result> =>
      run(params, signal, (step) => serve(params, { signal, step }));
  /** For requests that also stream. */
  const streaming =
    <Params extends object, Context extends { signal: AbortSignal }, Result>(
      serve: (params: Params, context: Context & Steps) => Promise<Result>,
    ) =>
    (params: Params, context: Context): Promise<Result> =>
      run(params, context.signal, (step) => serve(params, { ...context, step }));
  return {
    ...(chat && { chat: streaming(chat) }),
    ...(complete && { complete: streaming(complete) }),
    ...(embed && { embed: simple(embed) }),
    ...(embedImages && { embedImages: simple(embedImages) }),
    ...(caption && { caption: simple(caption) }),
    ...(transcribe && { transcribe: streaming(transcribe) }),
    ...(rerank && { rerank: simple(rerank) }),
  };
}

/** A person waits for it, unless it says otherwise. */
function isUrgent(params: object): boolean {
  return !("priority" in params && params.priority === "batch");
}

const loaders: Record<LoadParams["task"], (options: OnnxOptions) => Promise<OnnxModel>> = {
  chat: loadGenerator,
  embedding: loadEmbedder,
  "image-text": loadImageTextEmbedder,
  caption: loadCaptioner,
  speech: loadTranscriber,
  reranking: loadReranker,
};

async function load(task: LoadParams["task"], options: OnnxOptions) {
  try {
    return await loaders[task](options);
  } catch (error) {
    throw loadError(error, options.config.modelType);
  }
}

function loadError(error: unknown, modelType: string): AppError {
  if (error instanceof AppError) {
    return error;
  }
  return new AppError(
    "unsupported-model",
    "ONNX Runtime could not load this model: {0} The files may be damaged, or the architecture “{1}” unsupported.",
    [(error instanceof Error ? error.message : String(error)).replace(/\.?$/, "."), modelType],
    error instanceof Error ? error.stack : undefined,
  );
}

async function readOptions(params: LoadParams, threads: number): Promise<OnnxOptions> {
  const dtype = dtypeOfSuffix[params.variantSuffix];
  if (!dtype) {
    throw new AppError("unsupported-model", "ONNX precision “{0}” is not supported.", [params.variantSuffix]);
  }
  await checkMemory(params);
  const config = await readOnnxConfig(params.modelPath);
  const { modelPath, weightFiles } = params;
  const settings = (threads: number) => ({
    dtype,
    device: "cpu" as const,
    session_options: {
      intraOpNumThreads: threads,
      extra: { session: { intra_op: idleThreads } },
    },
  });
  return {
    modelPath,
    weightFiles,
    config,
    contextLength: Math.min(params.contextLength, config.positions),
    graphs: new Graphs({
      folder: modelPath,
      weightFiles,
      settings,
      threads,
      explain: (error) => loadError(error, config.modelType),
    }),
  };
}

/** The weights are held once; activations of a text model are small beside them. */
async function checkMemory({ modelPath, weightFiles }: LoadParams): Promise<void> {
  let weightBytes = 0;
  for (const file of weightFiles) {
    try {
      weightBytes += (await stat(path.join(modelPath, file))).size;
    } catch (error) {
      if (errnoCode(error) === "ENOENT") {
        throw new AppError("file-missing", "The model's file is gone: {0}. Pull the model again.", [file]);
      }
      throw error;
    }
  }
  const available = await availableMemoryBytes();
  if (weightBytes * 1.2 > available) {
    throw modelTooLarge(weightBytes * 1.2, available);
  }
}

function describe(
  model: OnnxModel,
  options: OnnxOptions,
  startedAt: number,
  measured: number | undefined,
): LoadedModel {
  const { threads } = options.graphs;
  return {
    architecture: options.config.modelType,
    contextLength: model.contextLength ?? options.contextLength,
    trainedContextLength: options.config.positions,
    embeddingLength: model.embeddingLength,
    sequences: model.sequences ?? 1,
    device: "CPU",
    gpuLayers: 0,
    threads,
    promptThreads: threads,
    ...(measured === undefined ? {} : { measuredThreads: { prompt: measured, generation: measured } }),
    loadMs: performance.now() - startedAt,
    engineVersion: `transformers.js ${env.version}, onnxruntime ${runtimeVersion()}`,
    ...(model.chatTemplate === undefined
      ? {}
      : { chatTemplateHash: createHash("sha256").update(model.chatTemplate).digest("hex") }),
  };
}

function runtimeVersion(): string {
  const versions = env.backends.onnx.versions as Readonly<Record<string, string>> | undefined;
  return versions?.["node"] ?? "of unknown version";
}
