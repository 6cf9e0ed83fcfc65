import type { ChatStatistics } from "./engine";
import type { Method } from "./rpc";
import type { StoreEvaluationsWire } from "./store-evaluations";
import type { StoreMediaWire } from "./store-media";
import type { StoreSearchWire } from "./store-search";

/** The wire between the extension host and the store worker. A reply means the change is on disk. */
export type StoreWire = StoreMediaWire &
  StoreSearchWire &
  StoreEvaluationsWire & {
    /** `wasmPath` is SQLite, `kernelPath` what searches vectors. */
    open: Method<{ directory: string; wasmPath: string; kernelPath: string }, StoreOpened>;
    /** Folds the journal into the database file. */
    checkpoint: Method<null, null>;
    close: Method<null, null>;
    /** Serves the same requests on a `MessagePort`, so that another worker need not go through the host. */
    connect: Method<{ port: object }, null>;

    listChats: Method<null, ChatSummary[]>;
    getChat: Method<{ chatId: string }, StoredChat | null>;
    createChat: Method<{ chat: NewChat }, null>;
    updateChat: Method<{ chatId: string; change: ChatChange; at: number }, null>;
    deleteChat: Method<{ chatId: string }, null>;
    addMessages: Method<{ chatId: string; messages: StoredMessage[] }, null>;
    updateMessage: Method<{ messageId: string; change: MessageChange }, null>;
    /** Deletes the message and all later ones of its chat. */
    truncateChat: Method<{ chatId: string; fromMessageId: string }, null>;
  };

/** The store asks nothing of the host. */
export type StoreHostWire = Record<never, never>;

export interface StoreOpened {
  schemaVersion: number;
  /** Journal records applied on top of the database file. */
  replayedRecords: number;
  /** What had to be repaired, in sentences for the log; empty when all was well. */
  repairs: string[];
}

export interface NewChat {
  id: string;
  title: string;
  systemPrompt: string;
  /** Milliseconds since 1970. */
  createdAt: number;
}

export interface ChatChange {
  title?: string;
  systemPrompt?: string;
}

export interface ChatSummary {
  id: string;
  title: string;
  createdAt: number;
  updatedAt: number;
  messageCount: number;
}

export interface StoredChat {
  id: string;
  title: string;
  systemPrompt: string;
  createdAt: number;
  updatedAt: number;
  /** In order of conversation. */
  messages: StoredMessage[];
}

/** `streaming` in the database means: the window was closed or the host died while it was written. */
export type MessageStatus = "streaming" | "complete" | "stopped" | "failed";

export interface StoredMessage {
  id: string;
  role: "user" | "assistant";
  text: string;
  status: MessageStatus;
  /** Milliseconds since 1970. */
  createdAt: number;
  /** Display name of the model that answered. */
  modelName?: string | undefined;
  /** Why it failed, as a sentence. */
  error?: string | undefined;
  statistics?: ChatStatistics | undefined;
}

export interface MessageChange {
  text?: string;
  status?: MessageStatus;
  error?: string;
  statistics?: ChatStatistics;
}
