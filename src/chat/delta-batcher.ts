/** One screen frame: more often than this nobody sees. */
const frameMs = 16;

/**
 * Delivers pieces of text at most once a frame, the first one at once. An empty piece asks for a delivery
 * all the same, for what else has changed.
 */
export class DeltaBatcher {
  readonly #deliver: (text: string) => void;
  #text = "";
  #isWaiting = false;
  #deliveredAt = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(deliver: (text: string) => void) {
    this.#deliver = deliver;
  }

  push(text: string): void {
    this.#text += text;
    this.#isWaiting = true;
    const left = this.#deliveredAt + frameMs - performance.now();
    if (left <= 0) {
      this.#flush();
    } else {
      this.#timer ??= setTimeout(() => this.#flush(), left);
    }
  }

  /** Delivers what waits and nothing afterwards. */
  finish(): void {
    this.#flush();
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#isWaiting) {
      this.#deliveredAt = performance.now();
      const text = this.#text;
      this.#text = "";
      this.#isWaiting = false;
      this.#deliver(text);
    }
  }
}
