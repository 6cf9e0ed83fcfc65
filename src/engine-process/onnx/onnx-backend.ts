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
import { loadWithBestThreads, type MeasuredModel, threadCounts } from "./measure-threads";
import type { OnnxModel, OnnxOptions, Steps } from "./model";
import { loadReranker } from "./reranking";
import { loadTranscriber } from "./speech";
import { loadGenerator } from "./text-generation";
import { Turns } from "./turns";

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

/** ONNX models through transformers.js. */
export const loadOnnxBackend: LoadBackend = async (params, signal, onProgress) => {
  const startedAt = performance.now();
  const optionsFor = await readOptions(params);
  useLocalFiles(params.modelPath);
  throwIfAborted(signal);
  onProgress(0.1);
  const measured = await loadWithBestThreads(
    (threads) => load(params.task, optionsFor(threads)),
    threadsToTry(params),
    signal,
  );
  onProgress(1);
  const options = optionsFor(measured.threads);
  return { ...takingTurns(measured.model), loaded: describe(options, startedAt, measured) };
};

/** What was set, else what was measured, else all that are worth measuring. */
function threadsToTry({ threads, measuredThreads }: LoadParams): number[] {
  const cores = os.availableParallelism();
  const known = threads > 0 ? threads : measuredThreads && Math.min(cores, measuredThreads.prompt);
  return known === undefined ? threadCounts(cores) : [known];
}

/** The model's methods as the host calls them, interactive requests first. */
function takingTurns(model: OnnxModel): Omit<EngineBackend, "loaded"> {
  const turns = new Turns();
  const { chat, complete, embed, embedImages, caption, transcribe, rerank } = model;
  /** For requests that have nothing but a signal. */
  const simple =
    <Params extends object, Result>(serve: (params: Params, steps: Steps) => Promise<Result>) =>
    (params: Params, signal: AbortSignal): Promise<Result> =>
      turns.run(isUrgent(params), signal, (step) => serve(params, { signal, step }));
  /** For requests that also stream. */
  const streaming =
    <Params extends object, Context extends { signal: AbortSignal }, Result>(
      serve: (params: Params, context: Context & Steps) => Promise<Result>,
    ) =>
    (params: Params, context: Context): Promise<Result> =>
      turns.run(isUrgent(params), context.signal, (step) => serve(params, { ...context, step }));
  return {
    ...(chat && { chat: streaming(chat) }),
    ...(complete && { complete: streaming(complete) }),
    ...(embed && { embed: simple(embed) }),
    ...(embedImages && { embedImages: simple(embedImages) }),
    ...(caption && { caption: simple(caption) }),
    ...(transcribe && { transcribe: streaming(transcribe) }),
    ...(rerank && { rerank: simple(rerank) }),
    dispose: () => model.dispose(),
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
    if (error instanceof AppError) {
      throw error;
    }
    throw new AppError(
      "unsupported-model",
      "ONNX Runtime could not load this model: {0} The files may be damaged, or the architecture “{1}” unsupported.",
      [
        (error instanceof Error ? error.message : String(error)).replace(/\.?$/, "."),
        options.config.modelType,
      ],
      error instanceof Error ? error.stack : undefined,
    );
  }
}

/** Depend on how many threads the model gets. */
async function readOptions(params: LoadParams): Promise<(threads: number) => OnnxOptions> {
  const dtype = dtypeOfSuffix[params.variantSuffix];
  if (!dtype) {
    throw new AppError("unsupported-model", "ONNX precision “{0}” is not supported.", [params.variantSuffix]);
  }
  await checkMemory(params);
  const config = await readOnnxConfig(params.modelPath);
  return (threads) => ({
    modelPath: params.modelPath,
    weightFiles: params.weightFiles,
    config,
    contextLength: Math.min(params.contextLength, config.positions),
    threads,
    pretrained: {
      dtype,
      device: "cpu",
      session_options: {
        intraOpNumThreads: threads,
        extra: { session: { intra_op: idleThreads } },
      },
    },
  });
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
  options: OnnxOptions,
  startedAt: number,
  { model, threads, isMeasured }: MeasuredModel,
): LoadedModel {
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
    ...(isMeasured ? { measuredThreads: { prompt: threads, generation: threads } } : {}),
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
