import os from "node:os";
import type { Disposable } from "../common/disposable";

interface Sharer {
  readonly isBusy: boolean;
  limitThreads: (most: number) => void;
}

/** Divides the processor's cores evenly among the models that work on requests; idle ones take none. */
export class ThreadShare implements Disposable {
  readonly #models: () => readonly Sharer[];
  readonly #returnMs: number;
  readonly #cores = os.availableParallelism();
  #busyCount = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(models: () => readonly Sharer[], returnMs: number) {
    this.#models = models;
    this.#returnMs = returnMs;
  }

  /** To be called when a model begins or ends to work. */
  update(): void {
    const before = this.#busyCount;
    this.#busyCount = this.#models().filter(({ isBusy }) => isBusy).length;
    clearTimeout(this.#timer);
    if (this.#busyCount >= before) {
      this.#apply();
    } else if (this.#busyCount > 0) {
      this.#timer = setTimeout(() => this.#apply(), this.#returnMs);
      this.#timer.unref();
    }
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }

  #apply(): void {
    const busy = this.#models().filter(({ isBusy }) => isBusy);
    const most = threadsEach(this.#cores, busy.length);
    for (const model of busy) {
      model.limitThreads(most);
    }
  }
}

export function threadsEach(cores: number, models: number): number {
  return Math.max(1, Math.floor(cores / Math.max(1, models)));
}
