import type { ChatModel, ChatViewState } from "../../src/protocol/chat-view";

/** Undefined when none is chosen, or the chosen one does not run any more. */
export function selectedModel(view: ChatViewState): ChatModel | undefined {
  return view.models.find((model) => model.id === view.selectedModelId);
}
