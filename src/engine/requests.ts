import { deferred } from "../common/async";
import { abortError, type AppError, toAppError } from "../common/errors";
import type { EngineHostWire, EngineWire } from "../protocol/engine";
import type { RequestOptions, RpcPeer } from "../protocol/rpc";

/** What a running model can be asked for; which of them it serves depends on its task. */
export type ServiceName = Exclude<
  keyof EngineWire,
  "load" | "limitThreads" | "graphics" | "convertPicture" | "ping" | "probe" | "shutdown"
>;

interface RunningRequest {
  /** Cancelled, and the engine has not let go of it in time. */
  isOverdue: boolean;
}

/**
 * The requests that one model works on. A cancelled one settles within `cancelGraceMs` in any case; when
 * nothing but such requests is left, the process is of no use to anybody and `onStuck` is called.
 */
export class Requests {
  readonly #running = new Set<RunningRequest>();
  readonly #cancelGraceMs: number;
  readonly #onStuck: () => void;
  readonly #onBusyChange: () => void;
  #idleSince = Date.now();

  constructor(options: { cancelGraceMs: number; onStuck: () => void; onBusyChange: () => void }) {
    this.#cancelGraceMs = options.cancelGraceMs;
    this.#onStuck = options.onStuck;
    this.#onBusyChange = options.onBusyChange;
  }

  get isBusy(): boolean {
    return this.#running.size > 0;
  }

  /** When the last request ended, in milliseconds since 1970; undefined while one runs. */
  get idleSince(): number | undefined {
    return this.isBusy ? undefined : this.#idleSince;
  }

  /** Begins the idle time anew. */
  touch(): void {
    this.#idleSince = Date.now();
  }

  run<S extends ServiceName>(
    rpc: RpcPeer<EngineHostWire, EngineWire>,
    service: S,
    params: EngineWire[S]["params"],
    { signal, onEvent }: RequestOptions<EngineWire[S]["event"]>,
  ): Promise<EngineWire[S]["result"]> {
    const running: RunningRequest = { isOverdue: false };
    this.#begin(running);
    const reply = rpc.request(service, params, {
      signal,
      onEvent: onEvent && ((event) => running.isOverdue || onEvent(event)),
    });
    const end = () => this.#end(running);
    reply.then(end, end);
    return signal ? this.#untilOverdue(reply, running, signal) : reply;
  }

  /** Rejects when the engine does not let go of a cancelled request. */
  async #untilOverdue<T>(reply: Promise<T>, running: RunningRequest, signal: AbortSignal): Promise<T> {
    const { promise: overdue, reject } = deferred<never>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onAbort = () => {
      timer = setTimeout(() => {
        running.isOverdue = true;
        reject(abortError());
        this.#checkStuck();
      }, this.#cancelGraceMs);
    };
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      return await Promise.race([reply, overdue]);
    } catch (error) {
      // Whoever cancelled need not hear that the process ended meanwhile.
      throw signal.aborted && isProcessEnd(toAppError(error)) ? abortError() : error;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
    }
  }

  #begin(request: RunningRequest): void {
    this.#running.add(request);
    if (this.#running.size === 1) {
      this.#onBusyChange();
    }
  }

  #end(request: RunningRequest): void {
    this.#running.delete(request);
    if (this.#running.size === 0) {
      this.#idleSince = Date.now();
      this.#onBusyChange();
      return;
    }
    // The engine may have worked on this one until now, and sees only next that others were cancelled.
    setTimeout(() => this.#checkStuck(), this.#cancelGraceMs).unref();
  }

  #checkStuck(): void {
    if (this.isBusy && [...this.#running].every(({ isOverdue }) => isOverdue)) {
      this.#onStuck();
    }
  }
}

/** True when the request was lost with its process. */
export function isProcessEnd({ code }: AppError): boolean {
  return code === "engine-crashed" || code === "engine-stuck";
}
