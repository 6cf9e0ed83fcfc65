import type { FoundFile, KnownFileColumns } from "../../../protocol/store-media";
import type { Change, Query } from "../commits";
import type { Transaction } from "../database";

/**
 * All files with their size and time, in columns. One string per column leaves SQLite in one piece, several
 * times faster than row by row. Two slashes never follow each other in a path as systems write it.
 */
export const listKnownFiles: Query<KnownFileColumns> = ({ query }) => {
  const row = query(
    `SELECT group_concat(path, '//') AS paths, group_concat(size) AS sizes, group_concat(modified) AS modified
     FROM (SELECT path, size, printf('%!.17g', modified) AS modified FROM files ORDER BY id)`,
  )[0];
  const column = (name: string, separator: string) => {
    const text = row?.[name];
    return text === null || text === undefined ? [] : String(text).split(separator);
  };
  return {
    paths: column("paths", "//"),
    sizes: Float64Array.from(column("sizes", ","), Number),
    modified: Float64Array.from(column("modified", ","), Number),
  };
};

/** New and changed files with what is in them, and files that are gone. */
export function recordFiles(found: readonly FoundFile[], gone: readonly string[]): Change<void> {
  return (transaction) => {
    for (const path of gone) {
      transaction.run("DELETE FROM files WHERE path = ?", [path]);
    }
    for (const { path, size, modified, hash, problem } of found) {
      transaction.run(
        `INSERT INTO files (path, size, modified, content_id, problem) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (path) DO UPDATE SET size = ?2, modified = ?3, content_id = ?4, problem = ?5`,
        [path, size, modified, hash === undefined ? null : contentOf(transaction, hash), problem ?? null],
      );
    }
  };
}

function contentOf({ query, run }: Transaction, hash: string): number {
  const find = () => query("SELECT id FROM contents WHERE hash = ?", [hash])[0]?.["id"];
  const known = find();
  if (known !== undefined) {
    return Number(known);
  }
  run("INSERT INTO contents (hash) VALUES (?)", [hash]);
  return Number(find());
}
