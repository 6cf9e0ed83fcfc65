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
  type SampledToken,
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
  token: Token;
  /** Of the answer that the token belongs to. */
  readonly sampler: NativeSampler;
  readonly options: SequenceEvaluateOptions;
  /** Sequences in this step. */
  readonly width: number;
  readonly follower: Follower;
}

/** Whom a sequence's tokens are drawn for. */
export interface Follower {
  /** Asked during a step: whether the next one may begin by itself, unless the drawn token is an end. */
  mayGoOn(): boolean;
  /** Whether nothing is to follow the token, as far as is known now. */
  isEnd(drawn: Token): boolean;
  /** Told of each token as soon as it is known. */
  hasDrawn(drawn: Token): void;
  /** How long a step took that had begun by itself. */
  steppedAhead(milliseconds: number): void;
}

interface Drawing extends Deferred<Token>, Omit<DrawOptions, "width"> {
  readonly sequence: SequenceState;
  /** A step may begin before somebody asks for what it draws. */
  isAskedFor: boolean;
}

/** The evaluation, and the token of each sequence. */
type StepInProgress = [Promise<void>, ...Promise<SampledToken>[]];

/** What a step that begins by itself needs besides the token. */
interface Preparation {
  /** Its token is still the one before. */
  readonly ahead: Drawing;
  readonly guard: { dispose(): void };
  /** If it takes another count than the step before. */
  readonly threads: number | undefined;
}

const theOnlyToken = Uint32Array.of(0);

/**
 * Steps that append one token to each of some sequences and draw the next ones, asked of llama.cpp directly.
 * The library's own loop takes half a millisecond of JavaScript per token and sequence, in which no thread
 * evaluates anything: a twentieth of the time of a small model.
 *
 * Its loop still draws each answer's first token, and the two may alternate from step to step. Nothing of the
 * library may work on the context during a direct step: that is up to the scheduler.
 *
 * While one answer has the context for itself, each step begins as soon as the one before has drawn its token,
 * so that the evaluating thread waits for nobody. What the answer asks for next is then on its way already; if
 * it asks for nothing more, its sequence holds a token that nobody wanted, and its next prompt takes that back.
 */
export class DirectSteps {
  readonly #context: LlamaContext;
  readonly #native: NativeContext;
  readonly #guard: DisposeGuard;
  /** By the sequence's id: what its latest answer is drawn with. */
  readonly #samplers = new Map<number, NativeSampler>();
  readonly #waiting: Drawing[] = [];
  /** Begun, and not asked for yet. */
  #ahead: Drawing | undefined;
  /** Resolves when the step that began by itself has ended. */
  #stepAhead: Promise<void> | undefined;

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

  /** So many tokens. States that cannot be cut back are left to the library's loop, and so is a full context. */
  canDraw(sequence: LlamaContextSequence, tokens = 1): boolean {
    return !sequence.needsCheckpoints && sequence.nextTokenIndex + tokens < sequence.contextSize;
  }

  /**
   * Appends `token` and draws the next one, in one step with the others of `width` that are asked for before
   * the JS thread does something else.
   *
   * @throws Error when llama.cpp cannot evaluate the step; what the sequence holds is then unknown
   */
  async draw(sequence: LlamaContextSequence, { width, ...options }: DrawOptions): Promise<Token> {
    if (this.#stepAhead) {
      await this.settle();
    }
    const state = stateOf(sequence);
    if (!state) {
      throw new Error("The sequence has changed.");
    }
    const drawing: Drawing = { ...deferred<Token>(), ...options, sequence: state, isAskedFor: true };
    this.#waiting.push(drawing);
    if (this.#waiting.length === width) {
      void this.#step();
    } else if (this.#waiting.length === 1) {
      queueMicrotask(() => void this.#step());
    }
    return drawing.promise;
  }

  /** The token after the last one, if it is being drawn already. Rejects as `draw` does. */
  drawnAhead(sequence: LlamaContextSequence): Promise<Token> | undefined {
    const ahead = this.#takeAhead(sequence);
    if (ahead) {
      ahead.isAskedFor = true;
    }
    return ahead?.promise;
  }

  /** For when nothing more is drawn for an answer. False when nobody knows what its sequence holds now. */
  async finish(sequence: LlamaContextSequence): Promise<boolean> {
    const isIntact = await this.#takeAhead(sequence)?.promise.then(
      () => true,
      () => false,
    );
    return isIntact ?? true;
  }

