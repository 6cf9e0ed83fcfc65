import { getLlama, type Llama } from "node-llama-cpp";
import { AppError } from "../common/errors";
import type { GraphicsInfo } from "../protocol/engine";

/**
 * Asks llama.cpp for the graphics devices of this machine. It opens their drivers to do so, which may
 * crash: another reason to ask in a process of its own.
 */
export async function graphicsInfo(): Promise<GraphicsInfo> {
  const llama = await startRuntime();
  try {
    if (llama.gpu === false) {
      return { deviceNames: [], totalMemoryBytes: 0, freeMemoryBytes: 0, isShared: false };
    }
    const { total, free, unifiedSize } = await llama.getVramState();
    return {
      backend: backendNames[llama.gpu],
      deviceNames: await llama.getGpuDeviceNames(),
      totalMemoryBytes: total,
      freeMemoryBytes: free,
      isShared: unifiedSize > 0,
    };
  } finally {
    await llama.dispose();
  }
}

const backendNames = { cuda: "CUDA", vulkan: "Vulkan", metal: "Metal" } as const;

async function startRuntime(): Promise<Llama> {
  try {
    return await getLlama({
      gpu: "auto",
      build: "never",
      skipDownload: true,
      progressLogs: false,
      vramPadding: 0,
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
