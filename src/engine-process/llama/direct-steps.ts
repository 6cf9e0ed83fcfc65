import type { LlamaContext, LlamaContextSequence, SequenceEvaluateOptions, Token } from "node-llama-cpp";
import { type Deferred, deferred } from "../../common/async";
import {
  type DisposeGuard,
  disposeGuard,
  type NativeContext,
  nativeContext,
  type NativeSampler,
  noToken,
  replaceMethods,
} from "./native-context";

/** What the library keeps of a sequence in JavaScript. */
interface SequenceState {
  readonly _sequenceId: number;
  _nextTokenIndex: number;
  readonly _contextTokens: Token[];
  _resolveSamplerConfig(options: SequenceEvaluateOptions): object;
}

interface DrawOptions {
  /** To be appended. */
  readonly token: Token;
  /** Of the answer that the token belongs to. */
  readonly sampler: NativeSampler;
  readonly options: SequenceEvaluateOptions;
  /** Sequences in this step. */
  readonly width: number;
}

interface Drawing extends Deferred<Token>, Omit<DrawOptions, "width"> {
  readonly sequence: SequenceState;
}

const theOnlyToken = Uint32Array.of(0);

/**
 * Steps that append one token to each of some sequences and draw the next ones, asked of llama.cpp directly.
 * The library's own loop takes half a millisecond of JavaScript per token and sequence, in which no thread
 * evaluates anything: a twentieth of the time of a small model.
 *
 * Its loop still draws each answer's first token, and the two may alternate from step to step. Nothing of the
 * library may work on the context during a direct step: that is up to the scheduler.
 */
export class DirectSteps {
  readonly #context: LlamaContext;
  readonly #native: NativeContext;
  readonly #guard: DisposeGuard;
  /** By the sequence's id: what its latest answer is drawn with. */
  readonly #samplers = new Map<number, NativeSampler>();
  readonly #waiting: Drawing[] = [];

  private constructor(context: LlamaContext, native: NativeContext, guard: DisposeGuard) {
    this.#context = context;
    this.#guard = guard;
    this.#native = {
      initBatch: native.initBatch.bind(native),
      addToBatch: native.addToBatch.bind(native),
      decodeBatch: native.decodeBatch.bind(native),
      sampleToken: native.sampleToken.bind(native),
      getThreads: native.getThreads.bind(native),
      setThreads: native.setThreads.bind(native),
    };
    this.#rememberSamplers(native);
  }

  /** Undefined where the library has changed, or where background jobs could overtake each other. */
  static of(context: LlamaContext): DirectSteps | undefined {
    const native = nativeContext(context);
    const guard = disposeGuard(context);
    return native && guard && new DirectSteps(context, native, guard);
  }

  /** What the library's loop drew the sequence's latest token with. Lives as long as that loop. */
  samplerOf(sequence: LlamaContextSequence): NativeSampler | undefined {
    const id = stateOf(sequence)?._sequenceId;
    return id === undefined ? undefined : this.#samplers.get(id);
  }

  /** States that cannot be cut back are left to the library's loop, and so is a full context. */
  canDraw(sequence: LlamaContextSequence): boolean {
    return !sequence.needsCheckpoints && sequence.nextTokenIndex < sequence.contextSize - 1;
  }

  /**
   * Appends `token` and draws the next one, in one step with the others of `width` that are asked for before
   * the JS thread does something else.
   *
   * @throws Error when llama.cpp cannot evaluate the step; what the sequence holds is then unknown
   */
  draw(sequence: LlamaContextSequence, { token, sampler, options, width }: DrawOptions): Promise<Token> {
    const state = stateOf(sequence);
    if (!state) {
      return Promise.reject(new Error("The sequence has changed."));
    }
    const drawing: Drawing = { ...deferred<Token>(), sequence: state, sampler, token, options };
    this.#waiting.push(drawing);
    if (this.#waiting.length === width) {
      void this.#step();
    } else if (this.#waiting.length === 1) {
      queueMicrotask(() => void this.#step());
    }
    return drawing.promise;
  }

  /** Never rejects. */
  async #step(): Promise<void> {
    const drawings = this.#waiting.splice(0);
    if (drawings.length === 0) {
      return;
    }
    try {
      const tokens = await this.#evaluateGuarded(drawings);
      for (const [index, { sequence, token, resolve, reject }] of drawings.entries()) {
        sequence._nextTokenIndex++;
        sequence._contextTokens.push(token);
        const drawn = tokens[index] ?? noToken;
        if (drawn === noToken) {
          reject(new Error("Failed to sample next token"));
        } else {
          resolve(drawn as Token);
        }
      }
    } catch (error) {
      for (const { reject } of drawings) {
        reject(error);
      }
    }
  }

  async #evaluateGuarded(drawings: readonly Drawing[]): Promise<number[]> {
    const handle = this.#guard.createPreventDisposalHandle();
    try {
      return await this.#evaluate(drawings);
    } finally {
      handle.dispose();
    }
  }

  async #evaluate(drawings: readonly Drawing[]): Promise<number[]> {
    const native = this.#native;
    this.#applyThreads();
    native.initBatch(drawings.length);
    const indexes = drawings.map(({ sequence, token }) => {
      const place = sequence._nextTokenIndex;
      return native.addToBatch(sequence._sequenceId, place, Uint32Array.of(token), theOnlyToken)[0] ?? 0;
    });
    for (const { sequence, sampler, options } of drawings) {
      // Only the tokens to be punished differ from one draw to the next.
      if (options.repeatPenalty) {
        sampler.applyConfig(sequence._resolveSamplerConfig(options));
      }
    }
    // The only thread for background jobs takes them in this order.
    const decoded = native.decodeBatch();
    const sampled = drawings.map(({ sampler }, at) => native.sampleToken(indexes[at] ?? 0, sampler));
    const [, ...tokens] = await Promise.all([decoded, ...sampled]);
    return tokens.map((token) => (Array.isArray(token) ? token[0] : token));
  }

  #applyThreads(): void {
    const { maxThreads } = this.#context.model.llama;
    const threads = Math.min(this.#context.idealThreads, maxThreads || Infinity);
    if (this.#native.getThreads() !== threads) {
      this.#native.setThreads(threads);
    }
  }

  /** Each answer has a sampler of its own, which the library shows to nobody but the native part. */
  #rememberSamplers(native: NativeContext): void {
    const original = this.#native;
    const sequenceOfLogit = new Map<number, number>();
    replaceMethods(native, {
      addToBatch: (sequenceId, firstTokenIndex, tokens, logitIndexes) => {
        const indexes = original.addToBatch(sequenceId, firstTokenIndex, tokens, logitIndexes);
        indexes.forEach((index) => sequenceOfLogit.set(index, sequenceId));
        return indexes;
      },
      sampleToken: (logitIndex, sampler, ...args) => {
        const sequenceId = sequenceOfLogit.get(logitIndex);
        if (sequenceId !== undefined) {
          this.#samplers.set(sequenceId, sampler);
        }
        return original.sampleToken(logitIndex, sampler, ...args);
      },
    });
  }
}

/** Undefined where the library has changed. */
function stateOf(sequence: LlamaContextSequence): SequenceState | undefined {
  const state = sequence as unknown as Partial<SequenceState>;
  const isKnown =
    typeof state._sequenceId === "number" &&
    typeof state._nextTokenIndex === "number" &&
    Array.isArray(state._contextTokens) &&
    typeof state._resolveSamplerConfig === "function";
  return isKnown ? (state as SequenceState) : undefined;
}
