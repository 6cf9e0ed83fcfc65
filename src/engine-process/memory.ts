import { readFile } from "node:fs/promises";
import os from "node:os";

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
