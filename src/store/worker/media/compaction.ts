import type { VectorSpace } from "../../../protocol/store-media";
import type { Change, Query } from "../commits";
import type { Files } from "../files";
import type { StoreSession } from "../session";
import { VectorFile } from "../vectors/vector-file";
import type { RowTable } from "./row-table";

/** Below it there is nothing to gain. */
const fewestRows = 1024;
const largestDeadShare = 1 / 3;
/** Of vectors whose content no file has any more; they are kept for long, because files come back. */
const largestForgottenShare = 1 / 2;
const rowsAtOnce = 4096;

export function isWasteful({ length, deadRows }: RowTable): boolean {
  return length >= fewestRows && deadRows > length * largestDeadShare;
}

/** Removes the vectors of contents that no file has, once they are most of all; true when it did. */
export async function forgetLostContents(session: StoreSession, spaceId: number): Promise<boolean> {
  const { all, lost } = await session.read(countLost(spaceId));
  if (all < fewestRows || lost <= all * largestForgottenShare) {
    return false;
  }
  await session.write(({ run }) => {
    run(
      "DELETE FROM vectors WHERE space_id = ?1 AND content_id NOT IN (SELECT content_id FROM files WHERE content_id IS NOT NULL)",
      [spaceId],
    );
  });
  return true;
}

function countLost(spaceId: number): Query<{ all: number; lost: number }> {
  return ({ query }) => {
    const row = query(
      `SELECT count(*) AS every, count(*) FILTER (
         WHERE NOT EXISTS (SELECT 1 FROM files WHERE files.content_id = vectors.content_id)) AS lost
       FROM vectors WHERE space_id = ?`,
      [spaceId],
    )[0];
    return { all: Number(row?.["every"]), lost: Number(row?.["lost"]) };
  };
}

/**
 * Copies the rows that are alive to a file of their own, which belongs to a new space id. Rows never change
 * their place in a file, so a database that was restored from a backup finds either its own file or none.
 * Returns the new id, or undefined when the file does not hold what the database says.
 */
export async function compact(
  session: StoreSession,
  files: Files,
  space: VectorSpace,
  former: { id: number; rows: RowTable },
  pathOf: (id: number) => string,
): Promise<number | undefined> {
  const id = await session.read(nextId);
  const path = pathOf(id);
  files.remove(path);
  try {
    if (!copyLiveRows(files, space, former.rows, pathOf(former.id), path)) {
      files.remove(path);
      return undefined;
    }
    await session.write(moveSpace(former.id, id, space));
  } catch (error) {
    files.remove(path);
    throw error;
  }
  files.remove(pathOf(former.id));
  return id;
}

const nextId: Query<number> = ({ query }) =>
  Number(query("SELECT max(id) AS last FROM vector_spaces")[0]?.["last"] ?? 0) + 1;

function copyLiveRows(files: Files, space: VectorSpace, rows: RowTable, from: string, to: string): boolean {
  const source = VectorFile.open(files, from, space);
  if (!source) {
    return false;
  }
  try {
    if (source.rows < rows.length) {
      return false;
    }
    const target = VectorFile.open(files, to, space);
    try {
      for (let first = 0; first < rows.length; first += rowsAtOnce) {
        const count = Math.min(rowsAtOnce, rows.length - first);
        target?.append(liveRows(source.read(first, count), first, rows, space.dimensions));
      }
    } finally {
      target?.close();
    }
    return target !== undefined;
  } finally {
    source.close();
  }
}

/** Moves them to the front of `vectors`. */
function liveRows(vectors: Float32Array, first: number, rows: RowTable, dimensions: number): Float32Array {
  let kept = 0;
  for (let row = 0; row < vectors.length / dimensions; row++) {
    if (rows.contentOf(first + row) !== 0) {
      vectors.copyWithin(kept * dimensions, row * dimensions, (row + 1) * dimensions);
      kept++;
    }
  }
  return vectors.subarray(0, kept * dimensions);
}

function moveSpace(from: number, to: number, { fingerprint, dimensions }: VectorSpace): Change<void> {
  return ({ run }) => {
    run("UPDATE vector_spaces SET fingerprint = 'former ' || fingerprint WHERE id = ?", [from]);
    run("INSERT INTO vector_spaces (id, fingerprint, dimensions) VALUES (?, ?, ?)", [
      to,
      fingerprint,
      dimensions,
    ]);
    run(
      `INSERT INTO vectors (space_id, row_number, content_id, part, start, end)
       SELECT ?2, row_number() OVER (ORDER BY row_number) - 1, content_id, part, start, end
       FROM vectors WHERE space_id = ?1`,
      [from, to],
    );
    run("DELETE FROM vector_spaces WHERE id = ?", [from]);
  };
}
