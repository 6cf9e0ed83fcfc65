import { abortError, AppError, isAbort, toAppError } from "../../common/errors";
import type { ChatParams, ChatResult, Sampling } from "../../protocol/engine";
import type { NewResponse, ResponseKey, ResponseStatus } from "../../protocol/store-evaluations";
import { turnsForPrompt } from "../suite/context";
import type { Suite } from "../suite/suite";
import { responseSeed } from "./seeds";

export interface AskOptions {
  suite: Suite;
  seed: number;
  modelId: string;
  reproducible: boolean;
  chat: (params: ChatParams, signal: AbortSignal) => Promise<ChatResult>;
  signal: AbortSignal;
  describeError: (error: AppError) => string;
  now: () => number;
}

/**
 * Asks for one response. Whatever the model does wrong becomes a failed response.
 * @throws only when `signal` is aborted
 */
export async function respond(
  options: AskOptions,
  key: ResponseKey,
  earlier: readonly string[],
): Promise<NewResponse> {
  const { suite, seed: suiteSeed, reproducible, chat, signal, describeError, now } = options;
  const sequence = suite.sequences[key.sequence];
  if (!sequence) {
    throw new AppError("internal", "The suite has no sequence {0}.", [key.sequence]);
  }
  const turns = turnsForPrompt(sequence, key.prompt, earlier);
  const seed = responseSeed(suiteSeed, key);
  const asked = { ...emptyResponse(options, key), promptText: turns.at(-1)?.text ?? "", seed };
  const startedAt = performance.now();
  try {
    const result = await chat(
      {
        turns,
        sampling: samplingOf(suite, seed),
        priority: "batch",
        // What a sequence holds of earlier turns need not be evaluated again.
        ...(sequence.prompts.length > 1 && !sequence.independent
          ? { conversation: JSON.stringify([key.model, key.sequence, key.run]) }
          : {}),
        ...(reproducible ? { reproducible } : {}),
      },
      signal,
    );
    if (result.stopReason === "aborted") {
      throw abortError();
    }
    const generationMs = performance.now() - startedAt;
    return {
      ...asked,
      ...statisticsOf(result),
      ...verdictOn(result, describeError),
      generationMs,
      createdAt: now(),
    };
  } catch (error) {
    if (signal.aborted) {
      throw abortError();
    }
    const reason = reasonOf(error);
    return { ...asked, ...failure(reason, describeError), createdAt: now() };
  }
}

/** A response that was not asked for. */
export function unasked(
  options: Pick<AskOptions, "suite" | "modelId" | "describeError" | "now">,
  key: ResponseKey,
  status: Exclude<ResponseStatus, "ok">,
  reason: AppError,
): NewResponse {
  return { ...emptyResponse(options, key), ...failure(reason, options.describeError), status };
}

export function earlierFailed(prompt: string): AppError {
  return new AppError("invalid-input", "Not asked, because the response to “{0}” before it failed.", [
    prompt,
  ]);
}

function emptyResponse(
  { suite, modelId, now }: Pick<AskOptions, "suite" | "modelId" | "now">,
  key: ResponseKey,
): NewResponse {
  const sequence = suite.sequences[key.sequence];
  const prompt = sequence?.prompts[key.prompt];
  return {
    ...key,
    modelId,
    sequenceName: sequence?.name ?? "",
    promptName: prompt?.name ?? "",
    promptText: prompt?.text ?? "",
    text: "",
    status: "ok",
    createdAt: now(),
  };
}

function samplingOf({ settings }: Suite, seed: number): Sampling {
  const { temperature, topP, topK, minP, repeatPenalty, maxTokens } = settings;
  return { temperature, topP, topK, minP, repeatPenalty, maxTokens, seed };
}

function statisticsOf(result: ChatResult) {
  const { text, stopReason, promptTokens, generatedTokens, timeToFirstTokenMs, tokensPerSecond } = result;
  return { text, stopReason, promptTokens, generatedTokens, timeToFirstTokenMs, tokensPerSecond };
}

/** A response that was cut off by the end of the context is kept, but it is none. */
function verdictOn(
  { text, stopReason, promptTokens, generatedTokens }: ChatResult,
  describeError: AskOptions["describeError"],
) {
  if (stopReason === "context-full") {
    const error = new AppError(
      "prompt-too-long",
      "The model's context was full after {0} tokens of prompt and {1} of the response, so the response is incomplete.",
      [promptTokens, generatedTokens],
    );
    return failure(error, describeError);
  }
  return text.trim() === ""
    ? failure(new AppError("empty-response", "The model gave an empty response."), describeError)
    : {};
}

function failure(error: AppError, describeError: AskOptions["describeError"]) {
  return { status: "failed" as const, errorCode: error.code, error: describeError(error) };
}

/** Somebody else stopped the model or its requests. */
export function cancelledElsewhere(): AppError {
  return new AppError("engine-stopped", "The request was cancelled elsewhere, so there is no response.");
}

/** What the chat would advise is of no use here. */
function reasonOf(error: unknown): AppError {
  const reason = toAppError(error);
  if (isAbort(reason)) {
    return cancelledElsewhere();
  }
  return reason.code === "prompt-too-long" && reason.args.length === 2
    ? new AppError(
        "prompt-too-long",
        "The prompt with what came before it is {0} tokens long, but the model's context holds {1}.",
        reason.args,
        reason.detail,
      )
    : reason;
}
