/** Which content, and which part of it, each row of a vector file belongs to. */
export class RowTable {
  /** 0 for rows that nothing refers to. */
  readonly #contents: number[] = [];
  readonly #parts: number[] = [];
  readonly #rows = new Map<string, number>();
  #deadRows = 0;
  #revision = 0;

  /** Changes whenever a row does. */
  get revision(): number {
    return this.#revision;
  }

  get length(): number {
    return this.#contents.length;
  }

  get deadRows(): number {
    return this.#deadRows;
  }

  contentOf(row: number): number {
    return this.#contents[row] ?? 0;
  }

  partOf(row: number): number {
    return this.#parts[row] ?? 0;
  }

  rowOf(contentId: number, part: number): number | undefined {
    return this.#rows.get(key(contentId, part));
  }

  /** Rows up to and including `row` that were not assigned are dead. */
  assign(row: number, contentId: number, part: number): void {
    this.reserve(row + 1);
    const earlier = this.rowOf(contentId, part);
    if (earlier !== undefined) {
      this.#contents[earlier] = 0;
      this.#deadRows++;
    }
    this.#contents[row] = contentId;
    this.#parts[row] = part;
    this.#rows.set(key(contentId, part), row);
    this.#deadRows--;
    this.#revision++;
  }

  /** The row stays, dead. */
  remove(contentId: number, part: number): void {
    const row = this.rowOf(contentId, part);
    if (row !== undefined) {
      this.#contents[row] = 0;
      this.#rows.delete(key(contentId, part));
      this.#deadRows++;
      this.#revision++;
    }
  }

  reserve(length: number): void {
    while (this.#contents.length < length) {
      this.#contents.push(0);
      this.#parts.push(0);
      this.#deadRows++;
      this.#revision++;
    }
  }

  /** One byte per row; undefined when every row is allowed. */
  maskOf(isAllowed: (contentId: number) => boolean): Uint8Array | undefined {
    let isWhole = this.#deadRows === 0;
    const mask = new Uint8Array(this.length);
    for (const [row, contentId] of this.#contents.entries()) {
      if (contentId !== 0 && isAllowed(contentId)) {
        mask[row] = 1;
      } else {
        isWhole = false;
      }
    }
    return isWhole ? undefined : mask;
  }
}

function key(contentId: number, part: number): string {
  return part === 0 ? String(contentId) : `${contentId}/${part}`;
}
