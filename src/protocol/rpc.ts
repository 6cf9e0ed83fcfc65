import {
  abortError,
  AppError,
  deserializeError,
  serializeError,
  type SerializedError,
} from "../common/errors";
import type { Disposable } from "../common/disposable";

/** One method of a wire: what is asked, what comes back, and what is streamed in between. */
export interface Method<Params, Result, Event = never> {
  params: Params;
  result: Result;
  event: Event;
}

/** A wire is a type that maps each method's name to its `Method`. */
export type WireShape<W> = { [K in keyof W]: { params: unknown; result: unknown; event: unknown } };

type Name<W> = Extract<keyof W, string>;

export interface CallContext<Event> {
  /** Fires when the caller cancels or goes away. */
  readonly signal: AbortSignal;
  /** Streams an event to the caller. */
  emit: (event: Event) => void;
}

export type Handlers<W extends WireShape<W>> = {
  [K in Name<W>]: (
    params: W[K]["params"],
    context: CallContext<W[K]["event"]>,
  ) => Promise<W[K]["result"]> | W[K]["result"];
};

export interface RequestOptions<Event> {
  /** Asks the other side to stop; the request still settles with its reply. */
  signal?: AbortSignal | undefined;
  onEvent?: ((event: Event) => void) | undefined;
  /** Objects in the parameters that move to the other side, such as a `MessagePort`; for transports that can. */
  transfer?: readonly object[] | undefined;
}

/** Moves structured-clonable messages; knows nothing of requests. */
export interface Transport {
  post(message: unknown, transfer?: readonly object[]): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once, when no further message can arrive. */
  onClose(listener: (reason: AppError) => void): void;
}

type Message =
  | { type: "request"; id: number; method: string; params: unknown }
  | { type: "result"; id: number; result: unknown }
  | { type: "error"; id: number; error: SerializedError }
  | { type: "event"; id: number; event: unknown }
  | { type: "cancel"; id: number }
  | { type: "notify"; method: string; params: unknown };

interface PendingRequest {
  resolve(result: unknown): void;
  reject(error: AppError): void;
  onEvent: ((event: unknown) => void) | undefined;
  cleanup(): void;
}

type AnyHandler = (params: unknown, context: CallContext<unknown>) => unknown;

/**
 * One end of a wire: serves `Served` to the other end and calls `Called` on it. Every request settles:
 * an unknown method, a thrown error and a closed transport all become rejections.
 */
export class RpcPeer<
  Served extends WireShape<Served>,
  Called extends WireShape<Called>,
