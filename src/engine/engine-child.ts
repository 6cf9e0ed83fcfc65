import { type ChildProcess, fork } from "node:child_process";
import os from "node:os";
import { createInterface } from "node:readline";
import { settlesWithin } from "../common/async";
import { AppError } from "../common/errors";
import type { Logger } from "../common/logger";
import type { EngineHostWire, EngineName, EngineWire, LoadedModel, LoadParams } from "../protocol/engine";
import { childTransport } from "../protocol/process-transport";
import { RpcPeer } from "../protocol/rpc";
import { stopped } from "./deployment";
import { engineEnvironment } from "./environment";
import { defaultTiming, type WatchdogTiming } from "./timing";
import { Watchdog } from "./watchdog";

const askedToStopMs = 2_000;
const terminatedMs = 1_500;
const keptStderrLines = 20;

export interface EngineChildOptions {
  /** Path of the engine process's bundle. */
  entry: string;
  engine: EngineName;
  /** For log lines. */
  name: string;
  logger: Logger;
  /** The engine's own when left out. */
  watchdog?: WatchdogTiming;
  /** Works through many files, and gives way to the editor where cores are short. */
  isBackground?: boolean;
}

/** One forked engine process: its wire, its log, its end. */
export class EngineChild {
  readonly rpc: RpcPeer<EngineHostWire, EngineWire>;
  /** Resolves when the process is gone, with why. */
  readonly exited: Promise<AppError>;
  readonly #process: ChildProcess;
  readonly #logger: Logger;
  readonly #name: string;
  readonly #lastErrors: string[] = [];
  readonly #watchdog: Watchdog;
  #isLoaded = false;
  #memoryBytes: number | undefined;
  #mostThreads = os.availableParallelism();
  #exitReason: AppError | undefined;
  #plannedReason: AppError | undefined;

