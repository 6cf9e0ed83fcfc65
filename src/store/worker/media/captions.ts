import type { CaptionCounts, CaptionText, PendingContent } from "../../../protocol/store-media";
import type { Change, Query } from "../commits";
import type { Transaction } from "../database";
import { isReadable, listReadable } from "./contents";

/** The vector of a picture's caption is a part of its own: part 0 is the picture. */
export const captionPart = 1;

/** A person may have wanted none, and a model may have had nothing to say: then only the writer is noted. */
const isUncaptioned = "contents.caption IS NULL AND contents.caption_by IS NULL";
const hasNoCaptionVector = `NOT EXISTS (SELECT 1 FROM vectors
  WHERE vectors.content_id = contents.id AND vectors.space_id = ?1 AND vectors.part = ${captionPart})`;
const isShown = "EXISTS (SELECT 1 FROM files WHERE files.content_id = contents.id)";

export function contentOfFile(fileId: number): Query<number> {
  return ({ query }) =>
    Number(query("SELECT content_id FROM files WHERE id = ?", [fileId])[0]?.["content_id"] ?? 0);
}

/** Vectors of the former caption are removed in all spaces. */
export function setCaption(contentId: number, caption: string, by: string): Change<void> {
  const text = caption.trim();
  return ({ run }) => {
    run("UPDATE contents SET caption = ?, caption_by = ? WHERE id = ?", [
      text === "" ? null : text,
      by,
      contentId,
    ]);
    run("DELETE FROM vectors WHERE content_id = ? AND part = ?", [contentId, captionPart]);
  };
}

export function listUncaptioned(afterId: number, limit: number): Query<PendingContent[]> {
  return listReadable(`contents.id > ?1 AND ${isUncaptioned} ORDER BY contents.id LIMIT ?2`, [
    afterId,
    limit,
  ]);
}

export function recordCaptions(by: string, captions: readonly CaptionText[]): Change<void> {
  return ({ run }) => {
    for (const { contentId, caption } of captions) {
      const text = caption.trim();
      run(`UPDATE contents SET caption = ?, caption_by = ? WHERE id = ? AND ${isUncaptioned}`, [
        text === "" ? null : text,
        by,
        contentId,
      ]);
    }
  };
}

export function listPendingCaptions(spaceId: number, afterId: number, limit: number): Query<CaptionText[]> {
  return ({ query }) =>
    query(
      `SELECT id, caption FROM contents
       WHERE id > ?2 AND caption IS NOT NULL AND ${isShown} AND ${hasNoCaptionVector} ORDER BY id LIMIT ?3`,
      [spaceId, afterId, limit],
    ).map((row) => ({ contentId: Number(row["id"]), caption: String(row["caption"]) }));
}

/** `spaceId` 0 stands for no model. */
export function countCaptions(spaceId: number): Query<CaptionCounts> {
  return ({ query }) => {
    const count = (condition: string, ...params: number[]) =>
      Number(query(`SELECT count(*) AS count FROM contents WHERE ${condition}`, params)[0]?.["count"]);
    return {
      captioned: count(`caption IS NOT NULL AND ${isShown}`),
      uncaptioned: count(`${isUncaptioned} AND ${isReadable}`),
      pending:
        spaceId === 0 ? 0 : count(`caption IS NOT NULL AND ${isShown} AND ${hasNoCaptionVector}`, spaceId),
    };
  };
}

export function hasCaption(
  { query }: Pick<Transaction, "query">,
  { contentId, caption }: CaptionText,
): boolean {
  return query("SELECT 1 FROM contents WHERE id = ? AND caption = ?", [contentId, caption]).length > 0;
}
