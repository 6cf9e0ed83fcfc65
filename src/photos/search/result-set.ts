import type { PhotoGroup, PhotoResults, RowRange } from "../../protocol/photos-view";

export interface FoundFiles {
  fileIds: Uint32Array;
  /** NaN where a file was found by words only; undefined where nothing is ranked. */
  scores?: Float32Array | undefined;
  likely: number;
  reclaimableBytes?: number | undefined;
  groups?: PhotoGroup[] | undefined;
}

/** The files that one search found, in order. */
export class ResultSet {
  readonly #found: FoundFiles;
  #rows: Int32Array | undefined;

  constructor(
    readonly resultsId: number,
    found: FoundFiles,
  ) {
    this.#found = found;
  }

  get summary(): PhotoResults {
    const { fileIds, likely, reclaimableBytes, groups } = this.#found;
    return { resultsId: this.resultsId, count: fileIds.length, likely, reclaimableBytes, groups };
  }

  slice(from: number, to: number): number[] {
    return [...this.#found.fileIds.subarray(Math.max(0, from), Math.max(0, to))];
  }

  ids(ranges: readonly RowRange[]): number[] {
    return ranges.flatMap(({ from, to }) => this.slice(from, to));
  }

  score(row: number): number | undefined {
    const score = this.#found.scores?.[row];
    return score === undefined || Number.isNaN(score) ? undefined : score;
  }

  /** Rows of these files; -1 for those that were not found. */
  locate(fileIds: readonly number[]): number[] {
    this.#rows ??= rowsById(this.#found.fileIds);
    const rows = this.#rows;
    return fileIds.map((fileId) => rows[fileId] ?? -1);
  }
}

/** Of each id up to the largest its first row; -1 for those that are not there. A store's ids lie close together. */
export function rowsById(fileIds: Uint32Array): Int32Array {
  const rows = new Int32Array(fileIds.reduce((most, fileId) => Math.max(most, fileId), 0) + 1).fill(-1);
  for (let row = fileIds.length - 1; row >= 0; row--) {
    rows[fileIds[row] ?? 0] = row;
  }
  return rows;
}
