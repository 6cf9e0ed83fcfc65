import { Worker } from "node:worker_threads";
import type { Disposable } from "../../common/disposable";
import type { Logger } from "../../common/logger";
import type { ScanRoot } from "../../protocol/photo-scanner";
import type { PictureMentionsWire, UnusedFiles } from "../../protocol/picture-mentions";
import { portTransport } from "../../protocol/port-transport";
import { RpcPeer } from "../../protocol/rpc";
import type { Store } from "../../store/store-client";

interface UnusedPicturesOptions {
  store: Store;
  /** Asked before each search. */
  roots: () => Promise<ScanRoot[]>;
  /** `picture-mentions.js`. */
  workerPath: string;
  logger: Logger;
}

interface RunningWorker {
  peer: RpcPeer<Record<never, never>, PictureMentionsWire>;
  terminate: () => void;
}

/** The worker remembers what it read, and goes when nobody asked for so long. */
const idleMs = 60_000;

/** Which pictures no text file of the workspace mentions, by name or path. */
export class UnusedPictures implements Disposable {
  readonly #options: UnusedPicturesOptions;
  #running: Promise<RunningWorker> | undefined;
  #idle: NodeJS.Timeout | undefined;
  #asking = 0;

  constructor(options: UnusedPicturesOptions) {
    this.#options = options;
  }

  async find(signal: AbortSignal): Promise<UnusedFiles> {
    clearTimeout(this.#idle);
    this.#asking++;
    try {
      const { peer } = await this.#worker();
      const unused = await peer.request("findUnused", { roots: await this.#options.roots() }, { signal });
      if (unused.unread.length > 0) {
        const { length } = unused.unread;
        this.#options.logger.warn(
          `Not read when looking for unused pictures (${length}): ${unused.unread.slice(0, 20).join(", ")}`,
        );
      }
      return unused;
    } finally {
      if (--this.#asking === 0) {
        this.#idle = setTimeout(() => this.dispose(), idleMs);
        this.#idle.unref();
      }
    }
  }

  /** Ends the worker; a later search starts another. */
  dispose(): void {
    clearTimeout(this.#idle);
    const running = this.#running;
    this.#running = undefined;
    running?.then(({ terminate }) => terminate()).catch(() => {});
  }

  #worker(): Promise<RunningWorker> {
    if (!this.#running) {
      const running = this.#start();
      this.#running = running;
      running.catch(() => this.#forget(running));
    }
    return this.#running;
  }

  async #start(): Promise<RunningWorker> {
    const { port, ended } = await this.#options.store.connect();
    const worker = new Worker(this.#options.workerPath, {
      name: "Local Models picture mentions",
      workerData: { store: port },
      transferList: [port],
    });
    const peer = new RpcPeer<Record<never, never>, PictureMentionsWire>(portTransport(worker), {});
    const terminate = () => {
      peer.close();
      void worker.terminate();
    };
    const own = this.#running;
    const lost = () => {
      this.#forget(own);
      terminate();
    };
    worker.once("exit", lost);
    void ended.then(lost);
    return { peer, terminate };
  }

  #forget(running: Promise<RunningWorker> | undefined): void {
    if (this.#running === running) {
      this.#running = undefined;
    }
  }
}
