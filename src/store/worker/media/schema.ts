import type { Transaction } from "../database";

/**
 * Files and what is in them. Copies of a file are one content, so a renamed or copied file has its vectors,
 * its caption and its size already. A vector is a part of a content: the whole of a picture, later a piece
 * of a text or recording from `start` to `end`.
 */
export function createMediaTables({ run }: Transaction): void {
  run(`CREATE TABLE contents (
    id INTEGER PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    width INTEGER,
    height INTEGER,
    caption TEXT,
    caption_by TEXT
  )`);
  run(`CREATE TABLE files (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,
    size INTEGER NOT NULL,
    modified REAL NOT NULL,
    content_id INTEGER REFERENCES contents (id),
    problem TEXT
  )`);
  run("CREATE INDEX files_by_content ON files (content_id)");
  run(`CREATE TABLE vector_spaces (
    id INTEGER PRIMARY KEY,
    fingerprint TEXT NOT NULL UNIQUE,
    dimensions INTEGER NOT NULL
  )`);
  run(`CREATE TABLE vectors (
    space_id INTEGER NOT NULL REFERENCES vector_spaces (id) ON DELETE CASCADE,
    row_number INTEGER NOT NULL,
    content_id INTEGER NOT NULL REFERENCES contents (id) ON DELETE CASCADE,
    part INTEGER NOT NULL,
    start REAL,
    end REAL,
    PRIMARY KEY (space_id, row_number)
  ) WITHOUT ROWID`);
  run("CREATE UNIQUE INDEX vectors_by_content ON vectors (content_id, space_id, part)");
}
