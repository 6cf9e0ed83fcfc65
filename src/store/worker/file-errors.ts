import { AppError, errnoCode } from "../../common/errors";

/** Turns a failed file operation on `path` into a sentence a person can act on. */
export function fileError(error: unknown, path: string): AppError {
  if (error instanceof AppError) {
    return error;
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  switch (errnoCode(error)) {
    case "ENOSPC":
    case "EDQUOT":
      return new AppError(
        "no-space",
        "There is no space left to save to “{0}”. Free some disk space, then try again.",
        [path],
        detail,
      );
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return new AppError(
        "read-only",
        "“{0}” cannot be written. Allow writing to this folder, then try again.",
        [path],
        detail,
      );
    default:
      return new AppError(
        "file-error",
        "“{0}” could not be read or written: {1}.",
        [path, error instanceof Error ? error.message : String(error)],
        detail,
      );
  }
}
