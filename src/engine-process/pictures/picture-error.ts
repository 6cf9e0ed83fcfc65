import { AppError, errnoCode } from "../../common/errors";

/** Why the picture called `name` could not be read. */
export function pictureError(name: string, error: unknown): AppError {
  if (error instanceof AppError) {
    return error;
  }
  const code = errnoCode(error);
  if (code === "ENOENT" || /Input file is missing/.test(String(error))) {
    return new AppError("file-missing", "The picture “{0}” is gone.", [name]);
  }
  if (code !== undefined) {
    return new AppError("file-error", "The file cannot be read ({0}).", [code], String(error));
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new AppError("invalid-input", "“{0}” cannot be read as a picture: {1}", [name, reason]);
}
