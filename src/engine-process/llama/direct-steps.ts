import type { LlamaContext, LlamaContextSequence, SequenceEvaluateOptions, Token } from "node-llama-cpp";
import { type Deferred, deferred } from "../../common/async";
import {
  type DisposeGuard,
  disposeGuard,
  type NativeContext,
  nativeContext,
  type NativeSampler,
  noToken,
  type SampledToken,
} from "./native-context";
import { RememberedSamplers } from "./remembered-samplers";
import { type SequenceState, stateOf } from "./sequence-state";

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
  /** Asked during a step with so many sequences: whether the next one with all of them may begin by itself. */
  mayGoOn(width: number): boolean;
  /** Asked when the step has ended: whether it may still, after this token. */
  goesOnAfter(drawn: Token): boolean;
  /** Told of each token as soon as it is known. */
  hasDrawn(drawn: Token): void;
  /** How long a step took that had begun by itself. One of the step's followers is told. */
  steppedAhead(width: number, milliseconds: number): void;
}

interface Drawing extends Deferred<Token>, Omit<DrawOptions, "width"> {
  readonly sequence: SequenceState;
  /** A step may begin before somebody asks for what it draws. */
  isAskedFor: boolean;
}

/** The evaluation, and the token of each sequence. */
type StepInProgress = [Promise<void>, ...Promise<SampledToken>[]];

/** What a step that begins by itself needs besides the tokens. */
interface Preparation {
  /** Their tokens are still the ones before. */
  readonly ahead: readonly Drawing[];
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
 * While the same answers go on and nobody else wants a step, each begins as soon as the one before has drawn its
 * tokens, so that the evaluating thread waits for nobody. What the answers ask for next is then on its way
 * already; if one asks for nothing more, its sequence holds a token that nobody wanted, and its next prompt takes
 * that back.
 */
export class DirectSteps {
  readonly #context: LlamaContext;
  readonly #native: NativeContext;
  readonly #guard: DisposeGuard;
  readonly #samplers: RememberedSamplers;
  readonly #waiting: Drawing[] = [];
  #needsCheckpoints: boolean | undefined;
  /** Begun by themselves, and not asked for yet. */
  readonly #ahead = new Map<SequenceState, Drawing>();
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
    this.#samplers = new RememberedSamplers(native);
  }

  /** Undefined where the library has changed, or where background jobs could overtake each other. */
  static of(context: LlamaContext): DirectSteps | undefined {
    const native = nativeContext(context);
    const guard = disposeGuard(context);
    return native && guard && new DirectSteps(context, native, guard);
  }

  /** What the library's loop drew the sequence's latest token with. Lives as long as that loop. */
  samplerOf(sequence: LlamaContextSequence): NativeSampler | undefined {
    const state = stateOf(sequence);
    return state && this.#samplers.of(state._sequenceId);
  }

  /** So many tokens. States that cannot be cut back are left to the library's loop, and so is a full context. */
  canDraw(sequence: LlamaContextSequence, tokens = 1): boolean {
    // A model's property, which is asked of the native part each time.
    this.#needsCheckpoints ??= sequence.needsCheckpoints;
    return !this.#needsCheckpoints && sequence.nextTokenIndex + tokens < sequence.contextSize;
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
    const state = stateOf(sequence);
    const ahead = state && this.#ahead.get(state);
    if (ahead) {
      this.#ahead.delete(state);
    }
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
    if (!drawings.every(({ follower }) => follower.mayGoOn(drawings.length))) {
      return undefined;
    }
    const ahead = drawings.map((drawing) => ({ ...drawing, ...deferred<Token>(), isAskedFor: false }));
    // If nobody asks for a token, nobody hears of a failure.
    for (const { promise } of ahead) {
      promise.catch(() => undefined);
    }
    return { ahead, guard: this.#guard.createPreventDisposalHandle(), threads: this.#otherThreads() };
  }

  /** Unless one of the tokens is a last one, or has not been asked for so far. */
  #goOn(drawings: readonly Drawing[], drawn: readonly number[], preparation: Preparation): void {
    const { ahead, guard, threads } = preparation;
    const doAllGoOn = drawings.every(({ isAskedFor, follower }, index) => {
      const token = drawn[index] ?? noToken;
      return isAskedFor && token !== noToken && follower.goesOnAfter(token as Token);
    });
    if (!doAllGoOn) {
      guard.dispose();
      return;
    }
    ahead.forEach((drawing, index) => (drawing.token = drawn[index] as Token));
    if (threads !== undefined) {
      this.#native.setThreads(threads);
    }
    const step = this.#drawAhead(ahead).finally(() => {
      guard.dispose();
      if (this.#stepAhead === step) {
        this.#stepAhead = undefined;
      }
    });
    ahead.forEach((drawing) => this.#ahead.set(drawing.sequence, drawing));
    this.#stepAhead = step;
  }

  /** Never rejects. */
  async #drawAhead(ahead: readonly Drawing[]): Promise<void> {
    const startedAt = performance.now();
    try {
      await this.#finish(ahead, this.#begin(ahead));
    } catch (error) {
      ahead.forEach(({ reject }) => reject(error));
    }
    ahead[0]?.follower.steppedAhead(ahead.length, performance.now() - startedAt);
  }

  /** The count that the next step should take, if it is not the one that is set. */
  #otherThreads(): number | undefined {
    const { maxThreads } = this.#context.model.llama;
    const threads = Math.min(this.#context.idealThreads, maxThreads || Infinity);
    return threads === this.#native.getThreads() ? undefined : threads;
  }
}
