import type { DuplicateGroups } from "../../protocol/store-search";
import { type FoundFiles, rowsById } from "./result-set";

interface Group {
  fileIds: Uint32Array;
  reclaimableBytes: number;
}

/**
 * Groups as results. With an order given, they stand in that of their first pictures; with a query, only
 * those that have a likely picture are shown.
 */
export function groupResults(
  duplicates: DuplicateGroups,
  order: Uint32Array | undefined,
  ranked: FoundFiles | undefined,
): FoundFiles {
  const likely = ranked && new Set(ranked.fileIds.subarray(0, ranked.likely));
  const groups = groupsOf(duplicates).filter(
    ({ fileIds }) => !likely || fileIds.some((fileId) => likely.has(fileId)),
  );
  if (order) {
    const places = rowsById(order);
    const placeOf = ({ fileIds }: Group) => places[fileIds[0] ?? 0] ?? -1;
    groups.sort((a, b) => placeOf(a) - placeOf(b));
  }
  const fileIds = Uint32Array.from(groups.flatMap((group) => [...group.fileIds]));
  return {
    fileIds,
    likely: fileIds.length,
    reclaimableBytes: groups.reduce((sum, { reclaimableBytes }) => sum + reclaimableBytes, 0),
    groups: groups.map(({ fileIds: { length: count }, reclaimableBytes }) => ({ count, reclaimableBytes })),
  };
}

function groupsOf({ fileIds, counts, reclaimableBytes }: DuplicateGroups): Group[] {
  let start = 0;
  return Array.from(counts, (count, at) => {
    const group = {
      fileIds: fileIds.subarray(start, start + count),
      reclaimableBytes: reclaimableBytes[at] ?? 0,
    };
    start += count;
    return group;
  });
}
