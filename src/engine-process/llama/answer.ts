import type { Llama } from "node-llama-cpp";
import { AppError } from "../../common/errors";
import type { ChatParams, ChatResult, CompleteParams } from "../../protocol/engine";
import type { ChatContext } from "../backend";
import { type AnswerEngine, type GenerateRequest, withSequence } from "./generate";
import type { PromptRenderer } from "./prompt";
import { createSchemaGrammar, grammarEnd } from "./structured-output";
import { TextOutput } from "./text-output";
import { answerWithTools } from "./tool-calls";

export interface ChatEngine extends AnswerEngine {
  llama: Llama;
  renderer: PromptRenderer;
}

/** Answers the last turn of a conversation. */
export async function chat(
  engine: ChatEngine,
  params: ChatParams,
  context: ChatContext,
): Promise<ChatResult> {
  const {
    turns,
    tools = [],
    responseSchema,
    sampling,
    conversation,
    priority,
    topLogprobs,
    reproducible,
  } = params;
  const { prompt, contextText } = engine.renderer.render(turns, tools);
  const request = { ...context, prompt, sampling, conversation, priority, topLogprobs, reproducible };
  if (tools.length === 0) {
    return responseSchema ? answerBySchema(engine, request, responseSchema) : answerFreely(engine, request);
  }
  if (responseSchema) {
    throw new AppError("invalid-input", "A request gives either tools or a schema of the answer, not both.");
  }
  return answerWithTools(engine, request, contextText, tools);
}

/** Continues a text as it stands, without a template. */
export async function complete(
  engine: ChatEngine,
  params: CompleteParams,
  context: ChatContext,
): Promise<ChatResult> {
  const { prompt: text, stopTexts = [], sampling, priority, topLogprobs } = params;
  const prompt = { tokens: engine.renderer.tokenizeRaw(text), stopTokens: new Set<never>(), stopTexts };
  return answerFreely(engine, {
    ...context,
    prompt,
    sampling,
    conversation: undefined,
    priority,
    topLogprobs,
    reproducible: undefined,
  });
}

function answerFreely(engine: AnswerEngine, request: GenerateRequest): Promise<ChatResult> {
  const { prompt, topLogprobs = 0, emit } = request;
  return withSequence(engine, request, async (writer) => {
    const output = new TextOutput(engine.model, {
      stopTexts: prompt.stopTexts,
      emit: (text) => emit({ type: "text", text }),
      topLogprobs,
      priority: request.priority,
    });
    const { tokens, stopTokens } = prompt;
    const stopReason = await writer.write({ tokens, stopTokens, output });
    return {
      text: output.text,
      stopReason,
      ...(topLogprobs > 0 ? { logprobs: output.logprobs } : {}),
    };
  });
}

/**
 * The grammar decides where the answer ends, so texts that end a turn are ordinary text inside of it. With
 * any other stop reason than `end` the JSON is incomplete.
 */
function answerBySchema(
  { llama, ...engine }: ChatEngine,
  request: GenerateRequest,
  schema: NonNullable<ChatParams["responseSchema"]>,
): Promise<ChatResult> {
  const { prompt, topLogprobs = 0, emit } = request;
  return withSequence(engine, request, async (writer) => {
    const grammar = await createSchemaGrammar(llama, engine.model, schema);
    const output = new TextOutput(engine.model, {
      stopTexts: [grammarEnd],
      emit: (text) => emit({ type: "text", text }),
      topLogprobs,
      priority: request.priority,
    });
    const stopReason = await writer.write({ tokens: prompt.tokens, output, grammar });
    return {
      text: output.text,
      stopReason,
      ...(topLogprobs > 0 ? { logprobs: output.logprobs } : {}),
    };
  });
}
