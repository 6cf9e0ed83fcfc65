import type { KnownFileColumns } from "../../protocol/store-media";

/** Compares what a walk finds with what is known. */
export class ChangeFinder {
  readonly #known: KnownFileColumns;
  readonly #indexes: Map<string, number>;
  readonly #met: Uint8Array;

  constructor(known: KnownFileColumns) {
    this.#known = known;
    this.#indexes = new Map();
    for (const [index, path] of known.paths.entries()) {
      this.#indexes.set(path, index);
    }
    this.#met = new Uint8Array(known.paths.length);
  }

  /** True when size and time are those of the last time, so that the file need not be opened. */
  isUnchanged(path: string, size: number, modified: number): boolean {
    const index = this.#indexes.get(path);
    if (index === undefined) {
      return false;
    }
    this.#met[index] = 1;
    return this.#known.sizes[index] === size && this.#known.modified[index] === modified;
  }

  /** Known files that the walk did not meet. */
  gone(): string[] {
    return this.#known.paths.filter((_, index) => this.#met[index] === 0);
  }
}
