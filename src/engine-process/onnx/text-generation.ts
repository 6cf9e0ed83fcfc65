import {
  AutoModelForCausalLM,
  AutoTokenizer,
  InterruptableStoppingCriteria,
  type Tensor,
  TextStreamer,
} from "@huggingface/transformers";
import { AppError } from "../../common/errors";
import type { ChatParams, ChatResult, StopReason } from "../../protocol/engine";
import type { EngineBackend } from "../backend";
import type { OnnxModel, OnnxOptions } from "./model";

/** Chat with the template of the model's tokenizer. */
export async function loadGenerator({
  modelPath,
  contextLength,
  pretrained,
}: OnnxOptions): Promise<OnnxModel> {
  const tokenizer = await AutoTokenizer.from_pretrained(modelPath);
  if (!tokenizer.chat_template) {
    throw new AppError("unsupported-model", "This ONNX model has no chat template, so it cannot chat.");
  }
  const model = await AutoModelForCausalLM.from_pretrained(modelPath, pretrained);

  const chat: NonNullable<EngineBackend["chat"]> = async (params, { receivedAt, signal, emit }) => {
    const inputs = renderPrompt(params);
    const promptTokens = inputs.input_ids.dims[1] ?? 0;
    const room = contextLength - promptTokens;
    if (room < 1) {
      throw new AppError(
        "prompt-too-long",
        "The conversation is {0} tokens long, but this model's context holds {1}. Shorten the message or start a new chat.",
        [promptTokens, contextLength],
      );
    }
    emit({ type: "prompt", done: 0, total: promptTokens });

    const stopping = new InterruptableStoppingCriteria();
    const onAbort = () => stopping.interrupt();
    signal.addEventListener("abort", onAbort, { once: true });
    const times = { first: 0, last: 0, count: 0 };
    let text = "";
    const streamer = new TextStreamer(tokenizer, {
      skip_prompt: true,
      skip_special_tokens: true,
      callback_function: (piece: string) => {
        text += piece;
        emit({ type: "text", text: piece });
      },
      token_callback_function: () => {
        times.last = performance.now();
        times.first ||= times.last;
        times.count++;
      },
    });
    const limit = params.sampling.maxTokens > 0 ? Math.min(params.sampling.maxTokens, room) : room;
    try {
      await model.generate({
        ...inputs,
        ...samplingOptions(params.sampling),
        max_new_tokens: limit,
        streamer,
        stopping_criteria: stopping,
      });
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
    const stopReason: StopReason = signal.aborted
      ? "aborted"
      : times.count < limit
        ? "end"
        : limit === room
          ? "context-full"
          : "max-tokens";
    return statistics(text, promptTokens, times, receivedAt, stopReason);
  };

  const renderPrompt = (params: ChatParams) =>
    tokenizer.apply_chat_template(
      params.turns.map(({ role, text }) => ({ role, content: text })),
      { add_generation_prompt: true, return_dict: true },
    ) as { input_ids: Tensor; attention_mask: Tensor };

  return {
    embeddingLength: 0,
    chat,
    async dispose() {
      await model.dispose();
    },
  };
}

function samplingOptions(sampling: ChatParams["sampling"]) {
  return {
    do_sample: sampling.temperature > 0,
    ...(sampling.temperature > 0 ? { temperature: sampling.temperature } : {}),
    top_p: sampling.topP,
    top_k: sampling.topK,
    repetition_penalty: sampling.repeatPenalty,
  };
}

function statistics(
  text: string,
  promptTokens: number,
  times: { first: number; last: number; count: number },
  receivedAt: number,
  stopReason: StopReason,
): ChatResult {
  return {
    text,
    promptTokens,
    reusedTokens: 0,
    evaluatedTokens: promptTokens,
    generatedTokens: times.count,
    timeToFirstTokenMs: times.count === 0 ? undefined : times.first - receivedAt,
    tokensPerSecond: times.count < 2 ? undefined : ((times.count - 1) * 1000) / (times.last - times.first),
    stopReason,
  };
}
