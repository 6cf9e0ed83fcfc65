import { AppError, errnoCode, isAbort } from "../common/errors";
import type { RepoId } from "./model";

/** What a request was about, for the sentence when it fails. */
export interface RequestSubject {
  repoId?: RepoId | undefined;
  revision?: string | undefined;
  path?: string | undefined;
  /** Bytes of that file as the hub lists it. */
  sizeBytes?: number | undefined;
}

export interface ResponseContext {
  subject: RequestSubject;
  /** The hub's address, without a trailing slash. */
  endpoint: string;
  /** Whether a token was sent. */
  hadToken: boolean;
}

/** Error of a response that is not OK; the hub says more in `X-Error-Code` and `X-Error-Message`. */
export function errorOfResponse(response: Response, context: ResponseContext): AppError {
  const { subject, endpoint, hadToken } = context;
  const host = hostOf(endpoint);
  const code = response.headers.get("x-error-code") ?? "";
  const detail = `${response.status} ${code} ${response.headers.get("x-error-message") ?? ""} ${response.url}`;
  const repo = subject.repoId ?? host;
  const make = (errorCode: AppError["code"], template: string, args: readonly string[]) =>
    new AppError(errorCode, template, args, detail);

  if (code === "GatedRepo") {
    const page = `${endpoint}/${repo}`;
    return hadToken
      ? make(
          "gated-model",
          "The publisher of “{0}” asks you to accept its terms. Open {1} with the account of your Hugging Face token, accept them, then pull again.",
          [repo, page],
        )
      : make(
          "gated-model",
          "The publisher of “{0}” asks you to accept its terms. Open {1} and accept them, set a Hugging Face token of that account, then pull again.",
          [repo, page],
        );
  }
  if (code === "RevisionNotFound") {
    return make("unknown-model", "“{0}” has no revision “{1}”. Check the branch, tag or commit.", [
      repo,
      subject.revision ?? "",
    ]);
  }
  if (code === "EntryNotFound" || (response.status === 404 && subject.path !== undefined)) {
    return make("file-missing", "“{0}” has no file “{1}” on {2}. Choose another file.", [
      repo,
      subject.path ?? "",
      host,
    ]);
  }
  // For a repository that is unknown or private, the hub answers 401 to whoever sends no token.
  if (response.status === 404 || code === "RepoNotFound" || (response.status === 401 && !hadToken)) {
    return hadToken
      ? make("unknown-model", "“{0}” is not on {1}, or your token may not see it. Check the name.", [
          repo,
          host,
        ])
      : make(
          "unknown-model",
          "“{0}” is not on {1}, or it is private. Check the name; for a private model, set a Hugging Face token.",
          [repo, host],
        );
  }
  if (response.status === 401) {
    return make(
      "unauthorized",
      "{0} does not accept your Hugging Face token. Set a new one, or remove it, then try again.",
      [host],
    );
  }
  if (response.status === 403) {
    return make(
      "unauthorized",
      "{0} does not let you read “{1}”. Use a token that has access to it, then try again.",
      [host, repo],
    );
  }
  if (response.status >= 500) {
    return make("hub-error", "{0} does not work right now (status {1}). Try again later.", [
      host,
      String(response.status),
    ]);
  }
  return make("hub-error", "{0} answered with status {1}. Check the hub address in the settings.", [
    host,
    String(response.status),
  ]);
}

export function rateLimitError(endpoint: string, seconds: number): AppError {
  return new AppError(
    "hub-rate-limit",
    "{0} allows no more requests for now. Try again in {1} s, or set a Hugging Face token for a higher limit.",
    [hostOf(endpoint), seconds],
  );
}

/** Error of a request that got no (whole) answer. */
export function errorOfNetwork(error: unknown, url: string): AppError {
  if (error instanceof AppError) {
    return error;
  }
  if (isAbort(error)) {
    return new AppError("aborted", "Cancelled.");
  }
  const reason = errnoCode(error) ?? (error instanceof Error ? error.message : String(error));
  const detail = error instanceof Error ? `${error.stack ?? ""}\n${causeText(error)}` : undefined;
  return new AppError(
    "offline",
    "{0} cannot be reached ({1}). Check your network connection and proxy settings, then try again.",
    [hostOf(url), reason],
    detail,
  );
}

export function timeoutError(url: string, seconds: number): AppError {
  return new AppError(
    "offline",
    "{0} did not answer within {1} s. Check your network connection, then try again.",
    [hostOf(url), seconds],
  );
}

/** A login page of a network, say, where JSON was expected. */
export function nonsenseError(url: string, error: unknown): AppError {
  return new AppError(
    "hub-error",
    "The answer of {0} is not one of a model hub. A proxy or a login page may be in between; check also the hub address in the settings.",
    [hostOf(url)],
    error instanceof Error ? error.stack : String(error),
  );
}

export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}

function causeText(error: Error): string {
  return error.cause instanceof Error ? `cause: ${error.cause.message}` : "";
}
