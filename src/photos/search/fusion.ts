import type { MediaHits } from "../../protocol/store-media";
import type { TextHits } from "../../protocol/store-search";
import { fuseRanks } from "../query/fuse-ranks";
import { standsOutAbove } from "./calibration";
import type { FoundFiles } from "./result-set";

/** Hits of the image-text model, and which of them are likely. */
export interface JudgedHits extends MediaHits {
  isLikely: Uint8Array;
}

export function judgeByDistribution({ scores, background }: MediaHits): Uint8Array {
  const smallest = standsOutAbove(background);
  return Uint8Array.from(scores, (score) => (score >= smallest ? 1 : 0));
}

/** One order out of all lists: the likely ones first. */
export function fuse(
  seen: JudgedHits | undefined,
  described: MediaHits | undefined,
  written: TextHits | undefined,
): FoundFiles {
  const places = new Map(Array.from(seen?.fileIds ?? [], (fileId, place) => [fileId, place]));
  const ids = fuseRanks([
    // First, so that of equals the one that has the very words wins.
    { ids: textOrder(written, places), weight: 1 },
    { ids: [...(seen?.fileIds ?? [])], weight: 1 },
    { ids: [...(described?.fileIds ?? [])], weight: 1 },
  ]).map(({ id }) => id);

  const unwanted = new Set(written?.unwanted);
  const likely = new Set(written?.fileIds.subarray(0, written.complete));
  for (const [place, fileId] of (seen?.fileIds ?? []).entries()) {
    if (seen?.isLikely[place] === 1) {
      likely.add(fileId);
    }
  }
  if (!seen && described) {
    const isLikely = judgeByDistribution(described);
    described.fileIds.filter((_, place) => isLikely[place] === 1).forEach((fileId) => likely.add(fileId));
  }
  unwanted.forEach((fileId) => likely.delete(fileId));
  const ordered = [
    ...ids.filter((id) => likely.has(id)),
    ...ids.filter((id) => !likely.has(id) && !unwanted.has(id)),
    ...ids.filter((id) => unwanted.has(id)),
  ];
  return {
    fileIds: Uint32Array.from(ordered),
    scores: Float32Array.from(ordered, (id) => seen?.scores[places.get(id) ?? -1] ?? NaN),
    likely: likely.size,
  };
}

/** Files that are equally well written of stand in the order of their looks. */
function textOrder(written: TextHits | undefined, places: ReadonlyMap<number, number>): number[] {
  if (!written) {
    return [];
  }
  const placeOf = (fileId: number) => places.get(fileId) ?? Infinity;
  return Array.from(written.fileIds, (fileId, at) => ({ fileId, score: written.scores[at] ?? 0, at }))
    .sort((a, b) => b.score - a.score || placeOf(a.fileId) - placeOf(b.fileId) || a.at - b.at)
    .map(({ fileId }) => fileId);
}
