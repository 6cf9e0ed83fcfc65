import type { PreTrainedTokenizer } from "@huggingface/transformers";
import { isAbort } from "../../common/errors";
import type { ChatResult, Priority, Sampling, StopReason, TokenLogprobs } from "../../protocol/engine";
import type { ChatContext } from "../backend";
import { PromptPace } from "../prompt-pace";
import { StopTextFilter } from "../stop-text-filter";
import { TextStream } from "../text-stream";
import type { ConversationStates } from "./conversation-states";
import { type Decoder, type DecoderState, emptyState } from "./decoder";
import type { Steps } from "./model";
import { AnswerTrimmer } from "./plain-turns";
import { logProbabilities, Sampler } from "./sampler";
import { TokenText } from "./token-text";

/** Chunk of a prompt whose answer must be repeatable. */
const repeatableChunkTokens = 32;
/** A graph that continues token by token evaluates more than so many faster from the start, all at once. */
const mostSingleTokens = 32;

export interface GenerateRequest {
  /** The prompt, at least one token and less than the context holds. */
  tokens: readonly number[];
  sampling: Sampling;
  stopTexts: readonly string[];
  /** Takes white space around the text away. */
  trim: boolean;
  conversation?: string | undefined;
  topLogprobs?: number | undefined;
  priority?: Priority | undefined;
}

interface Answer {
  text: string;
  logprobs: TokenLogprobs[];
  stopReason: StopReason;
  generatedTokens: number;
  firstTokenAt: number | undefined;
  lastTokenAt: number;
}

/** Writes text token by token, and keeps what it evaluated for the next question. */
export class Generator {
  readonly #decoder: Decoder;
  readonly #tokenizer: PreTrainedTokenizer;
  readonly #contextLength: number;
  readonly #endTokens: ReadonlySet<number>;
  readonly #states: ConversationStates;
  readonly #pace = new PromptPace();

  constructor(options: {
    decoder: Decoder;
    tokenizer: PreTrainedTokenizer;
    contextLength: number;
    endTokens: ReadonlySet<number>;
    states: ConversationStates;
  }) {
    this.#decoder = options.decoder;
    this.#tokenizer = options.tokenizer;
    this.#contextLength = options.contextLength;
    this.#endTokens = options.endTokens;
    this.#states = options.states;
  }

  async generate(request: GenerateRequest, context: ChatContext & Steps): Promise<ChatResult> {
    const { tokens, sampling, conversation } = request;
    // What is reused was evaluated in other portions and differs by rounding, which a seed must not depend on.
    const reused = sampling.seed === undefined ? this.#reusable(tokens) : emptyState;
    const run = { state: reused, answer: emptyAnswer() };
    try {
      const logits = await this.#evaluatePrompt(run, request, context);
      await this.#answer(run, logits, request, context);
    } catch (error) {
      if (!isAbort(error)) {
        throw error;
      }
      run.answer.stopReason = "aborted";
    } finally {
      if (run.state.tokens.length > 0) {
        this.#states.keep(conversation, run.state);
      }
    }
    return {
      text: run.answer.text,
      promptTokens: tokens.length,
      reusedTokens: reused.tokens.length,
      evaluatedTokens: Math.min(run.state.tokens.length, tokens.length) - reused.tokens.length,
      ...statistics(run.answer, context.receivedAt),
      ...(request.topLogprobs === undefined || request.topLogprobs === 0
        ? {}
        : { logprobs: run.answer.logprobs }),
    };
  }

