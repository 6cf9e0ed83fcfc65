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
    // Padding is on one side, so what is kept is one stretch.
    for (let token = first; token <= last; token++) {
      const source = (row * tokens + token) * dimensions;
      if (pooling === "mean" || token === first) {
        addRow(pooled, target, hidden, source, dimensions);
      } else {
        largerRow(pooled, target, hidden, source, dimensions);
      }
    }
  }
}

function addRow(
  into: Float32Array,
  target: number,
  from: Float32Array,
  source: number,
  length: number,
): void {
  for (let index = 0; index < length; index++) {
    into[target + index] = (into[target + index] ?? 0) + (from[source + index] ?? 0);
  }
}

function largerRow(
  into: Float32Array,
  target: number,
  from: Float32Array,
  source: number,
  length: number,
): void {
  for (let index = 0; index < length; index++) {
    into[target + index] = Math.max(into[target + index] ?? 0, from[source + index] ?? 0);
  }
}
