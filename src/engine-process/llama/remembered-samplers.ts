import { type NativeContext, type NativeSampler, replaceMethods } from "./native-context";

/** Each answer has a sampler of its own, which the library shows to nobody but the native part. */
export class RememberedSamplers {
  /** By the sequence's id. */
  readonly #latest = new Map<number, NativeSampler>();

  /** Of the steps that the library asks of `native` from now on. */
  constructor(native: NativeContext) {
    const addToBatch = native.addToBatch.bind(native);
    const sampleToken = native.sampleToken.bind(native);
    const sequenceOfLogit = new Map<number, number>();
    replaceMethods(native, {
      addToBatch: (sequenceId, firstTokenIndex, tokens, logitIndexes) => {
        const indexes = addToBatch(sequenceId, firstTokenIndex, tokens, logitIndexes);
        indexes.forEach((index) => sequenceOfLogit.set(index, sequenceId));
        return indexes;
      },
      sampleToken: (logitIndex, sampler, ...args) => {
        const sequenceId = sequenceOfLogit.get(logitIndex);
        if (sequenceId !== undefined) {
          this.#latest.set(sequenceId, sampler);
        }
        return sampleToken(logitIndex, sampler, ...args);
      },
    });
  }

  /** What the sequence's latest answer is drawn with. */
  of(sequenceId: number): NativeSampler | undefined {
    return this.#latest.get(sequenceId);
  }
}
