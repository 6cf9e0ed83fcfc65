/**
 * Pieces of text that come within so many milliseconds travel together: a message costs the host more than a
 * token, and nobody sees more than twenty-five changes of a text a second.
 */
const coalesceMs = 40;

/** Streams an answer's text to the host: the first piece at once, later ones bundled. */
export class TextStream {
  readonly #emit: (text: string) => void;
  readonly #now: () => number;
  #pending = "";
  #sentAt = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(emit: (text: string) => void, now = () => performance.now()) {
    this.#emit = emit;
    this.#now = now;
  }

  push(piece: string): void {
    if (piece.length === 0) {
      return;
    }
    this.#pending += piece;
    const waited = this.#now() - this.#sentAt;
    if (waited >= coalesceMs) {
      this.finish();
    } else {
      this.#timer ??= setTimeout(() => this.finish(), coalesceMs - waited);
    }
  }

  /** Sends what waits. */
  finish(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#pending.length > 0) {
      const text = this.#pending;
      this.#pending = "";
      this.#sentAt = this.#now();
      this.#emit(text);
    }
  }
}
