import {
  type ChatHistoryItem,
  type ChatWrapper,
  type LlamaModel,
  type LlamaText,
  resolveChatWrapper,
  type Token,
} from "node-llama-cpp";
import type { ChatTurn } from "../../protocol/engine";

export interface RenderedPrompt {
  tokens: Token[];
  /** Tokens that end the answer, besides the model's own end-of-generation tokens. */
  stopTokens: ReadonlySet<Token>;
  /** Texts that end the answer and are not part of it. */
  stopTexts: string[];
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

  render(turns: readonly ChatTurn[]): RenderedPrompt {
    const { tokenizer } = this.#model;
    const chatHistory: ChatHistoryItem[] = [...turns.map(toHistoryItem), { type: "model", response: [] }];
    const state = this.#wrapper.generateContextState({ chatHistory });
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
    return { tokens: state.contextText.tokenize(tokenizer), stopTokens, stopTexts };
  }
}

function toHistoryItem(turn: ChatTurn): ChatHistoryItem {
  switch (turn.role) {
    case "system":
      return { type: "system", text: turn.text };
    case "user":
      return { type: "user", text: turn.text };
    case "assistant":
      return { type: "model", response: [turn.text] };
  }
}

function isPlainText(text: LlamaText): boolean {
  return text.values.every((value) => typeof value === "string");
}

/** `BOS`, `EOS` and the like, which have no text of their own. */
function isBuiltinToken(value: LlamaText["values"][number]): boolean {
  return typeof value !== "string" && value.toJSON().type === "specialToken";
}
