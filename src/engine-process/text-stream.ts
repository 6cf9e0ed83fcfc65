import type { Priority } from "../protocol/engine";

/** When the pieces that wait travel: a message costs the host several times what it does for a token. */
interface Bundling {
  /** So many travel together, once this much time has passed since the last message. */
  pieces: number;
  afterMs: number;
  /** Fewer wait no longer than this. */
  atMostMs: number;
}

const bundlings: Record<Priority, Bundling> = {
  // Text that changes ten to twenty times a second is read as flowing.
  interactive: { pieces: 5, afterMs: 50, atMostMs: 100 },
  // Nobody watches.
  batch: { pieces: 1, afterMs: 250, atMostMs: 250 },
};

/** Streams an answer's text to the host: the first piece at once, later ones bundled. */
export class TextStream {
  readonly #emit: (text: string) => void;
  readonly #now: () => number;
  readonly #bundling: Bundling;
  #pending = "";
  #pieces = 0;
  #sentAt = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    emit: (text: string) => void,
    priority: Priority = "interactive",
    now = () => performance.now(),
  ) {
    this.#emit = emit;
    this.#now = now;
    this.#bundling = bundlings[priority];
  }

  push(piece: string): void {
    if (piece.length === 0) {
      return;
    }
    this.#pending += piece;
    this.#pieces += 1;
    const { pieces, afterMs, atMostMs } = this.#bundling;
    const waited = this.#now() - this.#sentAt;
    if (waited >= atMostMs || (waited >= afterMs && this.#pieces >= pieces)) {
      this.finish();
    } else {
      this.#timer ??= setTimeout(() => this.finish(), atMostMs - waited);
    }
  }

  /** Sends what waits. */
  finish(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#pending.length > 0) {
      const text = this.#pending;
      this.#pending = "";
      this.#pieces = 0;
      this.#sentAt = this.#now();
      this.#emit(text);
    }
  }
}
