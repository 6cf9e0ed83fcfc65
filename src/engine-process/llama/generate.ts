import { setImmediate as nextEvents } from "node:timers/promises";
import type { LlamaGrammarEvaluationState, LlamaModel, Token } from "node-llama-cpp";
import { AppError } from "../../common/errors";
import type { ChatResult, ChatStatistics, Priority, Sampling, StopReason } from "../../protocol/engine";
import type { ChatContext } from "../backend";
import { RecentTokens, samplingOptions } from "./sampling";
import type { DirectSteps } from "./direct-steps";
import type { EndTokens } from "./end-tokens";
import type { Lease } from "./lease";
import type { Scheduler } from "./scheduler";
import type { TextOutput } from "./text-output";
import { TokenSource } from "./token-source";

/** Tokens that must be left for an answer, or the prompt counts as too long. */
const leastAnswerTokens = 8;

/** A prompt as the model gets it. */
export interface Prompt {
  tokens: readonly Token[];
  /** Tokens that end the answer, besides the model's own end-of-generation tokens. */
  stopTokens: ReadonlySet<Token>;
  /** Texts that end the answer and are not part of it. */
  stopTexts: readonly string[];
}

export interface GenerateRequest extends ChatContext {
  prompt: Prompt;
  sampling: Sampling;
  conversation: string | undefined;
  priority: Priority | undefined;
  topLogprobs: number | undefined;
  reproducible: boolean | undefined;
}

/** What answers need of a loaded model. */
export interface AnswerEngine {
  model: LlamaModel;
  scheduler: Scheduler;
  direct: DirectSteps | undefined;
  ends: EndTokens;
  /** Tokens that one sequence holds. */
  contextLength: number;
}

/** Waits for a sequence, lets `write` use it, and reports what it cost. */
export async function withSequence(
  engine: AnswerEngine,
  request: GenerateRequest,
  write: (writer: Writer) => Promise<WrittenAnswer>,
): Promise<ChatResult> {
  const { prompt, conversation, priority = "interactive", signal } = request;
  checkFits(prompt.tokens.length, engine.contextLength);
  const lease = await engine.scheduler.acquire({ conversation, priority, prompt: prompt.tokens, signal });
  const writer = new Writer(lease, request, engine);
  if (!lease) {
    return { text: "", ...writer.statistics("aborted") };
  }
  try {
    const { stopReason, ...answer } = await write(writer);
    return { ...answer, ...writer.statistics(stopReason) };
  } catch (error) {
    // Nobody knows what a failed evaluation left behind.
    await lease.alone(() => lease.sequence.clearHistory()).catch(() => undefined);
    throw error;
  } finally {
    lease.release();
  }
}

export interface WrittenAnswer extends Pick<ChatResult, "text" | "toolCalls" | "logprobs"> {
  stopReason: StopReason;
}

function checkFits(promptTokens: number, contextLength: number): void {
  if (promptTokens === 0) {
    throw new AppError("empty-prompt", "There is nothing to continue. Write something first.");
  }
  if (promptTokens + leastAnswerTokens > contextLength) {
    throw new AppError(
      "prompt-too-long",
      "The conversation is {0} tokens long, but this model's context holds {1}. Shorten the message or start a new chat.",
      [promptTokens, contextLength],
    );
  }
}

/** How one part of an answer is drawn. */
export interface Part {
  tokens: readonly Token[];
  output: TextOutput;
  stopTokens?: ReadonlySet<Token>;
  grammar?: LlamaGrammarEvaluationState;
  /** Asked after each token. */
  isEnough?: () => boolean;
}

/** Draws an answer on one sequence and counts what it takes. */
export class Writer {
  readonly #lease: Lease | undefined;
  readonly #request: GenerateRequest;
  readonly #engine: AnswerEngine;
  readonly #recent = new RecentTokens();
  #reusedTokens = 0;
  #evaluatedTokens = 0;
  /** Those included that end a part, and those of which nobody knows yet. */
  #drawnTokens = 0;
  #generatedTokens = 0;
  #firstTokenAt: number | undefined;
  #lastTokenAt = 0;
  #isFirstPart = true;