  #takeAhead(sequence: LlamaContextSequence): Drawing | undefined {
    const ahead = this.#ahead;
    if (ahead?.sequence !== stateOf(sequence)) {
      return undefined;
    }
    this.#ahead = undefined;
    return ahead;
  }

  /** Waits for a step that began by itself. */
  async settle(): Promise<void> {
    while (this.#stepAhead) {
      await this.#stepAhead;
    }
  }

  /** Never rejects. */
  async #step(): Promise<void> {
    const drawings = this.#waiting.splice(0);
    if (drawings.length > 0) {
      await this.#drawAll(drawings);
    }
  }

  /** Never rejects. */
  async #drawAll(drawings: readonly Drawing[]): Promise<void> {
    let guard;
    try {
      guard = this.#guard.createPreventDisposalHandle();
      const threads = this.#otherThreads();
      if (threads !== undefined) {
        this.#native.setThreads(threads);
      }
      await this.#finish(drawings, this.#begin(drawings));
    } catch (error) {
      drawings.forEach(({ reject }) => reject(error));
    } finally {
      guard?.dispose();
    }
  }

  /** The only thread for background jobs takes them in this order. */
  #begin(drawings: readonly Drawing[]): StepInProgress {
    const native = this.#native;
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
    const decoded = native.decodeBatch();
    return [decoded, ...drawings.map(({ sampler }, at) => native.sampleToken(indexes[at] ?? 0, sampler))];
  }

  /**
   * What can be done before the tokens are there is done while they are computed. Then nothing comes before the
   * next step: each microsecond of it is one in which no thread evaluates.
   */
  async #finish(drawings: readonly Drawing[], step: StepInProgress): Promise<void> {
    let next: Preparation | undefined;
    let drawn: number[];
    try {
      next = this.#prepare(drawings);
      const [, ...tokens] = await Promise.all(step);
      drawn = tokens.map((token) => (Array.isArray(token) ? token[0] : token));
      drawings.forEach(({ sequence, token, follower }, index) => {
        sequence._nextTokenIndex++;
        sequence._contextTokens.push(token);
        if (drawn[index] !== noToken) {
          follower.hasDrawn(drawn[index] as Token);
        }
      });
      if (next) {
        this.#goOn(drawings, drawn, next);
      }
    } catch (error) {
      // Nobody may dispose of context and samplers while they are in use, nor be kept from it afterwards.
      await Promise.allSettled(step);
      next?.guard.dispose();
      throw error;
    }
    for (const [index, { resolve, reject }] of drawings.entries()) {
      const token = drawn[index] ?? noToken;
      if (token === noToken) {
        reject(new Error("Failed to sample next token"));
      } else {
        resolve(token as Token);
      }
    }
  }

  #prepare(drawings: readonly Drawing[]): Preparation | undefined {
    const [drawing] = drawings;
    if (drawings.length !== 1 || !drawing?.follower.mayGoOn()) {
      return undefined;
    }
    const ahead: Drawing = { ...drawing, ...deferred<Token>(), isAskedFor: false };
    // If nobody asks for the token, nobody hears of a failure.
    ahead.promise.catch(() => undefined);
    return { ahead, guard: this.#guard.createPreventDisposalHandle(), threads: this.#otherThreads() };
  }

  /** Unless the token is the last one, or nobody has asked for it so far. */
  #goOn([drawing]: readonly Drawing[], [drawn = noToken]: readonly number[], preparation: Preparation): void {
    const { ahead, guard, threads } = preparation;
    ahead.token = drawn as Token;
    if (!drawing?.isAskedFor || drawn === noToken || ahead.follower.isEnd(ahead.token)) {
      guard.dispose();
      return;
    }
    if (threads !== undefined) {
      this.#native.setThreads(threads);
    }
    const step = this.#drawAhead(ahead).finally(() => {
      guard.dispose();
      if (this.#stepAhead === step) {
        this.#stepAhead = undefined;
      }
    });
    this.#ahead = ahead;
    this.#stepAhead = step;
  }

  /** Never rejects. */
  async #drawAhead(ahead: Drawing): Promise<void> {
    const startedAt = performance.now();
    try {
      await this.#finish([ahead], this.#begin([ahead]));
    } catch (error) {
      ahead.reject(error);
    }
    ahead.follower.steppedAhead(performance.now() - startedAt);
  }

  /** The count that the next step should take, if it is not the one that is set. */
  #otherThreads(): number | undefined {
    const { maxThreads } = this.#context.model.llama;
    const threads = Math.min(this.#context.idealThreads, maxThreads || Infinity);
    return threads === this.#native.getThreads() ? undefined : threads;
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
