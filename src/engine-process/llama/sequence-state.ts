import type { LlamaContextSequence, SequenceEvaluateOptions, Token } from "node-llama-cpp";

/** What the library keeps of a sequence in JavaScript. */
export interface SequenceState {
  readonly _sequenceId: number;
  _nextTokenIndex: number;
  readonly _contextTokens: Token[];
  _resolveSamplerConfig(options: SequenceEvaluateOptions): object;
}

/** Undefined where the library has changed. */
export function stateOf(sequence: LlamaContextSequence): SequenceState | undefined {
  const state = sequence as unknown as Partial<SequenceState>;
  const isKnown =
    typeof state._sequenceId === "number" &&
    typeof state._nextTokenIndex === "number" &&
    Array.isArray(state._contextTokens) &&
    typeof state._resolveSamplerConfig === "function";
  return isKnown ? (state as SequenceState) : undefined;
}
