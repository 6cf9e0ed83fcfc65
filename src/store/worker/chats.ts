import { AppError } from "../../common/errors";
import type { ChatStatistics } from "../../protocol/engine";
import type {
  ChatChange,
  ChatSummary,
  MessageChange,
  MessageStatus,
  NewChat,
  StoredChat,
  StoredMessage,
} from "../../protocol/store";
import type { Change, Query } from "./commits";
import type { Row, Transaction } from "./database";
import type { SqlValue } from "./journal-codec";

/** Newest first. */
export const listChats: Query<ChatSummary[]> = ({ query }) =>
  query(
    `SELECT id, title, created_at, updated_at,
       (SELECT count(*) FROM messages WHERE chat_id = chats.id) AS message_count
     FROM chats ORDER BY updated_at DESC, rowid DESC`,
  ).map((row) => ({ ...toChat(row), messageCount: Number(row["message_count"]) }));

export function getChat(chatId: string): Query<StoredChat | null> {
  return ({ query }) => {
    const row = query("SELECT * FROM chats WHERE id = ?", [chatId])[0];
    return row
      ? {
          ...toChat(row),
          systemPrompt: String(row["system_prompt"]),
          messages: query("SELECT * FROM messages WHERE chat_id = ? ORDER BY position", [chatId]).map(
            toMessage,
          ),
        }
      : null;
  };
}

export function createChat(chat: NewChat): Change<void> {
  return (transaction) => {
    assertUnused(transaction, "chats", chat.id);
    transaction.run(
      "INSERT INTO chats (id, title, system_prompt, created_at, updated_at) VALUES (?, ?, ?, ?, ?)",
      [chat.id, chat.title, chat.systemPrompt, chat.createdAt, chat.createdAt],
    );
  };
}

export function updateChat(chatId: string, change: ChatChange, at: number): Change<void> {
  return ({ run }) => {
    const changed = run(
      `UPDATE chats SET title = coalesce(?, title), system_prompt = coalesce(?, system_prompt),
         updated_at = ? WHERE id = ?`,
      [change.title ?? null, change.systemPrompt ?? null, at, chatId],
    );
    if (changed === 0) {
      throw unknownChat(chatId);
    }
  };
}

export function deleteChat(chatId: string): Change<void> {
  return ({ run }) => {
    if (run("DELETE FROM chats WHERE id = ?", [chatId]) === 0) {
      throw unknownChat(chatId);
    }
  };
}

export function addMessages(chatId: string, messages: readonly StoredMessage[]): Change<void> {
  return (transaction) => {
    if (transaction.query("SELECT 1 FROM chats WHERE id = ?", [chatId]).length === 0) {
      throw unknownChat(chatId);
    }
    for (const message of messages) {
      assertUnused(transaction, "messages", message.id);
      insertMessage(transaction, chatId, message);
      transaction.run("UPDATE chats SET updated_at = max(updated_at, ?) WHERE id = ?", [
        message.createdAt,
        chatId,
      ]);
    }
  };
}

export function updateMessage(messageId: string, change: MessageChange): Change<void> {
  return ({ run }) => {
    const changed = run(
      `UPDATE messages SET text = coalesce(?, text), status = coalesce(?, status),
         error = coalesce(?, error), statistics = coalesce(?, statistics) WHERE id = ?`,
      [
        change.text ?? null,
        change.status ?? null,
        change.error ?? null,
        encodeStatistics(change.statistics),
        messageId,
      ],
    );
    if (changed === 0) {
      throw unknownMessage(messageId);
    }
  };
}

/** Deletes the message and all later ones of its chat. */
export function truncateChat(chatId: string, fromMessageId: string): Change<void> {
  return ({ run }) => {
    const deleted = run(
      `DELETE FROM messages WHERE chat_id = ?1 AND position >=
         (SELECT position FROM messages WHERE id = ?2 AND chat_id = ?1)`,
      [chatId, fromMessageId],
    );
    if (deleted === 0) {
      throw unknownMessage(fromMessageId);
    }
  };
}

/** Nobody writes to these any more: whoever did is gone when a store is opened. */
export const stopStreamingMessages: Change<void> = ({ query, run }) => {
  if (query("SELECT 1 FROM messages WHERE status = 'streaming' LIMIT 1").length > 0) {
    run("UPDATE messages SET status = 'stopped' WHERE status = 'streaming'");
  }
};

function insertMessage({ run }: Transaction, chatId: string, message: StoredMessage): void {
  run(
    `INSERT INTO messages (id, chat_id, role, text, status, created_at, model_name, error, statistics)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      message.id,
      chatId,
      message.role,
      message.text,
      message.status,
      message.createdAt,
      message.modelName ?? null,
      message.error ?? null,
      encodeStatistics(message.statistics),
    ],
  );
}

function assertUnused({ query }: Transaction, table: "chats" | "messages", id: string): void {
  if (query(`SELECT 1 FROM ${table} WHERE id = ?`, [id]).length > 0) {
    throw new AppError("invalid-input", "The id “{0}” is already in use.", [id]);
  }
}

function encodeStatistics(statistics: ChatStatistics | undefined): SqlValue {
  return statistics === undefined ? null : JSON.stringify(statistics);
}

function toChat(row: Row) {
  return {
    id: String(row["id"]),
    title: String(row["title"]),
    createdAt: Number(row["created_at"]),
    updatedAt: Number(row["updated_at"]),
  };
}

function toMessage(row: Row): StoredMessage {
  const { model_name: modelName, error, statistics } = row;
  return {
    id: String(row["id"]),
    role: row["role"] as StoredMessage["role"],
    text: String(row["text"]),
    status: row["status"] as MessageStatus,
    createdAt: Number(row["created_at"]),
    ...(typeof modelName === "string" ? { modelName } : {}),
    ...(typeof error === "string" ? { error } : {}),
    ...(typeof statistics === "string" ? { statistics: JSON.parse(statistics) as ChatStatistics } : {}),
  };
}

function unknownChat(chatId: string): AppError {
  return new AppError("invalid-input", "This chat no longer exists.", [], `Chat ${chatId}`);
}

function unknownMessage(messageId: string): AppError {
  return new AppError("invalid-input", "This message no longer exists.", [], `Message ${messageId}`);
}
