import { type FoundFiles, rowsById } from "./result-set";

/** The likely ones and the others each in the order given; undefined keeps what is. */
export function sorted(found: FoundFiles, order: Uint32Array | undefined): FoundFiles {
  if (!order) {
    return found;
  }
  const rows = rowsById(found.fileIds);
  const inOrder: number[] = [];
  for (const fileId of order) {
    const row = rows[fileId] ?? -1;
    if (row >= 0) {
      inOrder.push(row);
    }
  }
  const likely = inOrder.filter((row) => row < found.likely);
  return take(found, [...likely, ...inOrder.filter((row) => row >= found.likely)], likely.length);
}

/** Only the files that pass. */
export function restrict(found: FoundFiles, passes: (fileId: number) => boolean): FoundFiles {
  const rows: number[] = [];
  let likely = 0;
  for (const [row, fileId] of found.fileIds.entries()) {
    if (passes(fileId)) {
      rows.push(row);
      likely += row < found.likely ? 1 : 0;
    }
  }
  return take(found, rows, likely);
}

function take({ fileIds, scores }: FoundFiles, rows: readonly number[], likely: number): FoundFiles {
  return {
    fileIds: Uint32Array.from(rows, (row) => fileIds[row] ?? 0),
    scores: scores && Float32Array.from(rows, (row) => scores[row] ?? NaN),
    likely,
  };
}
