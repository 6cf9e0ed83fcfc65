import type { LlamaContextSequence, Token } from "node-llama-cpp";
import type { MeasuredThreads } from "../../protocol/engine";
import type { PromptPace } from "../prompt-pace";
import { bestThreads, describeTrials, median, type Trial } from "../thread-trials";

/** Measuring one kind of work takes about this long at most. */
const budgetMs = 750;
/** One kind of work and count is known well enough after so long, and so many samples. */
const enoughMs = 60;
const enoughSamples = 5;
/** A count that is so much slower is not measured again. */
const hopelessFactor = 3;
/** More threads must gain at least this, for they stall when something else runs on their cores. */
const worthwhileGain = 1.05;
const promptTokens = 64;
const sampleText = "The quick brown fox jumps over the lazy dog, and then it rests for a while. ";

/** Counts worth trying on so many cores, the fewest first. */
export function threadCounts(cores: number, mathCores: number): number[] {
  const shares = [cores / 4, cores / 2, Math.min(cores, mathCores), cores].map((count) => Math.ceil(count));
  return [...new Set(shares)].filter((count) => count > 0).sort((a, b) => a - b);
}

interface MeasureOptions {
  sequence: LlamaContextSequence;
  counts: readonly number[];
  useThreads: (count: number) => void;
  pace: PromptPace;
  signal: AbortSignal;
}

/**
 * Measures how fast a model reads and writes with each thread count. Undefined when a model is too slow to
 * find out in time. Leaves the sequence empty.
 */
export async function measureThreads(options: MeasureOptions): Promise<MeasuredThreads | undefined> {
  const { sequence, counts, useThreads, pace } = options;
  const tokens = sampleTokens(sequence);
  try {
    const writer = sequence.evaluateWithMetadata(
      tokens.slice(0, 2),
      {},
      { temperature: 0, yieldEogToken: true },
    );
    // The first evaluation reads the weights from the disk.
    useThreads(counts[0] ?? 1);
    await writer.next();
    const generation = await measure(options, counts, async () => {
      await writer.next();
    });
    await writer.return();
    // A count that stalls a single token would stall many for seconds, which cannot be interrupted.
    const prompt = await measure(options, counts.filter(isBearable(generation)), async () => {
      await sequence.clearHistory();
      const before = performance.now();
      await sequence.evaluateWithoutGeneratingNewTokens(tokens);
      pace.record(tokens.length, performance.now() - before);
    });
    console.error(`[info] generation: ${describeTrials(generation)}; prompt: ${describeTrials(prompt)}`);
    const best = {
      prompt: bestThreads(prompt, worthwhileGain),
      generation: bestThreads(generation, worthwhileGain),
    };
    return best.prompt === undefined || best.generation === undefined
      ? undefined
      : { prompt: best.prompt, generation: best.generation };
  } finally {
    useThreads(counts[0] ?? 1);
    await sequence.clearHistory();
  }
}

async function measure(
  { useThreads, signal }: MeasureOptions,
  counts: readonly number[],
  run: () => Promise<void>,
): Promise<Trial[]> {
  const end = performance.now() + budgetMs;
  const isLate = () => signal.aborted || performance.now() > end;
  const trials = counts.map((threads): Trial => ({ threads, samples: [] }));
  for (
    let open = trials;
    open.length > 0 && !isLate();
    open = open.filter((trial) => isOpen(trial, trials))
  ) {
    for (const trial of open) {
      if (isLate()) {
        break;
      }
      useThreads(trial.threads);
      const startedAt = performance.now();
      await run();
      trial.samples.push(performance.now() - startedAt);
    }
  }
  return trials;
}

function isBearable(trials: readonly Trial[]): (threads: number) => boolean {
  const fastest = fastestTime(trials);
  return (threads) => {
    const trial = trials.find((one) => one.threads === threads);
    return trial !== undefined && median(trial.samples) <= fastest * hopelessFactor;
  };
}

function isOpen({ samples }: Trial, trials: readonly Trial[]): boolean {
  const total = samples.reduce((sum, sample) => sum + sample, 0);
  return (
    (samples.length < enoughSamples || total < enoughMs) &&
    median(samples) <= fastestTime(trials) * hopelessFactor
  );
}

function sampleTokens({ model, contextSize }: LlamaContextSequence): Token[] {
  const tokens = model.tokenize(sampleText.repeat(8));
  return tokens.slice(0, Math.min(promptTokens, contextSize - 2));
}

function fastestTime(trials: readonly Trial[]): number {
  return Math.min(...trials.map(({ samples }) => median(samples)));
}
