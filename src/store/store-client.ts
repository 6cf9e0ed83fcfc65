import { randomUUID } from "node:crypto";
import type { Readable } from "node:stream";
import { MessageChannel, type MessagePort, Worker } from "node:worker_threads";
import { AppError } from "../common/errors";
import type { Disposable } from "../common/disposable";
import { type Logger, silentLogger } from "../common/logger";
import { portTransport } from "../protocol/port-transport";
import { RpcPeer } from "../protocol/rpc";
import type { StoreHostWire, StoreOpened, StoreWire } from "../protocol/store";

export interface StoreOptions {
  /** Absolute path of the folder that holds the database; made when missing. */
  directory: string;
  /** The worker's bundle. */
  workerPath: string;
  /** sql.js's `sql-wasm.wasm`. */
  wasmPath: string;
  /** `vector-kernel.wasm`. */
  kernelPath: string;
  logger?: Logger;
}

type StoreMethod = Exclude<keyof StoreWire, "open" | "close" | "connect">;

interface RunningWorker {
  peer: RpcPeer<StoreHostWire, StoreWire>;
  opened: Promise<StoreOpened>;
  exited: Promise<void>;
  terminate(): void;
}

const maxRestarts = 3;
const restartPeriodMs = 60_000;

/**
 * The store as the extension host sees it. Runs the worker from the first request on, and again after it
 * died; never waits for the disk itself. Every failed request rejects with an AppError.
 */
export class Store implements Disposable {
  readonly #options: StoreOptions;
  readonly #logger: Logger;
  /** Lets a new worker recognise the lock that its dead predecessor left. */
  readonly #client = randomUUID();
  #running: RunningWorker | undefined;
  #previousExit: Promise<void> = Promise.resolve();
  #crashTimes: number[] = [];
  #closing: Promise<void> | undefined;

  constructor(options: StoreOptions) {
    this.#options = options;
    this.#logger = options.logger ?? silentLogger;
  }

  /** Opens the database if it is not open yet, and tells what opening found. */
  async open(): Promise<StoreOpened> {
    return (await this.#ready()).opened;
  }

  /** A reply to a change means that it is on disk. Only long work ends early when it is cancelled. */
  async request<K extends StoreMethod>(
    method: K,
    params: StoreWire[K]["params"],
    options: { signal?: AbortSignal } = {},
  ): Promise<StoreWire[K]["result"]> {
    return (await this.#ready()).peer.request(method, params, options);
  }

  /**
   * The store for another worker, which then need not go through the host. `ended` resolves when the store's
   * worker is gone: a port that was on its way then is never told.
   */
  async connect(): Promise<{ port: MessagePort; ended: Promise<void> }> {
    const { peer, exited } = await this.#ready();
    const { port1, port2 } = new MessageChannel();
    try {
      await peer.request("connect", { port: port2 }, { transfer: [port2] });
      return { port: port1, ended: exited };
    } catch (error) {
      port1.close();
      throw error;
    }
  }

  /** Folds the journal into the database, gives the folder free and ends the worker. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  dispose(): void {
    this.close().catch((error: unknown) => this.#logger.error(`Closing the store failed: ${String(error)}`));
  }

  async #close(): Promise<void> {
    const running = this.#running;
    if (!running) {
      await this.#previousExit;
      return;
    }
    try {
      await running.opened;
      await running.peer.request("close", null);
    } finally {
      running.terminate();
      await running.exited;
    }
  }

  async #ready(): Promise<RunningWorker> {
    if (this.#closing) {
      throw new AppError("peer-closed", "This window is closing.");
    }
    this.#running ??= this.#start();
    const running = this.#running;
    await running.opened;
    return running;
  }

  #start(): RunningWorker {
    const now = Date.now();
    this.#crashTimes = this.#crashTimes.filter((time) => now - time < restartPeriodMs);
    if (this.#crashTimes.length > maxRestarts) {
      throw new AppError(
        "peer-closed",
        "The store of chats, pictures and evaluations stopped {0} times within a minute. Look into the log for the reason, then try again in a minute.",
        [this.#crashTimes.length],
      );
    }
    const worker = new Worker(this.#options.workerPath, {
      name: "Local Models store",
      workerData: { client: this.#client },
      stdout: true,
      stderr: true,
    });
    this.#forward(worker.stdout, "info");
    this.#forward(worker.stderr, "warn");
    let isExpected = false;
    const exited = new Promise<void>((resolve) => {
      worker.once("exit", (code) => {
        if (!isExpected) {
          this.#crashTimes.push(Date.now());
          this.#logger.error(`The store worker ended unexpectedly (exit code ${code}).`);
        }
        this.#forget(running);
        resolve();
      });
    });
    worker.once("error", (error) => {
      this.#logger.error(`The store worker failed: ${describe(error)}`);
      this.#forget(running);
    });
    const peer = new RpcPeer<StoreHostWire, StoreWire>(portTransport(worker), {}, (error) =>
      this.#logger.error(error.message),
    );
    const terminate = () => {
      isExpected = true;
      void worker.terminate();
    };
    const running: RunningWorker = { peer, exited, terminate, opened: this.#open(peer, this.#previousExit) };
    running.opened.catch((error: unknown) => {
      // Whoever asked is told; the next request begins anew. A worker that died ends by itself.
      if (!(error instanceof AppError && error.code === "peer-closed")) {
        terminate();
      }
      this.#forget(running);
    });
    this.#previousExit = exited;
    return running;
  }

  #forget(running: RunningWorker): void {
    if (this.#running === running) {
      this.#running = undefined;
    }
  }

  async #open(peer: RpcPeer<StoreHostWire, StoreWire>, previousExit: Promise<void>): Promise<StoreOpened> {
    await previousExit;
    const { directory, wasmPath, kernelPath } = this.#options;
    const opened = await peer.request("open", { directory, wasmPath, kernelPath });
    for (const repair of opened.repairs) {
      this.#logger.warn(`Store: ${repair}`);
    }
    return opened;
  }

  #forward(stream: Readable, level: "info" | "warn"): void {
    stream.setEncoding("utf8");
    stream.on("data", (text: string) => this.#logger[level](`Store worker: ${text.trimEnd()}`));
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
