export interface WeightedVector {
  /** Unit length. */
  vector: Float32Array;
  weight: number;
}

/**
 * One query vector for all terms: their weighted sum in unit length, so that its dot products are cosines.
 * Undefined when the terms cancel each other out.
 */
export function combineVectors(terms: readonly WeightedVector[]): Float32Array | undefined {
  const sum = new Float32Array(terms[0]?.vector.length ?? 0);
  for (const { vector, weight } of terms) {
    for (const [index, value] of vector.entries()) {
      sum[index] = (sum[index] ?? 0) + weight * value;
    }
  }
  const length = Math.sqrt(sum.reduce((total, value) => total + value * value, 0));
  return length < 1e-6 ? undefined : sum.map((value) => value / length);
}
