import type { Disposable } from "../../common/disposable";

/** For work that shows something which changes many times a second: it is done soon, once for all who asked. */
export class Throttle implements Disposable {
  readonly #work: () => void;
  readonly #intervalMs: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isDisposed = false;

  constructor(work: () => void, intervalMs: number) {
    this.#work = work;
    this.#intervalMs = intervalMs;
  }

  ask(): void {
    if (this.#isDisposed) {
      return;
    }
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#work();
    }, this.#intervalMs);
  }

  dispose(): void {
    this.#isDisposed = true;
    clearTimeout(this.#timer);
  }
}
