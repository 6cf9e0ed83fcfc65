import { AppError } from "../common/errors";

/** What damaged weights and overflowing half precision lead to. */
export function notANumber(): AppError {
  return new AppError(
    "unsupported-model",
    "The model computed something that is not a number. Its files may be damaged, or its precision too low for this computer. Pull another variant of it.",
  );
}

/** Scales each row of a row-major matrix to unit length, in place; a row of zeros stays. */
export function normalizeRows(matrix: Float32Array, columns: number): void {
  for (let start = 0; start < matrix.length; start += columns) {
    const end = Math.min(start + columns, matrix.length);
    let squares = 0;
    for (let index = start; index < end; index++) {
      const value = matrix[index] ?? 0;
      squares += value * value;
    }
    if (!Number.isFinite(squares)) {
      throw notANumber();
    }
    const scale = squares > 0 ? 1 / Math.sqrt(squares) : 1;
    for (let index = start; index < end; index++) {
      matrix[index] = (matrix[index] ?? 0) * scale;
    }
  }
}