> implements Disposable {
  readonly #transport: Transport;
  readonly #handlers: ReadonlyMap<string, AnyHandler>;
  readonly #pending = new Map<number, PendingRequest>();
  readonly #running = new Map<number, AbortController>();
  readonly #onProtocolError: (error: AppError) => void;
  #nextId = 1;
  #closed: AppError | undefined;

  constructor(
    transport: Transport,
    handlers: Handlers<Served>,
    /** Told about what has no caller to reject: failed notifications, malformed messages. */
    onProtocolError: (error: AppError) => void = () => {},
  ) {
    this.#transport = transport;
    this.#handlers = new Map(Object.entries(handlers));
    this.#onProtocolError = onProtocolError;
    transport.onMessage((message) => this.#receive(message));
    transport.onClose((reason) => this.close(reason));
  }

  /** Number of requests of ours that have not settled yet. */
  get pendingCount(): number {
    return this.#pending.size;
  }

  request<K extends Name<Called>>(
    method: K,
    params: Called[K]["params"],
    options: RequestOptions<Called[K]["event"]> = {},
  ): Promise<Called[K]["result"]> {
    const { signal, onEvent, transfer } = options;
    return new Promise((resolve, reject) => {
      if (this.#closed) {
        reject(this.#closed);
        return;
      }
      if (signal?.aborted) {
        reject(abortError());
        return;
      }
      const id = this.#nextId++;
      const onAbort = () => this.#postQuietly({ type: "cancel", id });
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#pending.set(id, {
        resolve: (result) => resolve(result),
        reject,
        onEvent: onEvent && ((event) => onEvent(event)),
        cleanup: () => signal?.removeEventListener("abort", onAbort),
      });
      try {
        this.#post({ type: "request", id, method, params }, transfer);
      } catch (error) {
        this.#settle(id)?.reject(deserializeError(serializeError(error)));
      }
    });
  }

  /** Sends without waiting for an answer; lost silently once the other end is gone. */
  notify<K extends Name<Called>>(method: K, params: Called[K]["params"]): void {
    this.#postQuietly({ type: "notify", method, params });
  }

  /** Rejects what is pending, aborts what is running, and refuses what comes later. */
  close(reason: AppError = new AppError("peer-closed", "The connection was closed.")): void {
    if (this.#closed) {
      return;
    }
    this.#closed = reason;
    for (const id of [...this.#pending.keys()]) {
      this.#settle(id)?.reject(reason);
    }
    for (const controller of this.#running.values()) {
      controller.abort();
    }
  }

  dispose(): void {
    this.close();
  }

  #receive(raw: unknown): void {
    if (this.#closed) {
      return;
    }
    if (!isMessage(raw)) {
      this.#onProtocolError(new AppError("internal", "A malformed message arrived.", [], safeJson(raw)));
      return;
    }
    switch (raw.type) {
      case "request":
        void this.#serve(raw.id, raw.method, raw.params);
        break;
      case "notify":
        void this.#serve(undefined, raw.method, raw.params);
        break;
      case "cancel":
        this.#running.get(raw.id)?.abort();
        break;
      case "event":
        this.#pending.get(raw.id)?.onEvent?.(raw.event);
        break;
      case "result":
        this.#settle(raw.id)?.resolve(raw.result);
        break;
      case "error":
        this.#settle(raw.id)?.reject(deserializeError(raw.error));
        break;
    }
  }

  async #serve(id: number | undefined, method: string, params: unknown): Promise<void> {
    const controller = new AbortController();
    if (id !== undefined) {
      this.#running.set(id, controller);
    }
    try {
      const handler = this.#handlers.get(method);
      if (!handler) {
        throw new AppError("unknown-method", "Unknown request “{0}”.", [method]);
      }
      const result = await handler(params, {
        signal: controller.signal,
        emit: (event) => {
          if (id !== undefined && this.#running.has(id)) {
            this.#postQuietly({ type: "event", id, event });
          }
        },
      });
      if (id !== undefined) {
        this.#post({ type: "result", id, result });
      }
    } catch (error) {
      if (id === undefined) {
        this.#onProtocolError(deserializeError(serializeError(error)));
      } else {
        this.#postQuietly({ type: "error", id, error: serializeError(error) });
      }
    } finally {
      if (id !== undefined) {
        this.#running.delete(id);
      }
    }
  }

  #settle(id: number): PendingRequest | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    pending?.cleanup();
    return pending;
  }

  #post(message: Message, transfer?: readonly object[]): void {
    if (!this.#closed) {
      this.#transport.post(message, transfer);
    }
  }

  /** For messages nobody waits for: a dead transport reports itself through `onClose`. */
  #postQuietly(message: Message): void {
    try {
      this.#post(message);
    } catch (error) {
      this.#onProtocolError(deserializeError(serializeError(error)));
    }
  }
}

function isMessage(value: unknown): value is Message {
  if (typeof value !== "object" || value === null || !("type" in value)) {
    return false;
  }
  const hasId = "id" in value && typeof value.id === "number";
  switch (value.type) {
    case "request":
      return hasId && "method" in value && typeof value.method === "string";
    case "notify":
      return "method" in value && typeof value.method === "string";
    case "result":
    case "event":
    case "cancel":
      return hasId;
    case "error":
      return hasId && "error" in value && typeof value.error === "object" && value.error !== null;
    default:
      return false;
  }
}

function safeJson(value: unknown): string {
  try {
    return (JSON.stringify(value) as string | undefined)?.slice(0, 200) ?? String(value);
  } catch {
    return String(value);
  }
}
