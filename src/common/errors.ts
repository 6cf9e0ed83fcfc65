/** Stable identifiers of everything that can go wrong in a way a person should read about. */
export type ErrorCode =
  | "aborted"
  | "unknown-model"
  | "invalid-model-id"
  | "invalid-input"
  | "gated-model"
  | "unauthorized"
  | "offline"
  | "hub-error"
  | "hub-rate-limit"
  | "checksum-mismatch"
  | "no-space"
  | "read-only"
  | "file-error"
  | "file-missing"
  | "model-busy"
  | "not-a-model"
  | "unsupported-model"
  | "model-too-large"
  | "engine-crashed"
  | "engine-stuck"
  | "engine-stopped"
  | "empty-prompt"
  | "prompt-too-long"
  | "empty-response"
  | "store-damaged"
  | "store-locked"
  | "store-newer"
  | "no-folder"
  | "untrusted"
  | "peer-closed"
  | "unknown-method"
  | "internal";

export type MessageArgument = string | number;

/**
 * An error that a person may read. `template` is the English sentence with `{0}` placeholders, kept
 * apart from its arguments so that the surface that shows it can translate it.
 */
export class AppError extends Error {
  override readonly name = "AppError";

  constructor(
    readonly code: ErrorCode,
    readonly template: string,
    readonly args: readonly MessageArgument[] = [],
    /** What a developer wants to see in the log; never shown to a person. */
    readonly detail?: string,
    /** Numbers behind the sentence, for code that acts on them. */
    readonly facts?: Readonly<Record<string, number>>,
  ) {
    super(fillTemplate(template, args));
  }
}

export interface SerializedError {
  code: ErrorCode;
  template: string;
  args: readonly MessageArgument[];
  detail?: string;
  facts?: Readonly<Record<string, number>>;
}

export function fillTemplate(template: string, args: readonly MessageArgument[]): string {
  return template.replace(/\{(\d+)\}/g, (whole, index: string) => {
    const argument = args[Number(index)];
    return argument === undefined ? whole : String(argument);
  });
}

export function serializeError(error: unknown): SerializedError {
  const appError = toAppError(error);
  const detail = appError.detail ?? appError.stack;
  return {
    code: appError.code,
    template: appError.template,
    args: appError.args,
    ...(detail === undefined ? {} : { detail }),
    ...(appError.facts && { facts: appError.facts }),
  };
}

export function deserializeError(error: SerializedError): AppError {
  return new AppError(error.code, error.template, error.args, error.detail, error.facts);
}

/** Wraps whatever was thrown; an abort keeps its meaning. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) {
    return error;
  }
  if (error instanceof Error && error.name === "AbortError") {
    return abortError();
  }
  const message = error instanceof Error ? error.message : String(error);
  return new AppError("internal", "{0}", [message], error instanceof Error ? error.stack : undefined);
}

export function abortError(): AppError {
  return new AppError("aborted", "Cancelled.");
}

export function isAbort(error: unknown): boolean {
  return error instanceof AppError
    ? error.code === "aborted"
    : error instanceof Error && error.name === "AbortError";
}

/** The errno code of a Node file or network error (`ENOSPC`, `ECONNREFUSED`, …), also when it is a cause. */
export function errnoCode(error: unknown): string | undefined {
  for (
    let current = error, depth = 0;
    current instanceof Error && depth < 5;
    current = current.cause, depth++
  ) {
    if ("code" in current && typeof current.code === "string") {
      return current.code;
    }
  }
  return undefined;
}
