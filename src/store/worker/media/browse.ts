import { sep } from "node:path";
import type { MediaFile, MediaFilter, MediaSort } from "../../../protocol/store-media";
import type { Query } from "../commits";
import type { Row } from "../database";
import type { SqlValue } from "../journal-codec";

const orders: Record<MediaSort, string> = {
  newest: "modified DESC, path",
  oldest: "modified, path",
  name: "path",
  largest: "size DESC, path",
};
/** SQLite's limit of parameters is far above this. */
const filesPerQuery = 500;

export function browseMedia(filter: MediaFilter, sort: MediaSort): Query<Uint32Array> {
  const { where, params } = conditionOf(filter);
  return ({ query }) => {
    const ids = query(
      `SELECT group_concat(id) AS ids FROM (SELECT id FROM files WHERE problem IS NULL AND ${where} ORDER BY ${orders[sort]})`,
      params,
    )[0]?.["ids"];
    return typeof ids === "string" ? Uint32Array.from(ids.split(","), Number) : new Uint32Array();
  };
}

/** Ids of files by the id of their content, of those that pass the filter; of copies, the first by path stands first. */
export function filesByContent(filter: MediaFilter): Query<Map<number, number[]>> {
  const { where, params } = conditionOf(filter);
  return ({ query }) => {
    const row = query(
      `SELECT group_concat(id) AS ids, group_concat(content_id) AS contents
       FROM (SELECT id, content_id FROM files WHERE content_id IS NOT NULL AND problem IS NULL AND ${where} ORDER BY path)`,
      params,
    )[0];
    const column = (name: string) => (row?.[name] ? String(row[name]).split(",").map(Number) : []);
    const contents = column("contents");
    const result = new Map<number, number[]>();
    for (const [index, id] of column("ids").entries()) {
      const content = contents[index] ?? 0;
      const files = result.get(content);
      if (files) {
        files.push(id);
      } else {
        result.set(content, [id]);
      }
    }
    return result;
  };
}

/** In the order asked for; those that are gone meanwhile are left out. */
export function getFiles(fileIds: readonly number[]): Query<MediaFile[]> {
  return ({ query }) => {
    const found = new Map<number, MediaFile>();
    for (let start = 0; start < fileIds.length; start += filesPerQuery) {
      const ids = fileIds.slice(start, start + filesPerQuery);
      const rows = query(
        `SELECT files.id AS id, path, size, modified, hash, width, height, caption, caption_by
         FROM files LEFT JOIN contents ON contents.id = content_id
         WHERE files.id IN (${ids.map(() => "?").join()})`,
        ids,
      );
      for (const row of rows) {
        found.set(Number(row["id"]), toFile(row));
      }
    }
    return fileIds.flatMap((id) => found.get(id) ?? []);
  };
}

function toFile(row: Row): MediaFile {
  const number = (name: string) => (typeof row[name] === "number" ? row[name] : undefined);
  const text = (name: string) => (typeof row[name] === "string" ? row[name] : undefined);
  return {
    fileId: Number(row["id"]),
    path: String(row["path"]),
    size: Number(row["size"]),
    modified: Number(row["modified"]),
    hash: text("hash"),
    width: number("width"),
    height: number("height"),
    caption: text("caption"),
    captionBy: text("caption_by"),
  };
}

/** For queries that have the columns of `files`. */
export function conditionOf({ folder, from, to, extensions, atLeast, atMost }: MediaFilter): {
  where: string;
  params: SqlValue[];
} {
  const conditions: string[] = [];
  const params: SqlValue[] = [];
  const add = (condition: string, ...values: SqlValue[]) => {
    conditions.push(condition);
    params.push(...values);
  };
  if (folder !== undefined) {
    const prefix = folder.endsWith(sep) ? folder : folder + sep;
    add("substr(path, 1, ?) = ?", Array.from(prefix).length, prefix);
  }
  if (from !== undefined) {
    add("modified >= ?", from);
  }
  if (to !== undefined) {
    add("modified <= ?", to);
  }
  if (atLeast !== undefined) {
    add("size >= ?", atLeast);
  }
  if (atMost !== undefined) {
    add("size <= ?", atMost);
  }
  if (extensions !== undefined) {
    add(
      `(${extensions.map(() => "lower(substr(path, -?)) = ?").join(" OR ") || "FALSE"})`,
      ...extensions.flatMap((extension) => [extension.length + 1, `.${extension.toLowerCase()}`]),
    );
  }
  return { where: conditions.join(" AND ") || "TRUE", params };
}
