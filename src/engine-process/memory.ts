import { readFile } from "node:fs/promises";
import os from "node:os";
import { AppError } from "../common/errors";
import { formatBytes } from "../common/format";

/**
 * Memory a new process can take without pushing others out, in bytes: Linux counts reclaimable caches
 * (`MemAvailable`) and a container's limit, other systems report what is free.
 */
export async function availableMemoryBytes(): Promise<number> {
  const constrained = process.constrainedMemory();
  const limit = constrained > 0 && constrained < os.totalmem() ? process.availableMemory() : Infinity;
  if (process.platform !== "linux") {
    return Math.min(limit, os.freemem());
  }
  const match = /^MemAvailable:\s+(\d+) kB$/m.exec(await readFile("/proc/meminfo", "utf8"));
  return Math.min(limit, match?.[1] === undefined ? os.freemem() : Number(match[1]) * 1024);
}

/**
 * Memory of this process that is the system's again when it ends, in bytes. On Linux weights that are mapped
 * from their file are left out: `availableMemoryBytes` counts them as available already.
 */
export async function ownMemoryBytes(): Promise<number> {
  if (process.platform !== "linux") {
    return process.memoryUsage.rss();
  }
  const status = await readFile("/proc/self/status", "utf8");
  const kilobytes = [...status.matchAll(/^Rss(?:Anon|Shmem):\s+(\d+) kB$/gm)];
  return kilobytes.reduce((sum, [, value]) => sum + Number(value) * 1024, 0);
}

/** The refusal of a model for which there is no room; the host knows what could be stopped. */
export function modelTooLarge(neededBytes: number, availableBytes: number): AppError {
  if (!Number.isFinite(neededBytes)) {
    return new AppError(
      "not-a-model",
      "The model's file does not say how large the model is. Delete the model and pull it again.",
    );
  }
  return new AppError(
    "model-too-large",
    "The model needs about {0} of memory, and {1} is free. Stop another model, close other programs, or choose a smaller one.",
    [formatBytes(neededBytes), formatBytes(Math.max(0, availableBytes))],
    undefined,
    { neededBytes, availableBytes },
  );
}
