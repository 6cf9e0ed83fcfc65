import type {
  LlamaContextSequence,
  LlamaGrammarEvaluationState,
  SequenceEvaluateOptions,
  Token,
} from "node-llama-cpp";
import { AppError } from "../../common/errors";
import type { DirectSteps, Follower } from "./direct-steps";
import type { EndTokens } from "./end-tokens";
import type { Lease } from "./lease";
import type { NativeSampler } from "./native-context";

export interface DrawnToken {
  token: Token;
  /** Likeliest first; only when asked for. */
  probabilities: ReadonlyMap<Token, number> | undefined;
}

interface TokenSourceOptions {
  /** How tokens are drawn. */
  sampling: SequenceEvaluateOptions;
  /** Undefined where only the library's own loop can draw. */
  direct: DirectSteps | undefined;
  grammar?: LlamaGrammarEvaluationState | undefined;
  withProbabilities?: boolean | undefined;
  /** Nothing that the sequence holds is reused, and the parts of the prompt do not depend on how fast it goes. */
  reproducible?: boolean | undefined;
  /** Called with how many of the prompt's tokens are evaluated, reused ones included. */
  onPromptProgress?: ((done: number) => void) | undefined;
  ends: EndTokens;
  /** Tokens that end the answer, besides the model's own. */
  stopTokens?: ReadonlySet<Token> | undefined;
  /** Called with each token as soon as it is drawn. */
  onDrawn: (token: Token) => void;
  /** Whether another token will be wanted after the one that is being drawn, unless that is an end. */
  isNextWanted: () => boolean;
}

/**
 * Tokens per part of a reproducible prompt: results differ in their last bits with the number of tokens that
 * are evaluated together. Few enough that a cancel need not wait long on a slow machine.
 */
const reproducibleTokens = 32;

type TokenIterator = AsyncGenerator<
  { token: Token; probabilities?: Map<Token, number> },
  void,
  undefined | Token[]
>;

/** The tokens that a model appends to a prompt, drawn one by one when the scheduler gives it the turn. */
export class TokenSource implements Follower {
  /** Prompt tokens whose state the sequence held already. */
  reusedTokens = 0;
  /** Prompt tokens that this request evaluated. */
  evaluatedTokens = 0;
  readonly #lease: Lease;
  readonly #options: TokenSourceOptions;
  readonly #promptLength: number;
  /** The prompt and what was drawn since. */
  readonly #tokens: Token[];
  #isAligned = false;
  #isEnding = false;
  #iterator: TokenIterator | undefined;
  /** Of the iterator; what draws directly goes on with it. */
  #sampler: NativeSampler | undefined;
  #drawn: DrawnToken | "end" | undefined;

  constructor(lease: Lease, prompt: readonly Token[], options: TokenSourceOptions) {
    this.#lease = lease;
    this.#options = options;
    this.#tokens = [...prompt];
    this.#promptLength = prompt.length;
  }

  /** No further token can be evaluated without shifting others out of the context. */
  get isFull(): boolean {
    return this.#tokens.length >= this.#lease.sequence.contextSize;
  }

