import type { LlamaContext } from "node-llama-cpp";
import { type NativeContext, nativeContext, noToken, replaceMethods } from "./native-context";

/**
 * Queues the drawing of a step's tokens right behind its evaluation. The library waits for the evaluation in
 * JavaScript before it asks for the tokens, so that each token wakes two threads twice: a tenth of the time
 * of a small model. With one thread in the pool of background jobs their order is kept without that.
 *
 * Does nothing with a larger pool, or where the library has changed.
 */
export function queueSamplingWithEvaluation(context: LlamaContext): boolean {
  const native = nativeContext(context);
  if (!native) {
    return false;
  }
  const initBatch = native.initBatch.bind(native);
  const addToBatch = native.addToBatch.bind(native);
  const decodeBatch = native.decodeBatch.bind(native);
  const sampleToken = native.sampleToken.bind(native);
  let isEachSampled = true;
  let evaluation = Promise.resolve(true);

  const queued: Partial<NativeContext> = {
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
  replaceMethods(native, queued);
  return true;
}
