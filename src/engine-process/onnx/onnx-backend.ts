import { stat } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { DataType } from "@huggingface/transformers";
import { PriorityQueue, throwIfAborted } from "../../common/async";
import { AppError, errnoCode } from "../../common/errors";
import { formatBytes } from "../../common/format";
import type { LoadedModel, LoadParams } from "../../protocol/engine";
import type { LoadBackend } from "../backend";
import { availableMemoryBytes } from "../memory";
import { readOnnxConfig } from "./config";
import { loadCaptioner } from "./caption";
import { loadEmbedder } from "./embedding";
import { loadImageTextEmbedder } from "./image-text";
import { useLocalFiles } from "./local-files";
import type { OnnxModel, OnnxOptions } from "./model";
import { loadTranscriber } from "./speech";
import { loadGenerator } from "./text-generation";

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

/** ONNX models through transformers.js. */
export const loadOnnxBackend: LoadBackend = async (params, signal, onProgress) => {
  const startedAt = performance.now();
  const options = await readOptions(params);
  useLocalFiles(params.modelPath);
  throwIfAborted(signal);
  onProgress(0.1);
  const model = await load(params.task, options);
  onProgress(1);
  return { ...queued(model), loaded: describe(options, startedAt, model.embeddingLength) };
};

/** ONNX Runtime works on the JS thread, so requests follow one another. */
function queued(model: OnnxModel): OnnxModel {
  const queue = new PriorityQueue();
  const { chat, embed, embedImages, caption, transcribe } = model;
  return {
    ...model,
    ...(chat && {
      chat: (params, context) => queue.run(() => chat(params, context), params.priority !== "batch"),
    }),
    ...(embed && {
      embed: (params, signal) => queue.run(() => embed(params, signal), params.priority !== "batch"),
    }),
    ...(embedImages && {
      embedImages: (params, signal) =>
        queue.run(() => embedImages(params, signal), params.priority !== "batch"),
    }),
    ...(caption && {
      caption: (params, signal) => queue.run(() => caption(params, signal), params.priority !== "batch"),
    }),
    ...(transcribe && {
      transcribe: (params, context) => queue.run(() => transcribe(params, context), true),
    }),
  };
}

const loaders: Record<LoadParams["task"], (options: OnnxOptions) => Promise<OnnxModel>> = {
  chat: loadGenerator,
  embedding: loadEmbedder,
  "image-text": loadImageTextEmbedder,
  caption: loadCaptioner,
  speech: loadTranscriber,
  reranking: () => {
    throw new AppError("unsupported-model", "Reranking is not supported yet.");
  },
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

async function readOptions(params: LoadParams): Promise<OnnxOptions> {
  const dtype = dtypeOfSuffix[params.variantSuffix];
  if (!dtype) {
    throw new AppError("unsupported-model", "ONNX precision “{0}” is not supported.", [params.variantSuffix]);
  }
  await checkMemory(params);
  const config = await readOnnxConfig(params.modelPath);
  const threads = params.threads > 0 ? params.threads : Math.max(1, Math.ceil(os.availableParallelism() / 2));
  return {
    modelPath: params.modelPath,
    config,
    contextLength: Math.min(params.contextLength, config.positions),
    threads,
    pretrained: {
      dtype,
      device: "cpu",
      session_options: {
        intraOpNumThreads: threads,
        // Idle threads would otherwise spin and take the cores from other models.
        extra: { session: { intra_op: { allow_spinning: "0" } } },
      },
    },
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
    throw new AppError(
      "model-too-large",
      "The model needs about {0} of memory, and {1} is free. Stop another model, close other programs, or choose a smaller one.",
      [formatBytes(weightBytes * 1.2), formatBytes(available)],
    );
  }
}

function describe(options: OnnxOptions, startedAt: number, embeddingLength: number): LoadedModel {
  return {
    architecture: options.config.modelType,
    contextLength: options.contextLength,
    trainedContextLength: options.config.positions,
    embeddingLength,
    sequences: 1,
    device: "CPU",
    gpuLayers: 0,
    threads: options.threads,
    promptThreads: options.threads,
    loadMs: performance.now() - startedAt,
  };
}
