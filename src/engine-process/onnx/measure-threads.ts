import { throwIfAborted } from "../../common/async";
import { bestThreads, describeTrials, median, type Trial } from "../thread-trials";
import type { OnnxModel } from "./model";
import { sampleWork } from "./sample-work";

/** Measuring one count takes about twice this long, or one sample. */
const budgetMs = 250;
const mostSamples = 15;
/** Each count costs a further load and its work; what takes longer than this nobody waits for. */
const longestLoadMs = 4_000;
const longestWorkMs = 3_000;

/**
 * Twice the threads must gain at least this. It is more than for llama.cpp, because a loaded model's threads
 * cannot become fewer while another model works.
 */
const worthwhileGain = 1.25;

export interface MeasuredModel {
  model: OnnxModel;
  threads: number;
  /** Whether the count was measured; else it is the first, which is the rule's. */
  isMeasured: boolean;
}

/** Counts worth trying on so many cores, the fewest first: where cores have two threads each, half are all. */
export function threadCounts(cores: number): number[] {
  return [...new Set([Math.ceil(cores / 2), cores])];
}

/**
 * Loads a model with the thread count that is fastest here. ONNX Runtime starts a model's threads when it is
 * loaded, so the model is loaded anew for each count, one after the other.
 */
export async function loadWithBestThreads(
  load: (threads: number) => Promise<OnnxModel>,
  counts: readonly number[],
  signal: AbortSignal,
): Promise<MeasuredModel> {
  const [rule = 1] = counts;
  const startedAt = performance.now();
  let model = await load(rule);
  if (counts.length < 2 || performance.now() - startedAt > longestLoadMs) {
    return { model, threads: rule, isMeasured: false };
  }
  let loaded = rule;
  const use = async (threads: number) => {
    if (threads !== loaded) {
      await model.dispose();
      throwIfAborted(signal);
      model = await load(threads);
      loaded = threads;
    }
  };
  const trials: Trial[] = [];
  for (const threads of counts) {
    await use(threads);
    const samples = await measure(model, signal);
    if (!samples) {
      await use(rule);
      return { model, threads: rule, isMeasured: false };
    }
    trials.push({ threads, samples });
    if (threads === rule && median(samples) > longestWorkMs) {
      return { model, threads: rule, isMeasured: false };
    }
  }
  console.error(`[info] sample work: ${describeTrials(trials)}`);
  const best = bestThreads(trials, worthwhileGain) ?? rule;
  await use(best);
  return { model, threads: best, isMeasured: true };
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