  async next(): Promise<DrawnToken | "end" | "aborted"> {
    if (!this.#isAligned) {
      await this.#align();
      this.#isAligned = true;
      this.reusedTokens = this.#lease.sequence.nextTokenIndex;
      this.#options.onPromptProgress?.(this.reusedTokens);
    }
    const ahead = this.#options.direct?.drawnAhead(this.#lease.sequence);
    if (ahead) {
      this.#take(await ahead);
      return this.#takeDrawn() ?? "end";
    }
    for (;;) {
      const missing = this.#tokens.length - this.#lease.sequence.nextTokenIndex;
      const kind = missing > 1 ? "prompt" : "generation";
      const wanted = this.#options.reproducible ? this.#reproducibleStep() : missing;
      const canBeDirect = kind === "generation" && this.#canDrawDirectly();
      const outcome = await this.#lease.perform(kind, wanted, canBeDirect, (most, directWidth) =>
        directWidth
          ? this.#drawDirectly(directWidth)
          : this.#advance(this.#options.reproducible ? wanted : most),
      );
      if (outcome === "aborted") {
        return "aborted";
      }
      if (outcome === "displaced") {
        await this.#align();
        continue;
      }
      const drawn = this.#takeDrawn();
      if (drawn) {
        return drawn;
      }
    }
  }

  /** No further token will be asked for. */
  end(): void {
    this.#isEnding = true;
  }

  /** Ends the drawing; the sequence keeps what it holds. */
  async dispose(): Promise<void> {
    const { sequence } = this.#lease;
    const isIntact = await this.#options.direct?.finish(sequence);
    if (isIntact === false) {
      await this.#lease.alone(() => sequence.clearHistory());
    }
    await this.#iterator?.return(undefined);
  }

  /** Removes what the sequence holds beyond the beginning that it shares with the tokens. */
  async #align(): Promise<void> {
    const { sequence } = this.#lease;
    await this.#lease.alone(async () => {
      if (this.#options.reproducible) {
        await sequence.clearHistory();
      } else {
        // The last token is always evaluated: the next one is drawn from its result.
        await sequence.adaptStateToTokens(this.#tokens.slice(0, -1), false);
      }
    });
  }

  /** The prompt in equal parts; what was drawn one by one, also when it has to be evaluated again. */
  #reproducibleStep(): number {
    const left = this.#promptLength - this.#lease.sequence.nextTokenIndex;
    return left > 0 ? Math.min(left, reproducibleTokens) : 1;
  }

  /** Evaluates at most so many of the missing tokens, and draws the next one after the last. */
  async #advance(most: number): Promise<void> {
    const { sequence } = this.#lease;
    const start = sequence.nextTokenIndex;
    const end = Math.min(this.#tokens.length, start + most);
    const tokens = this.#tokens.slice(start, end);
    if (end < this.#tokens.length) {
      await sequence.evaluateWithoutGeneratingNewTokens(tokens);
    } else {
      await this.#draw(sequence, tokens);
    }
    const done = Math.min(end, this.#promptLength);
    if (start < done) {
      this.evaluatedTokens = Math.max(this.evaluatedTokens, done - this.reusedTokens);
      this.#options.onPromptProgress?.(done);
    }
  }

  /** Grammars and probabilities need the library's own loop, and so does an answer's first token. */
  #canDrawDirectly(): boolean {
    const { direct, grammar, withProbabilities } = this.#options;
    const isPlain = !grammar && !withProbabilities && this.#sampler !== undefined;
    return isPlain && direct?.canDraw(this.#lease.sequence) === true;
  }

  async #drawDirectly(width: number): Promise<void> {
    const { sequence } = this.#lease;
    const { direct, sampling } = this.#options;
    const last = this.#tokens.at(-1);
    if (!direct || !this.#sampler || last === undefined) {
      throw new AppError("internal", "There is nothing to draw from.");
    }
    const drawing = { token: last, sampler: this.#sampler, options: sampling, width, follower: this };
    this.#take(await direct.draw(sequence, drawing));
  }

  /** For direct steps. */
  mayGoOn(width: number): boolean {
    const { direct, isNextWanted } = this.#options;
    const { sequence } = this.#lease;
    return (
      !this.#isEnding && isNextWanted() && direct?.canDraw(sequence, 2) === true && this.#lease.mayGoOn(width)
    );
  }

  /** For direct steps. */
  goesOnAfter(drawn: Token): boolean {
    const { stopTokens, ends } = this.#options;
    const isEnd = this.#isEnding || stopTokens?.has(drawn) === true || ends.has(drawn);
    return !isEnd && this.#lease.isUndisturbed;
  }

  /** For direct steps. */
  hasDrawn(token: Token): void {
    this.#options.onDrawn(token);
  }

  /** For direct steps. */
  steppedAhead(width: number, milliseconds: number): void {
    this.#lease.steppedAhead(width, milliseconds);
  }

  /** Of a direct step. */
  #take(token: Token): void {
    if (this.#options.ends.has(token)) {
      this.#drawn = "end";
    } else {
      this.#drawn = { token, probabilities: undefined };
      this.#tokens.push(token);
    }
  }

  #takeDrawn(): DrawnToken | "end" | undefined {
    const drawn = this.#drawn;
    this.#drawn = undefined;
    return drawn;
  }

  async #draw(sequence: LlamaContextSequence, tokens: Token[]): Promise<void> {
    const isFirst = !this.#iterator;
    this.#iterator ??= this.#start(sequence, tokens);
    const { value, done } = await this.#iterator.next(isFirst ? undefined : tokens);
    this.#sampler = this.#options.direct?.samplerOf(sequence);
    if (isFirst) {
      // Recurrent and sliding-window states cannot be cut back; this is where the next turn may continue.
      await sequence.takeCheckpoint();
    }
    if (done) {
      this.#drawn = "end";
      return;
    }
    this.#drawn = { token: value.token, probabilities: value.probabilities };
    this.#tokens.push(value.token);
    this.#options.onDrawn(value.token);
  }

  #start(sequence: LlamaContextSequence, tokens: Token[]): TokenIterator {
    const { sampling, grammar, withProbabilities = false } = this.#options;
    const options = grammar ? { ...sampling, grammarEvaluationState: grammar } : sampling;
    return withProbabilities
      ? sequence.evaluateWithMetadata(tokens, { probabilities: true }, options)
      : sequence.evaluateWithMetadata(tokens, {}, options);
  }
}

/** For sequences: nothing may be shifted out of a context silently. */
export function refuseToShift(): never {
  throw new AppError("internal", "The context is full, and nothing may be dropped from it.");
}
