/** One screen frame: more often than this nobody sees. */
const frameMs = 16;

/** Joins pieces of text that arrive within a frame. An empty piece asks for a flush all the same. */
export class DeltaBatcher {
  readonly #deliver: (text: string) => void;
  #text = "";
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(deliver: (text: string) => void) {
    this.#deliver = deliver;
  }

  push(text: string): void {
    this.#text += text;
    this.#timer ??= setTimeout(() => this.flush(), frameMs);
  }

  flush(): void {
    if (this.#timer === undefined) {
      return;
    }
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const text = this.#text;
    this.#text = "";
    this.#deliver(text);
  }
}
