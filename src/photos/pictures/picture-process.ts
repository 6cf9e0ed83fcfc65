import { abortError, toAppError, type AppError } from "../../common/errors";
import type { Logger } from "../../common/logger";
import { EngineChild } from "../../engine/engine-child";
import { isProcessEnd } from "../../engine/requests";
import type { PictureConversion } from "../../protocol/engine";

export interface PictureProcessOptions {
  enginePath: string;
  logger: Logger;
  /** The process ends after so many milliseconds without work. */
  idleMs: number;
}

/** The engine process that converts pictures: there while there is work, and a little longer. */
export class PictureProcess {
  readonly #options: PictureProcessOptions;
  /** Those that are ending included. */
  readonly #alive = new Set<EngineChild>();
  #child: EngineChild | undefined;
  #running = 0;
  #idleTimer: ReturnType<typeof setTimeout> | undefined;
  #isDisposed = false;

  constructor(options: PictureProcessOptions) {
    this.#options = options;
  }

  /** @throws AppError `engine-crashed` or `engine-stuck` when the process ends meanwhile; the next call starts another */
  async convert(conversion: PictureConversion): Promise<void> {
    if (this.#isDisposed) {
      throw abortError();
    }
    const child = (this.#child ??= this.#start());
    clearTimeout(this.#idleTimer);
    this.#running++;
    try {
      await child.rpc.request("convertPicture", conversion);
    } catch (error) {
      if (isProcessEnd(toAppError(error))) {
        this.#leave(child);
      }
      throw error;
    } finally {
      this.#running--;
      this.#endWhenIdle();
    }
  }

  /** Ends the process; whoever waits for a picture is told the reason. */
  kill(reason: AppError): void {
    const child = this.#child;
    if (child) {
      this.#leave(child);
      void child.kill(reason);
    }
  }

  /** Resolves when no process is left; conversions under way reject as cancelled. */
  async dispose(): Promise<void> {
    this.#isDisposed = true;
    clearTimeout(this.#idleTimer);
    await Promise.all([...this.#alive].map((child) => child.kill(abortError())));
  }

  #start(): EngineChild {
    const { enginePath, logger } = this.#options;
    const child = new EngineChild({
      entry: enginePath,
      // Its environment has a pool thread per core.
      engine: "onnx",
      name: "pictures",
      logger,
      // It never loads a model; pictures run on the pool, so that its JS thread is always free.
      watchdog: {
        checkEveryMs: 5_000,
        loadingMs: 30_000,
        progressMs: Infinity,
        idleMs: 30_000,
        busyMs: 30_000,
        poolMs: Infinity,
      },
      isBackground: true,
    });
    this.#alive.add(child);
    void child.exited.then(() => {
      this.#alive.delete(child);
      this.#leave(child);
    });
    return child;
  }

  #leave(child: EngineChild): void {
    if (this.#child === child) {
      this.#child = undefined;
    }
  }

  #endWhenIdle(): void {
    const child = this.#child;
    if (this.#running === 0 && child && !this.#isDisposed) {
      this.#idleTimer = setTimeout(() => {
        this.#leave(child);
        void child.shutdown();
      }, this.#options.idleMs);
      this.#idleTimer.unref();
    }
  }
}
