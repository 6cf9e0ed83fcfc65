import type { KnownFileColumns } from "../../protocol/store-media";

/** Compares what a walk finds with what is known. */
export class ChangeFinder {
  readonly #known: KnownFileColumns;
  /** Made only when it is needed: hashing every path costs as much as a tenth of walking over them. */
  #indexes: Map<string, number> | undefined;
  /** Files mostly come in the order in which they came the first time. */
  #next = 0;
  readonly #met: Uint8Array;

  constructor(known: KnownFileColumns) {
    this.#known = known;
    this.#met = new Uint8Array(known.paths.length);
  }

  /** True when size and time are those of the last time, so that the file need not be opened. */
  isUnchanged(path: string, size: number, modified: number): boolean {
    const index = this.#indexOf(path);
    if (index === undefined) {
      return false;
    }
    this.#next = index + 1;
    this.#met[index] = 1;
    return this.#known.sizes[index] === size && this.#known.modified[index] === modified;
  }

  /** Known files that the walk did not meet. */
  gone(): string[] {
    return this.#known.paths.filter((_, index) => this.#met[index] === 0);
  }

  #indexOf(path: string): number | undefined {
    const { paths } = this.#known;
    if (paths[this.#next] === path) {
      return this.#next;
    }
    this.#indexes ??= new Map(paths.map((known, index) => [known, index]));
    return this.#indexes.get(path);
  }
}
