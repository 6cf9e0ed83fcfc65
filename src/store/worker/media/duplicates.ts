import type { MediaFilter } from "../../../protocol/store-media";
import type { DuplicateGroups } from "../../../protocol/store-search";
import type { Query } from "../commits";
import { groupNearRows } from "../vectors/near-rows";
import { conditionOf } from "./browse";
import type { OpenSpace } from "./vector-spaces";

/**
 * Cosine of two pictures that people would call the same: the demo model gives 0.98 and more to a picture that
 * was made smaller or saved anew, and at most 0.92 to different ones.
 */
const smallestSimilarity = 0.97;
/** Pictures of different shapes are no copies, however near their vectors are. */
const largestShapeDifference = 0.03;

/** Readable files in columns, the ones to keep first: most pixels, then largest, then oldest. */
export interface KeepOrder {
  fileIds: number[];
  contents: number[];
  sizes: number[];
  /** Width over height; 0 where it is not known. */
  shapes: number[];
}

export function keepOrder(filter: MediaFilter): Query<KeepOrder> {
  const { where, params } = conditionOf(filter);
  return ({ query }) => {
    const row = query(
      `SELECT group_concat(id) AS ids, group_concat(content) AS contents, group_concat(size) AS sizes,
         group_concat(shape) AS shapes
       FROM (
         SELECT files.id AS id, content_id AS content, size, ifnull(round(1.0 * width / height, 4), 0) AS shape
         FROM files JOIN contents ON contents.id = content_id WHERE problem IS NULL AND ${where}
         ORDER BY ifnull(width * height, 0) DESC, size DESC, modified, path
       )`,
      params,
    )[0];
    const column = (name: string) => (row?.[name] ? String(row[name]).split(",").map(Number) : []);
    return {
      fileIds: column("ids"),
      contents: column("contents"),
      sizes: column("sizes"),
      shapes: column("shapes"),
    };
  };
}

/** Contents that are nearly the same, in groups; all others are left out. */
export async function groupNearContents(
  { index, rows }: OpenSpace,
  dimensions: number,
  { contents, shapes }: KeepOrder,
  pause: () => Promise<void>,
): Promise<number[][]> {
  const shapeOfRow = new Float32Array(index.rows);
  const order = new Set<number>();
  for (const [at, contentId] of contents.entries()) {
    const row = rows.rowOf(contentId, 0);
    if (row !== undefined) {
      order.add(row);
      shapeOfRow[row] = shapes[at] ?? 0;
    }
  }
  const contentOfRow = new Map([...order].map((row) => [row, rows.contentOf(row)]));
  const groups = await groupNearRows(index, dimensions, {
    order: Uint32Array.from(order),
    similarity: smallestSimilarity,
    isAlike: (row, other) => haveOneShape(shapeOfRow[row] ?? 0, shapeOfRow[other] ?? 0),
    pause,
  });
  return groups.map((group) => group.map((row) => contentOfRow.get(row) ?? 0));
}

function haveOneShape(shape: number, other: number): boolean {
  return shape === 0 || other === 0 || Math.abs(Math.log(shape / other)) <= largestShapeDifference;
}

/** The files of contents that are nearly the same, and of contents that several files have. */
export function groupFiles(nearContents: readonly number[][], files: KeepOrder): DuplicateGroups {
  const groupOfContent = new Map(
    nearContents.flatMap((group) => group.map((contentId) => [contentId, group])),
  );
  const groups = new Map<unknown, number[]>();
  for (const [at, contentId] of files.contents.entries()) {
    const key = groupOfContent.get(contentId) ?? contentId;
    const group = groups.get(key);
    if (group) {
      group.push(at);
    } else {
      groups.set(key, [at]);
    }
  }
  const found = [...groups.values()]
    .filter((group) => group.length > 1)
    .map((group) => ({
      fileIds: group.map((at) => files.fileIds[at] ?? 0),
      bytes: group.slice(1).reduce((sum, at) => sum + (files.sizes[at] ?? 0), 0),
    }))
    .sort((a, b) => b.bytes - a.bytes);
  return {
    fileIds: Uint32Array.from(found.flatMap(({ fileIds }) => fileIds)),
    counts: Uint32Array.from(found, ({ fileIds }) => fileIds.length),
    reclaimableBytes: Float64Array.from(found, ({ bytes }) => bytes),
  };
}
