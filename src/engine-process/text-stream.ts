import type { Priority } from "../protocol/engine";

/**
 * Pieces of text that come within so many milliseconds travel together: a message costs the host more than a
 * token, and text that changes twenty times a second is read as flowing.
 */
const coalesceMs = 50;
/** Of batch work, which nobody watches. */
const coalesceBatchMs = 250;

/** Streams an answer's text to the host: the first piece at once, later ones bundled. */
export class TextStream {
  readonly #emit: (text: string) => void;
  readonly #now: () => number;
  readonly #coalesceMs: number;
  #pending = "";
  #sentAt = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    emit: (text: string) => void,
    priority: Priority = "interactive",
    now = () => performance.now(),
  ) {
    this.#emit = emit;
    this.#now = now;
    this.#coalesceMs = priority === "batch" ? coalesceBatchMs : coalesceMs;
  }

  push(piece: string): void {
    if (piece.length === 0) {
      return;
    }
    this.#pending += piece;
    const waited = this.#now() - this.#sentAt;
    if (waited >= this.#coalesceMs) {
      this.finish();
    } else {
      this.#timer ??= setTimeout(() => this.finish(), this.#coalesceMs - waited);
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