  #reusable(tokens: readonly number[]): DecoderState {
    const prefix = this.#states.longestPrefix(tokens);
    const left = tokens.length - prefix.tokens.length;
    return this.#decoder.continuesInChunks || left <= mostSingleTokens ? prefix : emptyState;
  }

  /** Evaluates what the state lacks of the prompt, in chunks, because an inference cannot be cancelled. */
  async #evaluatePrompt(
    run: { state: DecoderState },
    { tokens, sampling }: GenerateRequest,
    { emit, step }: ChatContext & Steps,
  ): Promise<Float32Array> {
    const total = tokens.length;
    let logits: Float32Array = new Float32Array();
    emit({ type: "prompt", done: run.state.tokens.length, total });
    for (let done = run.state.tokens.length; done < total; done = run.state.tokens.length) {
      const chunk = tokens.slice(done, done + this.#chunkTokens(done, sampling));
      const startedAt = performance.now();
      const evaluated = await step(() => this.#decoder.evaluate(run.state, chunk));
      this.#pace.record(chunk.length, performance.now() - startedAt, done);
      run.state = evaluated.state;
      logits = evaluated.logits;
      emit({ type: "prompt", done: run.state.tokens.length, total });
    }
    return logits;
  }

  #chunkTokens(done: number, sampling: Sampling): number {
    if (!this.#decoder.continuesInChunks) {
      return done === 0 ? Infinity : 1;
    }
    const wanted = sampling.seed === undefined ? this.#pace.chunkTokens(done) : repeatableChunkTokens;
    return Math.min(wanted, this.#decoder.largestChunk);
  }

  async #answer(
    run: { state: DecoderState; answer: Answer },
    firstLogits: Float32Array,
    request: GenerateRequest,
    { emit, step }: ChatContext & Steps,
  ): Promise<void> {
    const { sampling, stopTexts, trim, topLogprobs = 0, priority } = request;
    const { answer } = run;
    const sampler = new Sampler(sampling);
    const tokenText = new TokenText(this.#tokenizer);
    const filter = new StopTextFilter(stopTexts);
    const trimmer = trim ? new AnswerTrimmer() : undefined;
    const stream = new TextStream((text) => emit({ type: "text", text }), priority);
    const append = (piece: string) => {
      const text = trimmer ? trimmer.push(piece) : piece;
      answer.text += text;
      stream.push(text);
    };

    try {
      for (let logits = firstLogits; ;) {
        const token = sampler.choose(logits);
        if (this.#endTokens.has(token)) {
          return;
        }
        answer.lastTokenAt = performance.now();
        answer.firstTokenAt ??= answer.lastTokenAt;
        answer.generatedTokens++;
        if (topLogprobs > 0) {
          answer.logprobs.push(this.#logprobs(logits, token, topLogprobs));
        }
        append(filter.push(tokenText.push(token)));
        if (filter.found !== undefined) {
          return;
        }
        const limit = this.#reachedLimit(run, sampling);
        if (limit) {
          answer.stopReason = limit;
          return;
        }
        const evaluated = await step(() => this.#decoder.evaluate(run.state, [token]));
        run.state = evaluated.state;
        logits = evaluated.logits;
      }
    } finally {
      if (filter.found === undefined) {
        append(filter.push(tokenText.finish()));
        append(filter.finish());
      }
      stream.finish();
    }
  }

  #reachedLimit(run: { state: DecoderState; answer: Answer }, sampling: Sampling): StopReason | undefined {
    if (sampling.maxTokens > 0 && run.answer.generatedTokens >= sampling.maxTokens) {
      return "max-tokens";
    }
    // The token that was just chosen takes the last place.
    return run.state.tokens.length + 1 >= this.#contextLength ? "context-full" : undefined;
  }

  #logprobs(logits: Float32Array, token: number, count: number): TokenLogprobs {
    const { logprob, top } = logProbabilities(logits, token, count);
    const textOf = (id: number) =>
      this.#tokenizer.decode([id], { skip_special_tokens: false, clean_up_tokenization_spaces: false });
    return {
      text: textOf(token),
      logprob,
      top: top.map((one) => ({ text: textOf(one.token), logprob: one.logprob })),
    };
  }
}

function emptyAnswer(): Answer {
  return {
    text: "",
    logprobs: [],
    stopReason: "end",
    generatedTokens: 0,
    firstTokenAt: undefined,
    lastTokenAt: 0,
  };
}

function statistics(answer: Answer, receivedAt: number) {
  const { stopReason, generatedTokens, firstTokenAt, lastTokenAt } = answer;
  return {
    stopReason,
    generatedTokens,
    timeToFirstTokenMs: firstTokenAt === undefined ? undefined : firstTokenAt - receivedAt,
    tokensPerSecond:
      firstTokenAt === undefined || generatedTokens < 2
        ? undefined
        : ((generatedTokens - 1) * 1000) / (lastTokenAt - firstTokenAt),
  };
}
