import os from "node:os";
import {
  InsufficientMemoryError,
  type Llama,
  type LlamaContext,
  type LlamaContextSequence,
  type LlamaModel,
} from "node-llama-cpp";
import { throwIfAborted } from "../../common/async";
import type { LoadParams } from "../../protocol/engine";
import type { EngineBackend } from "../backend";
import { chat, complete } from "./answer";
import { describeModel } from "./describe";
import type { LoadedLlama } from "./load";
import { measureThreads, threadCounts } from "./measure-threads";
import { type MemoryPlan, smallestContextLength } from "./memory-plan";
import { PromptPace } from "../prompt-pace";
import { PromptRenderer } from "./prompt";
import { DirectSteps } from "./direct-steps";
import { EndTokens } from "./end-tokens";
import { queueSamplingWithEvaluation } from "./queued-sampling";
import { Scheduler } from "./scheduler";
import { initialThreads, Threads } from "./threads";
import { refuseToShift } from "./token-source";

/** A GGUF model that answers and continues texts. */
export async function chatBackend(
  parts: LoadedLlama,
  params: LoadParams,
  signal: AbortSignal,
): Promise<EngineBackend> {
  const { llama, model } = parts;
  const renderer = new PromptRenderer(model);
  const context = await createContext(model, parts.plan, signal);
  throwIfAborted(signal);
  // First: queued sampling is for what the library's own loop draws.
  const direct = DirectSteps.of(context);
  queueSamplingWithEvaluation(context);
  const pace = new PromptPace();
  const sequences = Array.from({ length: context.totalSequences }, () =>
    context.getSequence({ contextShift: { strategy: refuseToShift }, checkpoints }),
  );
  const [firstSequence] = sequences;
  const measuredThreads =
    firstSequence && needsMeasuring(params, llama)
      ? await measure(llama, firstSequence, pace, signal)
      : undefined;
  throwIfAborted(signal);
  const threads = new Threads(llama, measuredThreads ?? initialThreads(params));
  const scheduler = new Scheduler({ sequences, pace, threads, direct });
  const contextLength = context.contextSize;
  const ends = new EndTokens(model);
  const engine = { llama, model, renderer, scheduler, direct, ends, contextLength };
  console.error(
    `[info] chat template: ${renderer.templateName}; ${sequences.length} sequences; ` +
      `tokens are drawn ${direct ? "right behind" : "after"} their evaluation`,
  );
  return {
    loaded: describeModel(parts, threads, {
      contextLength,
      sequences: sequences.length,
      measuredThreads,
    }),
    chat: (chatParams, request) => chat(engine, chatParams, request),
    complete: (completeParams, request) => complete(engine, completeParams, request),
    limitThreads: (most) => threads.limit(most),
    dispose: () => llama.dispose(),
  };
}

/** States that cannot be cut back are copied at the end of prompts; of large models only the last few fit. */
const checkpoints = { max: 8, maxMemory: 128e6 };

/** With every layer on a GPU the processor's threads hardly matter. */
function needsMeasuring({ threads, measuredThreads }: LoadParams, { gpu }: Llama): boolean {
  return threads === 0 && measuredThreads === undefined && gpu === false;
}

function measure(llama: Llama, sequence: LlamaContextSequence, pace: PromptPace, signal: AbortSignal) {
  return measureThreads({
    sequence,
    counts: threadCounts(os.availableParallelism(), llama.cpuMathCores),
    useThreads: (count) => (llama.maxThreads = count),
    pace,
    signal,
  });
}

/**
 * The scheduler asks for all tokens of a step at once, so there is nobody to wait for; the library would
 * wait for the next turn of the event loop.
 */
const batching = { dispatchSchedule: (dispatch: () => void) => queueMicrotask(dispatch) };

/** A GPU's memory is known only to the library: fewer sequences, then a shorter context, until it fits. */
async function createContext(
  model: LlamaModel,
  { contextLength, sequences }: MemoryPlan,
  createSignal: AbortSignal,
): Promise<LlamaContext> {
  for (let count = sequences; count > 0; count = Math.floor(count / 2)) {
    try {
      return await model.createContext({
        contextSize: contextLength,
        sequences: count,
        batching,
        createSignal,
      });
    } catch (error) {
      if (!(error instanceof InsufficientMemoryError)) {
        throw error;
      }
    }
  }
  return model.createContext({
    contextSize: { min: smallestContextLength, max: contextLength },
    sequences: 1,
    batching,
    createSignal,
  });
}
