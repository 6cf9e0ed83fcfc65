import type { CatalogueEntry, MachineInfo } from "./model";

/** Share of all memory that a recommended model may take, so that the rest of the work still fits. */
const comfortableShare = 0.6;
/** Runtime, context and buffers on top of the weights. */
const overheadBytes = 300_000_000;
const overheadFactor = 1.1;

export type FitVerdict = "comfortable" | "tight" | "too-large";

export interface Fit {
  /**
   * `too-large`: more than this machine has. `tight`: it has that much, but not free right now, or little
   * would be left. `comfortable`: neither.
   */
  verdict: FitVerdict;
  neededBytes: number;
  freeBytes: number;
  totalBytes: number;
}

/** A rough guess of the memory that weights of this size take once loaded with a default context. */
export function estimateMemory(weightBytes: number): number {
  return Math.round(weightBytes * overheadFactor + overheadBytes);
}

export function fitOf(neededBytes: number, machine: MachineInfo): Fit {
  const { totalMemoryBytes: totalBytes, freeMemoryBytes: freeBytes } = machine;
  const verdict =
    neededBytes > totalBytes
      ? "too-large"
      : neededBytes > freeBytes || neededBytes > comfortableMemory(machine)
        ? "tight"
        : "comfortable";
  return { verdict, neededBytes, freeBytes, totalBytes };
}

/** Memory that a model may take with enough left for the rest of the work, bytes. */
export function comfortableMemory(machine: MachineInfo): number {
  return machine.totalMemoryBytes * comfortableShare;
}

/**
 * What to recommend to the owner of this machine, best first: of the models on a hub that take a
 * comfortable share of its memory and are not here yet, the larger is the better. What happens to be
 * free at this moment does not count, or the list would change with every open program.
 */
export function recommended(
  catalogue: readonly CatalogueEntry[],
  machine: MachineInfo,
  isHere: (entry: CatalogueEntry) => boolean,
): CatalogueEntry[] {
  const limit = comfortableMemory(machine);
  return catalogue
    .filter((entry) => entry.onHub !== false && entry.memoryBytes <= limit && !isHere(entry))
    .sort((a, b) => b.memoryBytes - a.memoryBytes || a.name.localeCompare(b.name));
}
