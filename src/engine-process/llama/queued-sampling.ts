import type { LlamaContext } from "node-llama-cpp";

/** What node-llama-cpp's native part does for a step; it has no public interface for the order of its jobs. */
interface NativeContext {
  initBatch(size: number): void;
  addToBatch(
    sequenceId: number,
    firstTokenIndex: number,
    tokens: Uint32Array,
    logitIndexes: Uint32Array,
  ): Uint32Array;
  decodeBatch(): Promise<void>;
  sampleToken(...args: readonly unknown[]): Promise<SampledToken>;
}

/** A token, alone or followed by what is known about it. */
type SampledToken = number | [token: number, ...rest: unknown[]];

/** The library's own sign that no token could be drawn; it becomes an error of the request. */
const noToken = -1;

/**
 * Queues the drawing of a step's tokens right behind its evaluation. The library waits for the evaluation in
 * JavaScript before it asks for the tokens, so that each token wakes two threads twice: a tenth of the time
 * of a small model. With one thread in the pool of background jobs their order is kept without that.
 *
 * Does nothing with a larger pool, or where the library has changed.
 */
export function queueSamplingWithEvaluation(context: LlamaContext): boolean {
  const native = nativeContext(context);
  if (!native || process.env["UV_THREADPOOL_SIZE"] !== "1") {
    return false;
  }
  const initBatch = native.initBatch.bind(native);
  const addToBatch = native.addToBatch.bind(native);
  const decodeBatch = native.decodeBatch.bind(native);
  const sampleToken = native.sampleToken.bind(native);
  let isEachSampled = true;
  let evaluation = Promise.resolve(true);

  const queued: NativeContext = {
    initBatch: (size) => {
      isEachSampled = true;
      initBatch(size);
    },
    addToBatch: (sequenceId, firstTokenIndex, tokens, logitIndexes) => {
      // Nobody would wait for the evaluation of a part that nothing is drawn from.
      isEachSampled &&= logitIndexes.length > 0;
      return addToBatch(sequenceId, firstTokenIndex, tokens, logitIndexes);
    },
    decodeBatch: async () => {
      const decoded = decodeBatch();
      if (!isEachSampled) {
        evaluation = Promise.resolve(true);
        return decoded;
      }
      evaluation = decoded.then(
        () => true,
        (error: unknown) => {
          console.error(`[error] llama.cpp could not evaluate a step: ${String(error)}`);
          return false;
        },
      );
    },
    sampleToken: async (...args) => {
      const [isEvaluated, sampled] = await Promise.all([evaluation, sampleToken(...args)]);
      if (isEvaluated) {
        return sampled;
      }
      // Drawn from what an earlier step had left.
      return Array.isArray(sampled) ? [noToken] : noToken;
    },
  };
  // The native methods are read-only, and stay as they are for other contexts.
  for (const [name, value] of Object.entries(queued)) {
    Object.defineProperty(native, name, { value });
  }
  return true;
}

function nativeContext(context: LlamaContext): NativeContext | undefined {
  const { _ctx: native } = context as unknown as { _ctx?: Partial<NativeContext> };
  const isKnown =
    typeof native?.initBatch === "function" &&
    typeof native.addToBatch === "function" &&
    typeof native.decodeBatch === "function" &&
    typeof native.sampleToken === "function";
  return isKnown ? (native as NativeContext) : undefined;
}
