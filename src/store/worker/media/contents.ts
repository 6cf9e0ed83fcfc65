import type { EmbeddedContents, MediaCounts, PendingContent } from "../../../protocol/store-media";
import type { Change, Query } from "../commits";

/** What a content needs to be shown to a model: a file, and not one that could not be read. */
export const isReadable = `EXISTS (SELECT 1 FROM files WHERE files.content_id = contents.id AND files.problem IS NULL)`;
const hasNoVector = `NOT EXISTS (SELECT 1 FROM vectors
  WHERE vectors.content_id = contents.id AND vectors.space_id = ?1 AND vectors.part = 0)`;
/** Every model that saw a content told its size. */
const wasNeverSeen = "contents.width IS NULL";

export function listPending(spaceId: number, afterId: number, limit: number): Query<PendingContent[]> {
  return listReadable(`contents.id > ?2 AND ${hasNoVector} ORDER BY contents.id LIMIT ?3`, [
    spaceId,
    afterId,
    limit,
  ]);
}

/** Contents each with a file that can be read. */
export function listReadable(condition: string, params: number[]): Query<PendingContent[]> {
  return ({ query }) =>
    query(
      `SELECT contents.id AS id, path, size, modified FROM contents JOIN files ON files.id =
         (SELECT id FROM files WHERE content_id = contents.id AND problem IS NULL LIMIT 1)
       WHERE ${condition}`,
      params,
    ).map((row) => ({
      contentId: Number(row["id"]),
      path: String(row["path"]),
      size: Number(row["size"]),
      modified: Number(row["modified"]),
    }));
}

/** `spaceId` 0 stands for no model: nothing is searchable then. */
export function countMedia(spaceId: number): Query<MediaCounts> {
  return ({ query }) => {
    const count = (sql: string, ...params: number[]) => Number(Object.values(query(sql, params)[0] ?? {})[0]);
    return {
      files: count("SELECT count(*) FROM files"),
      searchable: count(
        `SELECT count(*) FROM files WHERE content_id IN (SELECT content_id FROM vectors WHERE space_id = ?1 AND part = 0)`,
        spaceId,
      ),
      pending:
        spaceId === 0
          ? count(`SELECT count(*) FROM contents WHERE ${isReadable} AND ${wasNeverSeen}`)
          : count(`SELECT count(*) FROM contents WHERE ${isReadable} AND ${hasNoVector}`, spaceId),
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
