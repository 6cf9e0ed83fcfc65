import type { LlamaContextSequence, LlamaModel, Token } from "node-llama-cpp";
import { AppError } from "../../common/errors";
import type { ChatResult, Sampling, StopReason } from "../../protocol/engine";
import type { ChatContext } from "../backend";
import type { RenderedPrompt } from "./prompt";
import type { PromptPace } from "./prompt-pace";
import { StopTextFilter } from "./stop-text-filter";
import { TokenDecoder } from "./token-decoder";

/** Tokens that must be left for an answer, or the prompt counts as too long. */
const leastAnswerTokens = 8;
const repeatPenaltyTokens = 64;

export interface GenerateRequest extends ChatContext {
  prompt: RenderedPrompt;
  pace: PromptPace;
  sampling: Sampling;
}

const nothingEvaluated = { reusedTokens: 0, evaluatedTokens: 0, lastTokens: [] as Token[] };

/** A call, so that each time counts: the compiler takes the property for a constant. */
function isCancelled(signal: AbortSignal): boolean {
  return signal.aborted;
}

/** Evaluates the prompt, reusing what the sequence holds of it, and generates the answer. */
export async function generate(
  model: LlamaModel,
  sequence: LlamaContextSequence,
  request: GenerateRequest,
): Promise<ChatResult> {
  const { prompt, signal } = request;
  const promptTokens = prompt.tokens.length;
  if (promptTokens + leastAnswerTokens > sequence.contextSize) {
    throw new AppError(
      "prompt-too-long",
      "The conversation is {0} tokens long, but this model's context holds {1}. Shorten the message or start a new chat.",
      [promptTokens, sequence.contextSize],
    );
  }

  // Cancelled while it waited for others: what the sequence holds of another conversation stays.
  const evaluation = isCancelled(signal) ? nothingEvaluated : await evaluatePrompt(sequence, request);
  if (signal.aborted) {
    const { reusedTokens, evaluatedTokens } = evaluation;
    return {
      text: "",
      promptTokens,
      reusedTokens,
      evaluatedTokens,
      generatedTokens: 0,
      stopReason: "aborted",
    };
  }
  const answer = await generateAnswer(model, sequence, request, evaluation.lastTokens);
  return {
    text: answer.text,
    promptTokens,
    reusedTokens: evaluation.reusedTokens,
    evaluatedTokens: evaluation.evaluatedTokens + evaluation.lastTokens.length,
    generatedTokens: answer.generatedTokens,
    timeToFirstTokenMs: answer.timeToFirstTokenMs,
    tokensPerSecond: answer.tokensPerSecond,
    stopReason: answer.stopReason,
  };
}

/**
 * Evaluates all of the prompt but its last token, which the generation starts from. In chunks, because
 * a running evaluation cannot be cancelled.
 */
async function evaluatePrompt(
  sequence: LlamaContextSequence,
  { prompt, pace, signal, emit }: GenerateRequest,
) {
  const { tokens } = prompt;
  const withoutLast = tokens.slice(0, -1);
  await sequence.adaptStateToTokens(withoutLast, false);
  const reusedTokens = sequence.nextTokenIndex;
  emit({ type: "prompt", done: reusedTokens, total: tokens.length });

  let done = reusedTokens;
  while (done < withoutLast.length && !signal.aborted) {
    const chunk = withoutLast.slice(done, done + pace.chunkTokens);
    const startedAt = performance.now();
    await sequence.evaluateWithoutGeneratingNewTokens(chunk);
    pace.record(chunk.length, performance.now() - startedAt);
    done += chunk.length;
    emit({ type: "prompt", done, total: tokens.length });
  }
  return { reusedTokens, evaluatedTokens: done - reusedTokens, lastTokens: tokens.slice(-1) };
}

async function generateAnswer(
  model: LlamaModel,
  sequence: LlamaContextSequence,
  { prompt, sampling, receivedAt, signal, emit }: GenerateRequest,
  lastTokens: Token[],
) {
  const decoder = new TokenDecoder(model);
  const filter = new StopTextFilter(prompt.stopTexts);
  let text = "";
  const append = (piece: string) => {
    if (piece.length > 0) {
      text += piece;
      emit({ type: "text", text: piece });
    }
  };

  let generatedTokens = 0;
  let firstTokenAt: number | undefined;
  let lastTokenAt = 0;
  let stopReason: StopReason = "end";
  const recentTokens: Token[] = [];
  for await (const token of sequence.evaluate(lastTokens, samplingOptions(sampling, recentTokens))) {
    if (prompt.stopTokens.has(token)) {
      break;
    }
    lastTokenAt = performance.now();
    firstTokenAt ??= lastTokenAt;
    generatedTokens++;
    recentTokens.push(token);
    if (recentTokens.length > repeatPenaltyTokens) {
      recentTokens.shift();
    }
    append(filter.push(decoder.push(token)));
    if (filter.stopped) {
      break;
    }
    const limit = reachedLimit(sequence, sampling, generatedTokens, signal);
    if (limit) {
      stopReason = limit;
      break;
    }
  }
  if (!filter.stopped) {
    append(filter.push(decoder.finish()));
    append(filter.finish());
  }
  return {
    text,
    generatedTokens,
    stopReason,
    timeToFirstTokenMs: firstTokenAt === undefined ? undefined : firstTokenAt - receivedAt,
    tokensPerSecond:
      firstTokenAt === undefined || generatedTokens < 2
        ? undefined
        : ((generatedTokens - 1) * 1000) / (lastTokenAt - firstTokenAt),
  };
}

function samplingOptions(sampling: Sampling, recentTokens: Token[]) {
  return {
    temperature: sampling.temperature,
    topP: sampling.topP,
    topK: sampling.topK,
    minP: sampling.minP,
    seed: sampling.seed ?? Math.floor(Math.random() * 2 ** 32),
    ...(sampling.repeatPenalty === 1
      ? {}
      : {
          repeatPenalty: {
            penalty: sampling.repeatPenalty,
            punishTokens: () => [...recentTokens],
            maxPunishTokens: repeatPenaltyTokens,
          },
        }),
  };
}

function reachedLimit(
  sequence: LlamaContextSequence,
  sampling: Sampling,
  generatedTokens: number,
  signal: AbortSignal,
): StopReason | undefined {
  if (signal.aborted) {
    return "aborted";
  }
  if (sampling.maxTokens > 0 && generatedTokens >= sampling.maxTokens) {
    return "max-tokens";
  }
  // One place is kept for the token that was just generated; a full context would be shifted silently.
  return sequence.nextTokenIndex + 1 >= sequence.contextSize ? "context-full" : undefined;
}
