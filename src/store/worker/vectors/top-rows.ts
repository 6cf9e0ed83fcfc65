/** The rows with the highest scores of any number offered: a binary heap with the lowest of them on top. */
export class TopRows {
  readonly #limit: number;
  readonly #rows: Uint32Array;
  readonly #scores: Float64Array;
  #count = 0;

  constructor(limit: number) {
    this.#limit = limit;
    this.#rows = new Uint32Array(limit);
    this.#scores = new Float64Array(limit);
  }

  /** A score that is not a number is never kept. */
  offer(row: number, score: number): void {
    if (this.#count < this.#limit) {
      if (!Number.isNaN(score)) {
        this.#rise(this.#count++, row, score);
      }
    } else if (score > (this.#scores[0] ?? Infinity)) {
      this.#sink(row, score);
    }
  }

  /** Highest first; of equal scores the lower row. */
  sorted(): { row: number; score: number }[] {
    return Array.from(this.#rows.subarray(0, this.#count), (row, index) => ({
      row,
      score: this.#scores[index] ?? NaN,
    })).sort((a, b) => b.score - a.score || a.row - b.row);
  }

  #rise(start: number, row: number, score: number): void {
    let at = start;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((this.#scores[parent] ?? -Infinity) <= score) {
        break;
      }
      this.#move(parent, at);
      at = parent;
    }
    this.#put(at, row, score);
  }

  /** In place of the lowest. */
  #sink(row: number, score: number): void {
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const right = left + 1;
      const child =
        right < this.#count && (this.#scores[right] ?? 0) < (this.#scores[left] ?? 0) ? right : left;
      if (child >= this.#count || (this.#scores[child] ?? Infinity) >= score) {
        break;
      }
      this.#move(child, at);
      at = child;
    }
    this.#put(at, row, score);
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#rows[from] ?? 0, this.#scores[from] ?? NaN);
  }

  #put(at: number, row: number, score: number): void {
    this.#rows[at] = row;
    this.#scores[at] = score;
  }
}
