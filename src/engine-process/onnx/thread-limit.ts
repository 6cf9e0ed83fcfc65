import { throwIfAborted } from "../../common/async";
import type { Graphs } from "./graphs";

/** Opening the graphs again holds up a person's request for so long at most; batch work may wait longer. */
const longestPauseMs = { urgent: 1_000, batch: 4_000 };

type SharedGraphs = Pick<Graphs, "cores" | "threads" | "isOpen" | "openMs" | "useThreads" | "canBeOpened">;

/**
 * Gives a model fewer threads while others work. That takes a pause, because its graphs are opened again. It
 * is made once the model has worked for as long with another number of threads than it should have, so brief
 * work of another model changes nothing, and pauses never take longer than the work between them.
 */
export class ThreadLimit {
  readonly #graphs: SharedGraphs;
  readonly #full: number;
  readonly #now: () => number;
  readonly #allCores: number;
  /** Milliseconds of work with another number of threads than it should have. */
  #workedMs = 0;

  /** `full` is how many threads the model has when it works alone. */
  constructor(graphs: SharedGraphs, full: number, now = () => performance.now()) {
    this.#graphs = graphs;
    this.#full = full;
    this.#now = now;
    this.#allCores = graphs.cores;
  }

  limit(most: number): void {
    this.#graphs.cores = Math.max(1, Math.min(Math.floor(most), this.#allCores));
  }

  /** Runs a step, which nothing else may use the graphs during; `isUrgent` says that a person waits for it. */
  async run<T>(task: () => Promise<T>, isUrgent: boolean, signal: AbortSignal): Promise<T> {
    const wanted = this.#wantedThreads();
    if (!this.#graphs.isOpen || (await this.#shouldChange(wanted, isUrgent))) {
      await this.#change(wanted);
      throwIfAborted(signal);
    }
    if (wanted === this.#graphs.threads) {
      this.#workedMs = 0;
      return task();
    }
    const startedAt = this.#now();
    try {
      return await task();
    } finally {
      this.#workedMs += this.#now() - startedAt;
    }
  }

  /** What was set may be more than there are cores. */
  #wantedThreads(): number {
    const { cores } = this.#graphs;
    return cores < this.#allCores ? Math.min(this.#full, cores) : this.#full;
  }

  async #shouldChange(wanted: number, isUrgent: boolean): Promise<boolean> {
    const { threads, openMs } = this.#graphs;
    return (
      wanted !== threads &&
      this.#workedMs >= openMs &&
      openMs <= longestPauseMs[isUrgent ? "urgent" : "batch"] &&
      (await this.#graphs.canBeOpened())
    );
  }

  async #change(threads: number): Promise<void> {
    const before = this.#graphs.threads;
    await this.#graphs.useThreads(threads);
    this.#workedMs = 0;
    console.error(
      `[info] ${threads} instead of ${before} threads, after ${Math.round(this.#graphs.openMs)} ms`,
    );
  }
}
