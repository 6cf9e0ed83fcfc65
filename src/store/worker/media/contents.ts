import type { EmbeddedContents, MediaCounts, PendingContent } from "../../../protocol/store-media";
import type { Change, Query } from "../commits";

/** What a content needs to get a vector: a file, and no file that could not be read. */
const canBeEmbedded = `EXISTS (SELECT 1 FROM files WHERE files.content_id = contents.id AND files.problem IS NULL)`;
const hasNoVector = `NOT EXISTS (SELECT 1 FROM vectors WHERE vectors.content_id = contents.id AND vectors.space_id = ?1)`;

export function listPending(spaceId: number, afterId: number, limit: number): Query<PendingContent[]> {
  return ({ query }) =>
    query(
      `SELECT id, (SELECT path FROM files WHERE content_id = contents.id AND problem IS NULL LIMIT 1) AS path
       FROM contents WHERE id > ?2 AND ${canBeEmbedded} AND ${hasNoVector} ORDER BY id LIMIT ?3`,
      [spaceId, afterId, limit],
    ).map((row) => ({ contentId: Number(row["id"]), path: String(row["path"]) }));
}

/** `spaceId` 0 stands for no model: nothing is searchable then. */
export function countMedia(spaceId: number): Query<MediaCounts> {
  return ({ query }) => {
    const count = (sql: string, ...params: number[]) => Number(Object.values(query(sql, params)[0] ?? {})[0]);
    return {
      files: count("SELECT count(*) FROM files"),
      searchable: count(
        `SELECT count(*) FROM files WHERE content_id IN (SELECT content_id FROM vectors WHERE space_id = ?1)`,
        spaceId,
      ),
      pending: count(`SELECT count(*) FROM contents WHERE ${canBeEmbedded} AND ${hasNoVector}`, spaceId),
      problems: count("SELECT count(*) FROM files WHERE problem IS NOT NULL"),
      captions: count("SELECT count(*) FROM contents WHERE caption IS NOT NULL"),
    };
  };
}

/** Sizes in pixels, and why a content could not be read; its files are not tried again until they change. */
export function recordLearned({
  contents,
  problems,
}: Pick<EmbeddedContents, "contents" | "problems">): Change<void> {
  return ({ run }) => {
    for (const { contentId, width, height } of contents) {
      run("UPDATE contents SET width = ?, height = ? WHERE id = ?", [width, height, contentId]);
    }
    for (const { contentId, problem } of problems) {
      run("UPDATE files SET problem = ? WHERE content_id = ?", [problem, contentId]);
    }
  };
}

export const listProblems: Query<{ path: string; problem: string }[]> = ({ query }) =>
  query("SELECT path, problem FROM files WHERE problem IS NOT NULL ORDER BY path").map((row) => ({
    path: String(row["path"]),
    problem: String(row["problem"]),
  }));

export function setCaption(fileId: number, caption: string, by: string): Change<void> {
  const text = caption.trim();
  return ({ run }) => {
    run(
      `UPDATE contents SET caption = ?, caption_by = ?
       WHERE id = (SELECT content_id FROM files WHERE id = ?)`,
      [text === "" ? null : text, text === "" ? null : by, fileId],
    );
  };
}
