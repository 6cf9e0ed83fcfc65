import { readFile } from "node:fs/promises";
import os from "node:os";
import { AppError } from "../common/errors";
import { formatBytes } from "../common/format";

/**
 * Memory a new process can take without pushing others out, in bytes: Linux counts reclaimable caches
 * (`MemAvailable`), the lists of free pages that it leaves out, and a container's limit; other systems report
 * what is free.
 */
export async function availableMemoryBytes(): Promise<number> {
  const constrained = process.constrainedMemory();
  const limit = constrained > 0 && constrained < os.totalmem() ? process.availableMemory() : Infinity;
  if (process.platform !== "linux") {
    return Math.min(limit, os.freemem());
  }
  const match = /^MemAvailable:\s+(\d+) kB$/m.exec(await readFile("/proc/meminfo", "utf8"));
  const available = match?.[1] === undefined ? os.freemem() : Number(match[1]) * 1024;
  return Math.min(limit, available + (await listedBytes()));
}

/**
 * Free memory in the lists that each processor keeps for itself, in bytes. Linux counts it neither as free nor
 * as available, but takes from it first; since 6.7 it may be hundreds of megabytes for minutes after a model
 * was stopped. Nothing where a sandbox hides it.
 */
async function listedBytes(): Promise<number> {
  try {
    const [zones, vector] = await Promise.all([
      readFile("/proc/zoneinfo", "utf8"),
      readFile("/proc/self/auxv"),
    ]);
    return listedPages(zones) * pageBytes(vector);
  } catch {
    return 0;
  }
}

/** Of `/proc/zoneinfo`. */
export function listedPages(zones: string): number {
  const counts = [...zones.matchAll(/^ +count: +(\d+)$/gm)];
  return counts.reduce((sum, [, pages]) => sum + Number(pages), 0);
}

/** The page size in the auxiliary vector of a 64-bit process: pairs of a type and a value, see getauxval(3). */
export function pageBytes(vector: Buffer): number {
  const pageSizeType = 6n;
  for (let at = 0; at + 16 <= vector.length; at += 16) {
    if (vector.readBigUInt64LE(at) === pageSizeType) {
      return Number(vector.readBigUInt64LE(at + 8));
    }
  }
  return 4096;
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
