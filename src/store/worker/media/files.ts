import { sep } from "node:path";
import { pathEnd } from "../../../protocol/joined-paths";
import type { FoundFile, KnownFileColumns } from "../../../protocol/store-media";
import type { Change, Query } from "../commits";
import type { Transaction } from "../database";
import { addFileTexts } from "./full-text";

/** A time that no file has: what could not be read is never unchanged. */
const never = -1;

/** Files with their size and time: all, or only these paths and what is below them. */
export function listKnownFiles(below: readonly string[] | undefined): Query<KnownFileColumns> {
  if (below === undefined) {
    return knownFiles("TRUE", []);
  }
  return (database) => {
    const parts = below.map((path) => {
      const [first, end] = rangeBelow(path);
      return knownFiles("path = ? OR (path > ? AND path < ?)", [path, first, end])(database);
    });
    return {
      paths: parts.map(({ paths }) => paths).join(""),
      sizes: Float64Array.from(parts.flatMap(({ sizes }) => [...sizes])),
      modified: Float64Array.from(parts.flatMap(({ modified }) => [...modified])),
    };
  };
}

/** Bounds of the paths below a folder, in the order of SQLite's index. */
function rangeBelow(folder: string): [first: string, end: string] {
  const parent = folder.endsWith(sep) ? folder.slice(0, -1) : folder;
  return [parent + sep, parent + String.fromCharCode(sep.charCodeAt(0) + 1)];
}

/** In columns: one string per column leaves SQLite in one piece, several times faster than row by row. */
const knownFiles =
  (condition: string, params: string[]): Query<KnownFileColumns> =>
  ({ query }) => {
    const row = query(
      `SELECT group_concat(path, '${pathEnd}') || '${pathEnd}' AS paths, group_concat(size) AS sizes, group_concat(modified) AS modified
     FROM (
       SELECT path, size, CASE WHEN content_id IS NULL THEN ${never} ELSE printf('%!.17g', modified) END AS modified
       FROM files WHERE ${condition} ORDER BY id
     )`,
      params,
    )[0];
    const text = (name: string) => String(row?.[name] ?? "");
    const numbers = (name: string) =>
      Float64Array.from(text(name) === "" ? [] : text(name).split(","), Number);
    return { paths: text("paths"), sizes: numbers("sizes"), modified: numbers("modified") };
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
    addFileTexts(
      transaction,
      found.map(({ path }) => path),
    );
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
