import { throwIfAborted } from "../../common/async";
import { bestThreads, describeTrials, median, type Trial } from "../thread-trials";
import type { Graphs } from "./graphs";
import type { OnnxModel } from "./model";
import { sampleWork } from "./sample-work";

/** Measuring one count takes about twice this long, or one sample. */
const budgetMs = 250;
const mostSamples = 15;
/** Each count costs opening the graphs again and its work; for more than this nobody should wait. */
const longestOpenMs = 4_000;
const longestWorkMs = 3_000;

/** Twice the threads must gain at least this, because the editor and other models work on those cores, too. */
const worthwhileGain = 1.25;

/** The rule's first, which is the fewest. */
export type ThreadCounts = readonly [number, ...number[]];

/** Counts worth trying on so many cores, the fewest first: where cores have two threads each, half are all. */
export function threadCounts(cores: number): ThreadCounts {
  return cores > 1 ? [Math.ceil(cores / 2), cores] : [1];
}

interface MeasureOptions {
  model: OnnxModel;
  /** Opened with the first count. */
  graphs: Pick<Graphs, "openMs" | "useThreads">;
  counts: ThreadCounts;
  signal: AbortSignal;
  /** Fractions 0…1. */
  onProgress: (fraction: number) => void;
}

/**
 * The thread count that the model is fastest with, which it has then; undefined when that was not found out,
 * and it has the first.
 */
export async function measureThreads(options: MeasureOptions): Promise<number | undefined> {
  const { model, graphs, counts, signal, onProgress } = options;
  const [rule] = counts;
  if (counts.length < 2 || graphs.openMs > longestOpenMs) {
    return undefined;
  }
  const use = async (threads: number) => {
    throwIfAborted(signal);
    await graphs.useThreads(threads);
  };
  const trials: Trial[] = [];
  for (const threads of counts) {
    await use(threads);
    const samples = await measure(model, signal);
    const isTooSlow = threads === rule && samples && median(samples) > longestWorkMs;
    if (!samples || isTooSlow) {
      await use(rule);
      return undefined;
    }
    trials.push({ threads, samples });
    onProgress(trials.length / counts.length);
  }
  console.error(`[info] sample work: ${describeTrials(trials)}`);
  const best = bestThreads(trials, worthwhileGain) ?? rule;
  await use(best);
  return best;
}

/** Milliseconds of each sample, at least one; undefined when the model does not work, which its first request will say. */
async function measure(model: OnnxModel, signal: AbortSignal): Promise<number[] | undefined> {
  const samples: number[] = [];
  try {
    const work = sampleWork(model, signal);
    const first = await time(work);
    // The first time, memory is laid out, which matters little to what takes long.
    if (first > budgetMs) {
      return [first];
    }
    for (const end = performance.now() + budgetMs; performance.now() < end && samples.length < mostSamples;) {
      throwIfAborted(signal);
      samples.push(await time(work));
    }
    return samples;
  } catch (error) {
    throwIfAborted(signal);
    console.error(`[warn] thread counts were not measured: ${String(error)}`);
    return undefined;
  }
}

/** Milliseconds. */
async function time(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
