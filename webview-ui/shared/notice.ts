import type { AppError } from "../../src/common/errors";

/** A failure the person should read, until it is dismissed. */
export interface Notice {
  id: number;
  error: AppError;
}
