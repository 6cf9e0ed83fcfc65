import { firstToken, type Padding, type TokenizedText } from "./text-batches";

/** How the vectors of a text's tokens become one. */
export type Pooling = "mean" | "cls" | "last-token" | "max";

/** How a batch's texts lie among its tokens. */
export interface BatchLayout {
  /** Tokens of each row, padding included. */
  longest: number;
  side: Padding["side"];
}

/**
 * Pools a batch. `hidden` is texts × longest × dimensions, row-major. Writes each text's vector to its row of
 * `pooled`. The lengths of vectors do not matter, as they are made unit length: the mean is a sum.
 */
export function poolTokens(
  hidden: Float32Array,
  batch: readonly TokenizedText[],
  { longest, side }: BatchLayout,
  dimensions: number,
  pooling: Pooling,
  pooled: Float32Array,
): void {
  let rowStart = 0;
  for (const text of batch) {
    const first = (rowStart + firstToken(text, longest, side)) * dimensions;
    const end = first + text.tokens.length * dimensions;
    const target = text.row * dimensions;
    if (pooling === "cls") {
      pooled.set(hidden.subarray(first, first + dimensions), target);
    } else if (pooling === "last-token") {
      pooled.set(hidden.subarray(end - dimensions, end), target);
    } else {
      // Column by column, each is written once.
      const reduce = pooling === "mean" ? sumOfColumn : largestOfColumn;
      for (let column = 0; column < dimensions; column++) {
        pooled[target + column] = reduce(hidden, first + column, end, dimensions);
      }
    }
    rowStart += longest;
  }
}

function sumOfColumn(values: Float32Array, start: number, end: number, step: number): number {
  let sum = 0;
  for (let at = start; at < end; at += step) {
    sum += values[at] ?? 0;
  }
  return sum;
}

function largestOfColumn(values: Float32Array, start: number, end: number, step: number): number {
  let largest = -Infinity;
  for (let at = start; at < end; at += step) {
    largest = Math.max(largest, values[at] ?? 0);
  }
  return largest;
}