  constructor({
    entry,
    engine,
    name,
    logger,
    watchdog = defaultTiming.watchdog[engine],
    isBackground = false,
  }: EngineChildOptions) {
    this.#name = name;
    this.#logger = logger;
    this.#process = fork(entry, [], {
      execArgv: [],
      serialization: "advanced",
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      env: engineEnvironment(engine),
    });
    logger.info(`${name}: engine process ${this.#process.pid ?? "?"} started`);
    if (isBackground) {
      this.#lowerPriority();
    }
    this.#pipeLog();
    // First listener of `exit`: the transport's own listener asks for the reason.
    this.exited = new Promise((resolve) => {
      this.#process.once("exit", (code, signal) => resolve(this.#onExit(code, signal)));
      this.#process.once("error", (error) => {
        this.#plannedReason ??= new AppError(
          "engine-crashed",
          "The engine process could not be started: {0}.",
          [error.message],
        );
        if (this.#process.pid === undefined) {
          resolve(this.#onExit(null, null));
        }
      });
    });
    this.rpc = new RpcPeer<EngineHostWire, EngineWire>(
      childTransport(this.#process, () => this.#reason()),
      {},
      (error) => logger.error(`${name}: ${error.message} ${error.detail ?? ""}`),
    );
    this.#watchdog = this.#watch(watchdog);
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Memory that ends with the process, in bytes, as it told last; undefined before the first time. */
  get memoryBytes(): number | undefined {
    return this.#memoryBytes;
  }

  async load(params: LoadParams, onProgress: (fraction: number) => void): Promise<LoadedModel> {
    const loaded = await this.rpc.request("load", params, {
      onEvent: ({ fraction }) => {
        this.#watchdog.progressed();
        onProgress(fraction);
      },
    });
    this.#isLoaded = true;
    void this.#probe().catch(() => undefined);
    return loaded;
  }

  /** Now, because on Linux it counts for the threads that are started later. */
  #lowerPriority(): void {
    const { pid } = this.#process;
    try {
      if (pid !== undefined) {
        os.setPriority(pid, os.constants.priority.PRIORITY_BELOW_NORMAL);
      }
    } catch (error) {
      this.#logger.warn(`${this.#name}: the process runs with normal priority (${String(error)})`);
    }
  }

  /** From now on at most so many threads; it starts with every core. */
  limitThreads(most: number): void {
    if (most !== this.#mostThreads) {
      this.#mostThreads = most;
      this.rpc.notify("limitThreads", { most });
    }
  }

  /** Asks, then terminates, then kills; resolves when the process is gone. */
  async shutdown(): Promise<void> {
    this.#plannedReason ??= stopped();
    void this.rpc.request("shutdown", null).catch(() => undefined);
    if (await settlesWithin(this.exited, askedToStopMs)) {
      return;
    }
    this.#logger.warn(`${this.#name}: did not stop when asked; terminating`);
    this.#process.kill("SIGTERM");
    if (await settlesWithin(this.exited, terminatedMs)) {
      return;
    }
    this.#logger.warn(`${this.#name}: did not terminate; killing`);
    this.#process.kill("SIGKILL");
    await this.exited;
  }

  /** Ends the process; pending requests reject with `reason` at once, also when the system takes its time. */
  async kill(reason: AppError): Promise<void> {
    this.#plannedReason ??= reason;
    this.#process.kill("SIGKILL");
    this.rpc.close(this.#plannedReason);
    await this.exited;
  }

  #onExit(code: number | null, signal: NodeJS.Signals | null): AppError {
    this.#exitReason ??= this.#plannedReason ?? crashError(code, signal, this.#lastErrors.join("\n"));
    this.#logger.info(
      `${this.#name}: engine process ${this.#process.pid ?? "?"} ended (${signal ?? `code ${code ?? "?"}`})`,
    );
    return this.#exitReason;
  }

  #reason(): AppError {
    return this.#exitReason ?? this.#plannedReason ?? crashError(null, null, this.#lastErrors.join("\n"));
  }

  #pipeLog(): void {
    const { stdout, stderr } = this.#process;
    if (stdout) {
      createInterface({ input: stdout }).on("line", (line) => this.#logger.debug(`${this.#name}: ${line}`));
    }
    if (stderr) {
      createInterface({ input: stderr }).on("line", (line) => {
        this.#lastErrors.push(line);
        this.#lastErrors.splice(0, this.#lastErrors.length - keptStderrLines);
        const isProblem = /^\[(?:warn|error|fatal)\]/.test(line) || !line.startsWith("[");
        this.#logger[isProblem ? "warn" : "debug"](`${this.#name}: ${line}`);
      });
    }
  }

  /** A process that never answers is ended, so that nobody waits for it forever. */
  #watch(timing: WatchdogTiming): Watchdog {
    let asked = 0;
    const counted = async (question: Promise<unknown>) => {
      asked++;
      await question.finally(() => asked--);
    };
    const watchdog = new Watchdog(
      {
        ping: () => counted(this.rpc.request("ping", null)),
        probe: () => counted(this.#probe()),
        phase: () => (!this.#isLoaded ? "loading" : this.rpc.pendingCount > asked ? "busy" : "idle"),
        onStuck: () =>
          void this.kill(
            new AppError("engine-stuck", "The engine stopped answering, so its process was ended."),
          ),
      },
      timing,
    );
    this.#process.on("message", () => watchdog.heard());
    void this.exited.then(() => watchdog.dispose());
    return watchdog;
  }

  async #probe(): Promise<void> {
    this.#memoryBytes = (await this.rpc.request("probe", null)).memoryBytes;
  }
}

function crashError(code: number | null, signal: NodeJS.Signals | null, lastErrors: string): AppError {
  if (signal === "SIGKILL") {
    return new AppError(
      "engine-crashed",
      "The engine process was killed, most likely because the system ran out of memory. Stop another model or choose a smaller one.",
      [],
      lastErrors,
    );
  }
  if (signal) {
    return new AppError(
      "engine-crashed",
      "The engine process crashed ({0}). The model's file may be damaged, or the model unsupported.",
      [signal],
      lastErrors,
    );
  }
  return new AppError(
    "engine-crashed",
    "The engine process ended unexpectedly (exit code {0}). The log says why.",
    [code ?? "unknown"],
    lastErrors,
  );
}
