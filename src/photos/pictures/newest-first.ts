/** Entries that wait, of which the one that was added last goes first; no entry is in it twice. */
export class NewestFirst<T> {
  /** Oldest first; may hold entries that were deleted or added again. */
  #order: T[] = [];
  readonly #entries = new Set<T>();

  get size(): number {
    return this.#entries.size;
  }

  /** An entry that waits already becomes the newest. */
  add(entry: T): void {
    this.#entries.add(entry);
    this.#order.push(entry);
    if (this.#order.length > 2 * this.#entries.size + 100) {
      this.#compact();
    }
  }

  /** False when it does not wait. */
  delete(entry: T): boolean {
    return this.#entries.delete(entry);
  }

  takeNewest(): T | undefined {
    for (let entry = this.#order.pop(); entry !== undefined; entry = this.#order.pop()) {
      if (this.#entries.delete(entry)) {
        return entry;
      }
    }
    return undefined;
  }

  takeAll(): T[] {
    this.#compact();
    this.#entries.clear();
    return this.#order.splice(0);
  }

  #compact(): void {
    const newestFirst = new Set(this.#order.reverse().filter((entry) => this.#entries.has(entry)));
    this.#order = [...newestFirst].reverse();
  }
}
