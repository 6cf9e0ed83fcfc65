import { delay, throwIfAborted } from "../common/async";
import { abortError, AppError, errnoCode } from "../common/errors";
import {
  errorOfNetwork,
  errorOfResponse,
  hostOf,
  rateLimitError,
  type RequestSubject,
  timeoutError,
} from "./hub-errors";

export interface HubHttpOptions {
  /** The hub's address without a trailing slash. */
  endpoint: string;
  token: string | undefined;
  /** Between attempts after a server error: this, then twice this, and so on. */
  retryDelayMs?: number | undefined;
  /** Longest wait for the head of an answer. */
  answerTimeoutMs?: number | undefined;
}

export interface HubRequest {
  headers?: Readonly<Record<string, string>> | undefined;
  subject: RequestSubject;
  signal: AbortSignal;
  /** Status codes besides 2xx that the caller handles itself. */
  accept?: readonly number[] | undefined;
  /** The caller tries again by itself when the connection breaks. */
  isRetriedByCaller?: boolean | undefined;
}

const maximumAttempts = 4;
const maximumRedirects = 6;
/** A hub that asks for more patience than this gets an error that says so. */
const longestRateLimitWaitSeconds = 60;
const redirectStatuses = new Set([301, 302, 303, 307, 308]);
const transientNetworkCodes = new Set(["ECONNRESET", "EPIPE", "UND_ERR_SOCKET"]);

/**
 * GET requests to a hub. Follows redirects itself, so that the token goes to the hub's own origin and
 * nowhere else; waits and retries, within bounds, when the hub is busy; turns every failure into an
 * AppError.
 */
export class HubHttp {
  readonly endpoint: string;
  readonly #origin: string;
  readonly #token: string | undefined;
  readonly #retryDelayMs: number;
  readonly answerTimeoutMs: number;

  constructor(options: HubHttpOptions) {
    this.endpoint = options.endpoint;
    this.#origin = new URL(options.endpoint).origin;
    this.#token = options.token;
    this.#retryDelayMs = options.retryDelayMs ?? 1000;
    this.answerTimeoutMs = options.answerTimeoutMs ?? 30_000;
  }

  async get(url: string, request: HubRequest): Promise<Response> {
    for (let attempt = 1; ; attempt++) {
      throwIfAborted(request.signal);
      const outcome = await this.#attempt(url, request);
      if (outcome.response !== undefined) {
        return outcome.response;
      }
      if (outcome.retryAfterMs === undefined || attempt === maximumAttempts) {
        throw outcome.error;
      }
      await delay(Math.max(outcome.retryAfterMs, this.#retryDelayMs * 2 ** (attempt - 1)), request.signal);
    }
  }

  async #attempt(url: string, request: HubRequest): Promise<Outcome> {
    let response: Response;
    try {
      response = await this.#follow(url, request);
    } catch (error) {
      if (request.signal.aborted) {
        throw abortError();
      }
      const isTransient =
        request.isRetriedByCaller !== true && transientNetworkCodes.has(errnoCode(error) ?? "");
      return { error: errorOfNetwork(error, url), ...(isTransient ? { retryAfterMs: 0 } : {}) };
    }
    if (response.ok || request.accept?.includes(response.status)) {
      return { response };
    }
    await response.body?.cancel().catch(() => undefined);
    if (response.status === 429) {
      const seconds = retryAfterSeconds(response);
      const error = rateLimitError(this.endpoint, seconds);
      return seconds > longestRateLimitWaitSeconds ? { error } : { error, retryAfterMs: seconds * 1000 };
    }
    const error = errorOfResponse(response, {
      subject: request.subject,
      endpoint: this.endpoint,
      hadToken: this.#token !== undefined,
    });
    return response.status >= 500 ? { error, retryAfterMs: 0 } : { error };
  }

  async #follow(url: string, request: HubRequest): Promise<Response> {
    let current = url;
    for (let hop = 0; hop <= maximumRedirects; hop++) {
      const response = await this.#fetch(current, request);
      const location = response.headers.get("location");
      if (!redirectStatuses.has(response.status) || location === null) {
        return response;
      }
      checkLinkedSize(response, request);
      await response.body?.cancel().catch(() => undefined);
      current = redirectTarget(current, location);
    }
    throw new AppError("hub-error", "{0} redirects in circles. Check the hub address in the settings.", [
      hostOf(this.endpoint),
    ]);
  }

  async #fetch(url: string, request: HubRequest): Promise<Response> {
    const isHub = new URL(url).origin === this.#origin;
    const headers = {
      "user-agent": "local-models-vscode",
      // A compressed answer would make its length and ranges those of other bytes.
      "accept-encoding": "identity",
      ...request.headers,
      ...(isHub && this.#token !== undefined ? { authorization: `Bearer ${this.#token}` } : {}),
    };
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(), this.answerTimeoutMs);
    try {
      return await fetch(url, {
        headers,
        redirect: "manual",
        signal: AbortSignal.any([request.signal, timeout.signal]),
      });
    } catch (error) {
      throw timeout.signal.aborted && !request.signal.aborted
        ? timeoutError(url, Math.round(this.answerTimeoutMs / 1000))
        : error;
    } finally {
      clearTimeout(timer);
    }
  }
}

/** An answer, or an error with the least wait before another try makes sense. */
type Outcome =
  | { response: Response; error?: never; retryAfterMs?: never }
  | { response?: never; error: AppError; retryAfterMs?: number };

/** Seconds from `Retry-After`, which is a number or a date; 1 when it is missing or unreadable. */
function retryAfterSeconds(response: Response): number {
  const header = response.headers.get("retry-after") ?? "";
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : 1;
}

function redirectTarget(from: string, location: string): string {
  if (!URL.canParse(location, from)) {
    throw new AppError("hub-error", "{0} redirects to an address that is none: “{1}”.", [
      hostOf(from),
      location,
    ]);
  }
  const target = new URL(location, from);
  const isWeb = target.protocol === "https:" || target.protocol === "http:";
  if (!isWeb || (target.protocol === "http:" && from.startsWith("https:"))) {
    throw new AppError("hub-error", "{0} redirects to “{1}”, which is not a secure web address.", [
      hostOf(from),
      target.origin,
    ]);
  }
  return target.href;
}

/** The hub's own redirect to a storage says which content lies behind it; a later hop cannot be asked. */
function checkLinkedSize(response: Response, request: HubRequest): void {
  const linked = response.headers.get("x-linked-size");
  const expected = request.subject.sizeBytes;
  if (linked !== null && expected !== undefined && Number(linked) !== expected) {
    throw new AppError(
      "hub-error",
      "The hub announces {0} bytes for “{1}”, but lists {2}. Try again later.",
      [linked, request.subject.path ?? "", expected],
    );
  }
}
