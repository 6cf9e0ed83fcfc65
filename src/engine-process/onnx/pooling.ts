/** How the vectors of a text's tokens become one. */
export type Pooling = "mean" | "cls" | "last-token" | "max";

/**
 * Pools a batch. `hidden` is rows × tokens × dimensions, row-major; `kept` is rows × tokens and tells text
 * from padding, on either side. Writes rows × dimensions to `pooled`, which begins as zeros. The lengths of its
 * rows do not matter, as vectors are made unit length: the mean is a sum.
 */
export function poolTokens(
  hidden: Float32Array,
  kept: BigInt64Array,
  pooled: Float32Array,
  tokens: number,
  dimensions: number,
  pooling: Pooling,
): void {
  const rows = kept.length / tokens;
  for (let row = 0; row < rows; row++) {
    const first = kept.indexOf(1n, row * tokens) - row * tokens;
    const last = kept.lastIndexOf(1n, (row + 1) * tokens - 1) - row * tokens;
    const target = row * dimensions;
    if (pooling === "cls" || pooling === "last-token") {
      const source = (row * tokens + (pooling === "cls" ? first : last)) * dimensions;
      pooled.set(hidden.subarray(source, source + dimensions), target);
      continue;
    }
    // Padding is on one side, so what is kept is one stretch. Column by column, each is written once.
    const reduce = pooling === "mean" ? sumOfColumn : largestOfColumn;
    const source = (row * tokens + first) * dimensions;
    const end = (row * tokens + last + 1) * dimensions;
    for (let column = 0; column < dimensions; column++) {
      pooled[target + column] = reduce(hidden, source + column, end, dimensions);
    }
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
