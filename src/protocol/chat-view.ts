import type { Method } from "./rpc";
import type { StoredMessage } from "./store";

/** What the chat page asks of the extension host. The page never sends history back. */
export type ChatHostWire = {
  /** First call of a page; the reply is everything it shows. */
  ready: Method<null, ChatViewState>;
  send: Method<{ text: string }, null>;
  stop: Method<null, null>;
  /** Answers the last user message again. */
  regenerate: Method<null, null>;
  /** Replaces a user message, drops what followed it, and answers it. */
  edit: Method<{ messageId: string; text: string }, null>;
  selectModel: Method<{ modelId: string }, null>;
  setSystemPrompt: Method<{ text: string }, null>;
  /** Lets the person choose a downloaded chat model to deploy. */
  deployModel: Method<null, null>;
  showLog: Method<null, null>;
  copy: Method<{ text: string }, null>;
  /** Puts text at the cursor of the editor that was active last. */
  insertIntoEditor: Method<{ text: string }, null>;
  /** `http:`, `https:` and `mailto:` addresses only. */
  openLink: Method<{ url: string }, null>;
};

/** What the extension host tells the chat page. */
export type ChatPageWire = {
  /** The whole state; replaces what the page has. */
  state: Method<ChatViewState, null>;
  /** Text to append to the streaming message, and how far the answer is. */
  delta: Method<ChatDelta, null>;
  focusComposer: Method<null, null>;
};

export interface ChatDelta {
  messageId: string;
  text: string;
  activity: ChatActivity;
}

export interface ChatModel {
  id: string;
  name: string;
  /** Tokens that the context really holds. */
  contextLength: number;
  /** True for the small models that only show how the product works. */
  isDemo: boolean;
}

export type ChatActivity =
  | { type: "idle" }
  /** Waiting for the model; another request is being answered first. */
  | { type: "waiting" }
  | { type: "prompt"; done: number; total: number }
  | { type: "generating" };

export interface ChatViewState {
  chatId: string;
  title: string;
  systemPrompt: string;
  messages: StoredMessage[];
  /** Running chat models only. */
  models: ChatModel[];
  selectedModelId: string | null;
  /** Chat models that are loading now; shown beside the picker. */
  loading: { name: string; percent: number }[];
  activity: ChatActivity;
  /** Tokens of the conversation at its last answer; null before the first. */
  usedTokens: number | null;
  /** Whether a `deployModel` could offer anything. */
  canDeploy: boolean;
}
