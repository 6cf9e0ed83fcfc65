import type { GgufInsights } from "node-llama-cpp";
import type { LoadParams } from "../../protocol/engine";
import { availableMemoryBytes, modelTooLarge } from "../memory";

/** Room left for the editor and everything else when a model's memory is planned. */
const reservedMemoryBytes = 400e6;
export const smallestContextLength = 256;
/**
 * Conversations that keep their state at once, and answers that can be written together: up to about sixteen
 * rows the processor's matrix kernels become faster per row.
 */
const mostSequences = 16;
/** Share of the memory that is left with one sequence which further ones may take. */
const shareForMoreSequences = 0.5;
/** Further sequences are a comfort; they may cost as much as half of the weights, or this. */
const modestBytes = 512e6;

export interface MemoryPlan {
  /** Tokens of each sequence. */
  contextLength: number;
  sequences: number;
}

/** What a model needs, in bytes. */
interface Needs {
  weights: number;
  context: (contextLength: number, sequences: number) => Promise<number>;
}

/** Chooses the context for a model on the processor; throws when not even the smallest fits. */
export async function planMemory(
  insights: GgufInsights,
  task: LoadParams["task"],
  wishedLength: number,
): Promise<MemoryPlan> {
  const weights = await insights.estimateModelResourceRequirementsV2({ gpuLayers: 0 });
  const needs: Needs = {
    weights: weights.cpuRam,
    context: async (contextSize, sequences) => {
      const { cpuRam } = await insights.estimateContextResourceRequirementsV2({
        contextSize,
        sequences,
        modelGpuLayers: 0,
        isEmbeddingContext: task !== "chat",
        // Such a model reads a text in one piece.
        ...(task === "chat" ? {} : { batchSize: contextSize }),
      });
      return cpuRam;
    },
  };
  const available = (await availableMemoryBytes()) - reservedMemoryBytes;
  const plan = await fitInto(available, needs, wishedLength, sequencesFor(task));
  if (!plan) {
    throw modelTooLarge(needs.weights + (await needs.context(smallestContextLength, 1)), available);
  }
  return plan;
}

export function sequencesFor(task: LoadParams["task"]): number {
  return task === "chat" ? mostSequences : 1;
}

/** The longest context that fits, halving it as often as it takes; then as many sequences as are modest. */
export async function fitInto(
  available: number,
  { weights, context }: Needs,
  wishedLength: number,
  wishedSequences: number,
): Promise<MemoryPlan | undefined> {
  for (
    let contextLength = wishedLength;
    contextLength >= smallestContextLength;
    contextLength = Math.floor(contextLength / 2)
  ) {
    const one = await context(contextLength, 1);
    const left = available - weights - one;
    if (left < 0) {
      continue;
    }
    const spare = Math.min(left * shareForMoreSequences, Math.max(modestBytes, weights / 2));
    for (let sequences = wishedSequences; sequences > 1; sequences--) {
      if ((await context(contextLength, sequences)) - one <= spare) {
        return { contextLength, sequences };
      }
    }
    return { contextLength, sequences: 1 };
  }
  return undefined;
}
