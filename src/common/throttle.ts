import type { Disposable } from "./disposable";

/** Calls `action` at once, and while it is asked for more often only every so many milliseconds. */
export class Throttle implements Disposable {
  readonly #action: () => void;
  readonly #everyMs: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isAsked = false;
  #isDisposed = false;

  constructor(everyMs: number, action: () => void) {
    this.#everyMs = everyMs;
    this.#action = action;
  }

  ask(): void {
    if (this.#timer) {
      this.#isAsked = true;
    } else {
      this.now();
    }
  }

  /** Does not wait, whatever happened lately. */
  now(): void {
    if (this.#isDisposed) {
      return;
    }
    this.#reset();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#isAsked) {
        this.now();
      }
    }, this.#everyMs);
    this.#action();
  }

  /** What was asked for and not done yet is done. */
  flush(): void {
    if (this.#isAsked) {
      this.now();
    }
  }

  /** Nothing is done afterwards. */
  dispose(): void {
    this.#isDisposed = true;
    this.#reset();
  }

  #reset(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isAsked = false;
  }
}
