import { readFile } from "node:fs/promises";
import path from "node:path";
import { AutoTokenizer, type PreTrainedTokenizer } from "@huggingface/transformers";
import { AppError, errnoCode } from "../../common/errors";
import type { ChatParams, ChatTurn } from "../../protocol/engine";
import { availableMemoryBytes } from "../memory";
import { ConversationStates } from "./conversation-states";
import { loadDecoder } from "./decoder";
import { Generator } from "./generate";
import type { OnnxModel, OnnxOptions } from "./model";
import { plainStopTexts, renderPlainTurns } from "./plain-turns";
import { asPlainText, specialTokensOf } from "./special-tokens";

/** Tokens that must be left for an answer, or the prompt counts as too long. */
const leastAnswerTokens = 8;

/** Part of the memory that is free after loading which conversations may keep. */
const stateShare = 0.1;

/** Chat with the template of the model's tokenizer, or in plain turns; and continuing texts. */
export async function loadGenerator(options: OnnxOptions): Promise<OnnxModel> {
  const { modelPath, config, contextLength } = options;
  const tokenizer = await AutoTokenizer.from_pretrained(modelPath);
  const decoder = await loadDecoder(options);
  const endTokens = new Set([...config.endTokens, tokenizer.eos_token_id].filter(Number.isInteger));
  const states = new ConversationStates((await availableMemoryBytes()) * stateShare);
  const generator = new Generator({ decoder, tokenizer, contextLength, endTokens, states });
  tokenizer.chat_template ??= await readTemplate(modelPath);
  const specialTokens = specialTokensOf(tokenizer);
  const hasTemplate = Boolean(tokenizer.chat_template);

  return {
    embeddingLength: 0,
    sequences: ConversationStates.capacity,
    chatTemplate: hasTemplate ? textOf(tokenizer.chat_template) : undefined,
    async chat(params, context) {
      refuseStructure(params);
      const turns = params.turns.map((turn) => ({ ...turn, text: asPlainText(turn.text, specialTokens) }));
      const tokens = hasTemplate
        ? renderTemplate(tokenizer, turns)
        : tokenizer.encode(renderPlainTurns(turns));
      checkLength(
        tokens.length,
        contextLength,
        "The conversation is {0} tokens long, but this model's context holds {1}. Shorten the message or start a new chat.",
      );
      return generator.generate(
        { ...params, tokens, stopTexts: hasTemplate ? [] : plainStopTexts, trim: !hasTemplate },
        context,
      );
    },
    async complete(params, context) {
      const tokens = tokenizer.encode(params.prompt);
      if (tokens.length === 0) {
        throw new AppError("empty-prompt", "There is no text to continue.");
      }
      checkLength(
        tokens.length,
        contextLength,
        "The text is {0} tokens long, but this model's context holds {1}. Shorten it.",
      );
      return generator.generate(
        { ...params, tokens, stopTexts: params.stopTexts ?? [], trim: false },
        context,
      );
    },
  };
}

/** Newer repositories keep the template in a file of its own, which transformers.js reads for processors only. */
async function readTemplate(modelPath: string): Promise<string | undefined> {
  try {
    return await readFile(path.join(modelPath, "chat_template.jinja"), "utf8");
  } catch (error) {
    if (errnoCode(error) === "ENOENT") {
      return undefined;
    }
    throw error;
  }
}

/** Some tokenizers have several templates with names. */
function textOf(template: unknown): string {
  return typeof template === "string" ? template : JSON.stringify(template);
}

/** This engine has no grammar to hold a model to a structure. */
function refuseStructure({ responseSchema, tools = [], turns }: ChatParams): void {
  if (responseSchema) {
    throw new AppError(
      "unsupported-model",
      "ONNX models cannot be held to a JSON schema. Use a GGUF model for structured answers.",
    );
  }
  if (tools.length > 0 || turns.some(({ toolCalls = [] }) => toolCalls.length > 0)) {
    throw new AppError("unsupported-model", "ONNX models cannot call tools. Use a GGUF model with tools.");
  }
}

function checkLength(tokens: number, contextLength: number, template: string): void {
  if (tokens + leastAnswerTokens > contextLength) {
    throw new AppError("prompt-too-long", template, [tokens, contextLength]);
  }
}

function renderTemplate(tokenizer: PreTrainedTokenizer, turns: readonly ChatTurn[]): number[] {
  const render = (messages: readonly ChatTurn[]) =>
    tokenizer.apply_chat_template<true, false, false>(
      messages.map(({ role, text }) => ({ role, content: text })),
      { add_generation_prompt: true, return_tensor: false, return_dict: false },
    );
  try {
    return render(turns);
  } catch (error) {
    const [system, first, ...others] = turns;
    if (system?.role !== "system" || first?.role !== "user") {
      throw templateError(error);
    }
    // Some templates, Gemma's for one, refuse a system turn; what it says may as well open the first question.
    try {
      return render([{ role: "user", text: `${system.text}\n\n${first.text}` }, ...others]);
    } catch {
      throw templateError(error);
    }
  }
}

function templateError(error: unknown): AppError {
  const reason = error instanceof Error ? error.message : String(error);
  return new AppError("unsupported-model", "The model's chat template refuses this conversation: {0}", [
    reason,
  ]);
}
