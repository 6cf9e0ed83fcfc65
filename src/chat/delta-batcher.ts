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
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(deliver: (text: string) => void) {
    this.#deliver = deliver;
  }

  push(text: string): void {
    this.#text += text;
    this.#isWaiting = true;
    if (this.#timer === undefined) {
      this.flush();
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        if (this.#isWaiting) {
          this.push("");
        }
      }, frameMs);
    }
  }

  /** Delivers what waits. */
  flush(): void {
    if (this.#isWaiting) {
      const text = this.#text;
      this.#text = "";
      this.#isWaiting = false;
      this.#deliver(text);
    }
  }

  /** Delivers what waits and nothing afterwards. */
  finish(): void {
    clearTimeout(this.#timer);
    this.flush();
  }
}
