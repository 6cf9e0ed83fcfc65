import path from "node:path";
import type { Transaction } from "../database";

/** Files whose text is written at once: a statement is held in memory by the journal. */
const filesPerStatement = 4096;

/**
 * The words of each file's name, folder and caption (https://www.sqlite.org/fts3.html). Names are split here,
 * before SQLite sees them; captions follow by triggers, whoever changes them.
 */
export function createFullText(transaction: Transaction): void {
  const { query, run } = transaction;
  run(`CREATE VIRTUAL TABLE file_text USING fts4(
    name, folder, caption, matchinfo=fts3, tokenize=unicode61 "remove_diacritics=2"
  )`);
  run(`CREATE TRIGGER file_text_of_deleted AFTER DELETE ON files BEGIN
    DELETE FROM file_text WHERE docid = old.id;
  END`);
  run(`CREATE TRIGGER file_text_of_changed AFTER UPDATE OF content_id ON files
    WHEN new.content_id IS NOT old.content_id BEGIN
    UPDATE file_text SET caption = (SELECT caption FROM contents WHERE id = new.content_id) WHERE docid = new.id;
  END`);
  run(`CREATE TRIGGER file_text_of_described AFTER UPDATE OF caption ON contents
    WHEN new.caption IS NOT old.caption BEGIN
    UPDATE file_text SET caption = new.caption WHERE docid IN (SELECT id FROM files WHERE content_id = new.id);
  END`);
  const paths = query("SELECT path FROM files ORDER BY id").map((row) => String(row["path"]));
  for (let start = 0; start < paths.length; start += filesPerStatement) {
    addFileTexts(transaction, paths.slice(start, start + filesPerStatement));
  }
}

/** Makes files findable by their names; those that are already stay as they are. */
export function addFileTexts({ run }: Transaction, paths: readonly string[]): void {
  if (paths.length === 0) {
    return;
  }
  const texts = paths.map((file) => {
    // As the database keeps it.
    const kept = file.replace(/\p{Surrogate}/gu, "\ufffd");
    return [kept, wordsOfName(path.basename(kept)), wordsOfName(path.dirname(kept))];
  });
  run(
    `INSERT INTO file_text (docid, name, folder, caption)
     SELECT files.id, value ->> 1, value ->> 2, (SELECT caption FROM contents WHERE contents.id = content_id)
     FROM json_each(?) JOIN files ON files.path = value ->> 0
     WHERE NOT EXISTS (SELECT 1 FROM file_text WHERE docid = files.id)`,
    [JSON.stringify(texts)],
  );
}

const run = /[\p{L}\p{N}][\p{L}\p{M}\p{N}]*/gu;
const scriptWithoutSpaces = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;
/** Numbers, capitals, capitalized and other words; signs of scripts without spaces one by one. */
const part = new RegExp(
  `${scriptWithoutSpaces.source}|\\p{N}+|\\p{Lu}+(?!\\p{Ll})|\\p{Lu}?(?:(?!${scriptWithoutSpaces.source})[\\p{Ll}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}])+`,
  "gu",
);

/** `BeachSunset2024_1.jpg` as `BeachSunset2024 Beach Sunset 2024 1 jpg`. */
export function wordsOfName(name: string): string {
  const words = name.match(run) ?? [];
  return words
    .flatMap((word) => {
      const parts = word.match(part) ?? [];
      return parts.length > 1 ? [word, ...parts] : [word];
    })
    .join(" ");
}

/** A word that is searched for, as FTS takes it: in one of the table's columns. */
export interface SearchWord {
  /** Lower case. */
  text: string;
  exact: (column: TextColumn) => string;
  /** With whatever follows it. */
  beginning: (column: TextColumn) => string;
}

export type TextColumn = "name" | "folder" | "caption";

/** Only letters, marks and digits reach the expressions, in lower case, so that nothing in them is an operator. */
export function searchWords(text: string): SearchWord[] {
  return [...new Set(text.toLowerCase().match(run) ?? [])].map((word) => {
    const beginning = (column: TextColumn) => `${column}:${word}*`;
    // Names have the signs of such scripts one by one, captions as they were written.
    const signs = scriptWithoutSpaces.test(word) ? (word.match(part) ?? []) : [word];
    return {
      text: word,
      exact: (column) => `(${signs.map((sign) => `${column}:${sign}`).join(" AND ")})`,
      beginning,
    };
  });
}
