import os from "node:os";
import type { Llama } from "node-llama-cpp";
import type { LoadParams, MeasuredThreads } from "../../protocol/engine";
import type { WorkKind } from "./lease";
import { ThreadBrake } from "./thread-brake";

/** Thread counts of a loaded model: how many each kind of work wants, and how many it may have. */
export class Threads {
  readonly #llama: Pick<Llama, "maxThreads">;
  readonly #wanted: MeasuredThreads;
  readonly #brake = new ThreadBrake();
  #most = Infinity;

  constructor(llama: Pick<Llama, "maxThreads">, wanted: MeasuredThreads) {
    this.#llama = llama;
    this.#wanted = wanted;
  }

  get prompt(): number {
    return Math.min(this.#wanted.prompt, this.#most);
  }

  get generation(): number {
    return Math.min(this.#wanted.generation, this.#most);
  }

  limit(most: number): void {
    this.#most = Math.max(1, Math.floor(most));
  }

  /**
   * From the next evaluation on, which advances so many requests; the library hands a context as many as this
   * limit allows. Several answers at once are bound by computing, as prompts are, and not by memory.
   */
  use(kind: WorkKind, width = 1): void {
    const wanted = width > 1 ? Math.max(this.prompt, this[kind]) : this[kind];
    const count = kind === "generation" ? this.#brake.allowed(wanted, performance.now()) : wanted;
    if (this.#llama.maxThreads !== count) {
      this.#llama.maxThreads = count;
    }
  }

  /** How long a step took that advanced so many answers. */
  recordGeneration(width: number, milliseconds: number): void {
    if (this.generation > 1 || (width > 1 && this.prompt > 1)) {
      this.#brake.record(width, milliseconds, performance.now());
    }
  }
}

/** What a load starts with: what was set, else what was measured, else a rule. */
export function initialThreads({ threads, measuredThreads }: LoadParams): MeasuredThreads {
  if (threads > 0) {
    return { prompt: threads, generation: threads };
  }
  if (measuredThreads) {
    const cores = os.availableParallelism();
    return {
      prompt: Math.min(cores, measuredThreads.prompt),
      generation: Math.min(cores, measuredThreads.generation),
    };
  }
  const count = threadsByRule(os.availableParallelism());
  return { prompt: count, generation: count };
}

/** The most threads that an evaluation may ever use. */
export function mostThreads(threads: number): number {
  return Math.max(threads, os.availableParallelism());
}

/**
 * Generation is bound by memory bandwidth, so more threads than physical cores slow it down; and its
 * threads wait for each other at every layer, so one that shares its core with the editor stalls them all.
 */
function threadsByRule(cores: number): number {
  return cores <= 4 ? Math.max(1, cores - 1) : Math.min(8, Math.ceil(cores / 2));
}
