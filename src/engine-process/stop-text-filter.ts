/** Finds the first stop text in streamed text; nothing of it is let through. */
export class StopTextFilter {
  readonly #stopTexts: readonly string[];
  #held = "";
  /** The stop text that ended it. */
  found: string | undefined;

  constructor(stopTexts: readonly string[]) {
    this.#stopTexts = stopTexts.filter((text) => text.length > 0);
  }

  /** The text that is certainly part of the answer. */
  push(text: string): string {
    if (this.found !== undefined) {
      return "";
    }
    const whole = this.#held + text;
    const stopAt = Math.min(...this.#stopTexts.map((stop) => indexOrInfinity(whole, stop)));
    if (stopAt !== Infinity) {
      this.found = this.#stopTexts.find((stop) => whole.startsWith(stop, stopAt));
      this.#held = "";
      return whole.slice(0, stopAt);
    }
    const heldLength = Math.max(0, ...this.#stopTexts.map((stop) => overlap(whole, stop)));
    this.#held = whole.slice(whole.length - heldLength);
    return whole.slice(0, whole.length - heldLength);
  }

  /** What was held back because it could have become a stop text. */
  finish(): string {
    const rest = this.#held;
    this.#held = "";
    return rest;
  }
}

function indexOrInfinity(text: string, part: string): number {
  const index = text.indexOf(part);
  return index < 0 ? Infinity : index;
}

/** Length of the longest end of `text` that begins `stop`. */
function overlap(text: string, stop: string): number {
  for (let length = Math.min(text.length, stop.length - 1); length > 0; length--) {
    if (text.endsWith(stop.slice(0, length))) {
      return length;
    }
  }
  return 0;
}