  constructor(lease: Lease | undefined, request: GenerateRequest, engine: AnswerEngine) {
    this.#lease = lease;
    this.#request = request;
    this.#engine = engine;
  }

  /** Draws until the model ends, a stop text appears or a limit is reached. */
  async write(part: Part): Promise<StopReason> {
    const { tokens, output, grammar } = part;
    const { sampling, topLogprobs = 0, reproducible = false, emit } = this.#request;
    if (!this.#lease) {
      return "aborted";
    }
    const isFirstPart = this.#isFirstPart;
    this.#isFirstPart = false;
    const source = new TokenSource(this.#lease, tokens, {
      sampling: samplingOptions(sampling, this.#recent),
      direct: this.#engine.direct,
      ends: this.#engine.ends,
      grammar,
      withProbabilities: topLogprobs > 0,
      reproducible,
      onPromptProgress: isFirstPart
        ? (done) => emit({ type: "prompt", done, total: tokens.length })
        : undefined,
      stopTokens: part.stopTokens,
      onDrawn: (token) => {
        this.#recent.push(token);
        this.#drawnTokens++;
      },
      isNextWanted: () => mayRunAhead(part) && !this.#isLimit(this.#drawnTokens + 1),
    });
    try {
      return await this.#draw(source, part);
    } finally {
      output.finish();
      if (isFirstPart) {
        this.#reusedTokens = source.reusedTokens;
        this.#evaluatedTokens = source.evaluatedTokens;
      }
      await source.dispose();
    }
  }

  async #draw(source: TokenSource, part: Part): Promise<StopReason> {
    const { output, stopTokens, isEnough } = part;
    let next: ReturnType<TokenSource["next"]> | undefined;
    try {
      for (;;) {
        if (!next && source.isFull) {
          return "context-full";
        }
        const drawn = await (next ?? source.next());
        next = undefined;
        if (drawn === "aborted") {
          return "aborted";
        }
        if (drawn === "end" || stopTokens?.has(drawn.token)) {
          return "end";
        }
        this.#count();
        const isLast = this.#isLimit(this.#generatedTokens);
        if (mayRunAhead(part) && !isLast && !source.isFull) {
          next = source.next();
          next.catch(() => undefined);
          // The thread evaluates already when the text is seen to.
          await nextEvents();
        }
        output.push(drawn);
        if (output.isStopped || isEnough?.()) {
          return "end";
        }
        if (isLast) {
          return "max-tokens";
        }
      }
    } finally {
      // The sequence is not idle before.
      this.#lease?.withdraw();
      source.end();
      await next?.catch(() => undefined);
    }
  }

  #isLimit(tokens: number): boolean {
    const { maxTokens } = this.#request.sampling;
    return maxTokens > 0 && tokens >= maxTokens;
  }

  statistics(stopReason: StopReason): ChatStatistics {
    const { prompt, receivedAt } = this.#request;
    const first = this.#firstTokenAt;
    return {
      promptTokens: prompt.tokens.length,
      reusedTokens: this.#reusedTokens,
      evaluatedTokens: this.#evaluatedTokens,
      generatedTokens: this.#generatedTokens,
      timeToFirstTokenMs: first === undefined ? undefined : first - receivedAt,
      tokensPerSecond:
        first === undefined || this.#generatedTokens < 2
          ? undefined
          : ((this.#generatedTokens - 1) * 1000) / (this.#lastTokenAt - first),
      stopReason,
    };
  }

  #count(): void {
    this.#lastTokenAt = performance.now();
    this.#firstTokenAt ??= this.#lastTokenAt;
    this.#generatedTokens++;
  }
}

/** What a token's text decides is known too late to prevent the next step, which then was for nothing. */
function mayRunAhead({ grammar, isEnough }: Part): boolean {
  return !grammar && !isEnough;
}
