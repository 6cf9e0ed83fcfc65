import { AppError } from "../../common/errors";
import type { Database, Transaction } from "./database";
import { createEvaluationTables } from "./evaluations/schema";
import { createFullText } from "./media/full-text";
import { createMediaTables } from "./media/schema";

/**
 * The schema's history. Entry n takes a database from version n to n + 1. An entry that was released
 * never changes; a new wish is a new entry at the end. Each runs as one journalled change, so a database
 * file of any age plus the journal behind it always gives the schema its records were written for.
 */
export const migrations: readonly ((transaction: Transaction) => void)[] = [
  createChats,
  createMediaTables,
  createEvaluationTables,
  createFullText,
];

export const latestSchemaVersion = migrations.length;

function createChats({ run }: Transaction): void {
  run(`CREATE TABLE chats (
    id TEXT NOT NULL PRIMARY KEY,
    title TEXT NOT NULL,
    system_prompt TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
  )`);
  run("CREATE INDEX chats_by_update ON chats (updated_at)");
  // The position is the row's number, which grows with every message that is added.
  run(`CREATE TABLE messages (
    position INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    chat_id TEXT NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    role TEXT NOT NULL CHECK (role IN ('user', 'assistant')),
    text TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('streaming', 'complete', 'stopped', 'failed')),
    created_at INTEGER NOT NULL,
    model_name TEXT,
    error TEXT,
    statistics TEXT
  )`);
  run("CREATE INDEX messages_by_chat ON messages (chat_id, position)");
  run("CREATE INDEX messages_streaming ON messages (status) WHERE status = 'streaming'");
}

/** The changes still missing in a database of `version`, oldest first. */
export function pendingMigrations(version: number): ((transaction: Transaction) => void)[] {
  return migrations.slice(version).map((migrate, index) => (transaction) => {
    migrate(transaction);
    transaction.run(`PRAGMA user_version = ${version + index + 1}`);
  });
}

export function assertNotNewer(database: Database): void {
  if (database.schemaVersion > latestSchemaVersion) {
    throw newerVersionError(
      `Schema version ${database.schemaVersion}; this version knows ${latestSchemaVersion}.`,
    );
  }
}

export function newerVersionError(detail: string): AppError {
  return new AppError(
    "store-newer",
    "What this workspace keeps (chats, evaluations, the picture index) was saved by a newer version of Local Models. Update the extension to open it. Nothing was changed.",
    [],
    detail,
  );
}
