import {
  type ChatHistoryItem,
  type ChatModelFunctions,
  type ChatWrapper,
  type LlamaModel,
  type LlamaText,
  resolveChatWrapper,
  type Token,
} from "node-llama-cpp";
import type { ChatTurn, Tool } from "../../protocol/engine";
import type { Prompt } from "./generate";
import { toGrammarSchema } from "./grammar-schema";

interface RenderedPrompt {
  prompt: Prompt;
  /** What the prompt's tokens were made of. */
  contextText: LlamaText;
}

/** Renders turns with the model's own chat template. */
export class PromptRenderer {
  readonly #model: LlamaModel;
  readonly #wrapper: ChatWrapper;

  constructor(model: LlamaModel) {
    this.#model = model;
    this.#wrapper = resolveChatWrapper(model);
  }

  get templateName(): string {
    return this.#wrapper.wrapperName;
  }

  /** How the template writes calls of functions and their results. */
  get callSyntax(): ChatWrapper["settings"]["functions"] {
    return this.#wrapper.settings.functions;
  }

  render(turns: readonly ChatTurn[], tools: readonly Tool[]): RenderedPrompt {
    const { tokenizer } = this.#model;
    const chatHistory = turns.map((turn) => toHistoryItem(turn, tools));
    if (chatHistory.at(-1)?.type !== "model") {
      chatHistory.push({ type: "model", response: [] });
    }
    const state = this.#wrapper.generateContextState({
      chatHistory,
      ...(tools.length === 0 ? {} : { availableFunctions: toModelFunctions(tools) }),
    });
    const stopTokens = new Set<Token>();
    const stopTexts: string[] = [];
    for (const trigger of state.stopGenerationTriggers) {
      const [first, ...others] = trigger.tokenize(tokenizer);
      if (first !== undefined && others.length === 0 && !isPlainText(trigger)) {
        stopTokens.add(first);
      } else if (trigger.values.every((value) => !isBuiltinToken(value))) {
        stopTexts.push(trigger.toString());
      }
    }
    const { contextText } = state;
    return { prompt: { tokens: contextText.tokenize(tokenizer), stopTokens, stopTexts }, contextText };
  }

  /**
   * Tokens of a raw prompt, after the token that the model wants first. Control tokens may be written as
   * text: filling in the middle, for one, is asked for with them.
   */
  tokenizeRaw(prompt: string): Token[] {
    const { tokens } = this.#model;
    const own = this.#model.tokenize(prompt, true);
    const first = tokens.shouldPrependBosToken ? tokens.bos : null;
    return first === null || own[0] === first ? own : [first, ...own];
  }
}

function toHistoryItem(turn: ChatTurn, tools: readonly Tool[]): ChatHistoryItem {
  switch (turn.role) {
    case "system":
      return { type: "system", text: turn.text };
    case "user":
      return { type: "user", text: turn.text };
    case "assistant": {
      const calls = (turn.toolCalls ?? []).map((call) => ({
        type: "functionCall" as const,
        name: call.name,
        description: tools.find(({ name }) => name === call.name)?.description ?? "",
        params: call.arguments,
        result: call.result,
      }));
      return {
        type: "model",
        response: turn.text === "" && calls.length > 0 ? calls : [turn.text, ...calls],
      };
    }
  }
}

/** The tools as the library's templates document them to the model. */
function toModelFunctions(tools: readonly Tool[]): ChatModelFunctions {
  return Object.fromEntries(
    tools.map(({ name, description, parameters }) => [
      name,
      { description, params: toGrammarSchema(parameters) },
    ]),
  );
}

function isPlainText(text: LlamaText): boolean {
  return text.values.every((value) => typeof value === "string");
}

/** `BOS`, `EOS` and the like, which have no text of their own. */
function isBuiltinToken(value: LlamaText["values"][number]): boolean {
  return typeof value !== "string" && value.toJSON().type === "specialToken";
}
