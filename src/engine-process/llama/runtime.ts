import { getLlama, type Llama } from "node-llama-cpp";
import { AppError } from "../../common/errors";
import type { GpuChoice } from "../../protocol/engine";
import { vramPadding } from "./vram";

interface RuntimeOptions {
  gpu: GpuChoice;
  /** Share of the graphics memory that may be used, 0…1. */
  vramShare: number;
  /** The most threads that an evaluation may ever use. */
  maxThreads: number;
}

/**
 * Starts llama.cpp. With `auto` the library tries each kind of GPU in the order of their speed, the processor
 * last; a kind that was named has to work.
 */
export async function startRuntime({ gpu, vramShare, maxThreads }: RuntimeOptions): Promise<Llama> {
  const llama = await tryRuntime(gpu === "off" ? false : gpu, vramShare, maxThreads).catch(
    (error: unknown) => {
      if (gpu !== "auto") {
        throw isNamed(gpu) ? gpuError(gpu, String(error)) : runtimeError(error);
      }
      console.error(`[info] no GPU can be used, so the processor is: ${String(error)}`);
      return tryRuntime(false, vramShare, maxThreads).catch((again: unknown) => {
        throw runtimeError(again);
      });
    },
  );
  if (isNamed(gpu) && llama.gpu !== gpu) {
    // The library takes a kind that the platform does not have for “whatever there is”.
    await llama.dispose();
    throw gpuError(gpu, `started with ${String(llama.gpu)}`);
  }
  return llama;
}

function tryRuntime(gpu: Exclude<GpuChoice, "off"> | false, vramShare: number, maxThreads: number) {
  return getLlama({
    gpu,
    build: "never",
    skipDownload: true,
    progressLogs: false,
    maxThreads,
    vramPadding: (totalBytes) => vramPadding(totalBytes, vramShare),
    logger: (level, message) => console.error(`[${level}] ${message.trimEnd()}`),
  });
}

function isNamed(gpu: GpuChoice): gpu is Exclude<GpuChoice, "auto" | "off"> {
  return gpu !== "auto" && gpu !== "off";
}

function gpuError(gpu: string, detail: string): AppError {
  return new AppError(
    "unsupported-model",
    "llama.cpp cannot use {0} on this machine. Choose “auto” or “off” as the GPU.",
    [{ cuda: "CUDA", vulkan: "Vulkan", metal: "Metal" }[gpu] ?? gpu],
    detail,
  );
}

function runtimeError(error: unknown): AppError {
  return new AppError(
    "unsupported-model",
    "llama.cpp cannot start on this machine ({0}, {1}). See the log for the reason.",
    [process.platform, process.arch],
    String(error),
  );
}
