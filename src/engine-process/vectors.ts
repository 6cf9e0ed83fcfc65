/** Scales each row of a row-major matrix to unit length, in place; a row of zeros stays. */
export function normalizeRows(matrix: Float32Array, columns: number): void {
  for (let start = 0; start < matrix.length; start += columns) {
    const row = matrix.subarray(start, start + columns);
    const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    if (length > 0) {
      for (let index = 0; index < row.length; index++) {
        row[index] = (row[index] ?? 0) / length;
      }
    }
  }
}
