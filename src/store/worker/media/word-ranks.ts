import { largestWordRank, noWordRank, type WordRanking } from "../../../protocol/store-search";
import type { OpenSpace } from "./vector-spaces";

/** For each row, the scores of the words that describe it best; they depend on no query. */
interface KnownWords {
  name: string;
  /** Highest first, `largestWordRank` per row; NaN where they were not computed yet. */
  best: Float32Array;
}

/** Compares queries with a list of words, picture by picture. */
export class WordRanks {
  readonly #known = new WeakMap<OpenSpace, KnownWords>();

  /** `contents` are those of the ranking's files. */
  async rank(
    open: OpenSpace,
    { words, queries, space: { dimensions } }: WordRanking,
    contents: readonly number[],
    pause: () => Promise<void>,
  ): Promise<Uint8Array> {
    const count = queries.length / dimensions;
    const ranks = new Uint8Array(count * contents.length).fill(noWordRank);
    for (const [at, contentId] of contents.entries()) {
      const row = open.rows.rowOf(contentId, 0);
      if (row === undefined) {
        continue;
      }
      if (at % 16 === 0) {
        await pause();
      }
      const vector = open.index.vector(row);
      const best = this.#bestWords(open, words, row, vector);
      for (let query = 0; query < count; query++) {
        const score = dot(queries, query * dimensions, vector);
        const rank = best.findIndex((rival) => rival <= score);
        ranks[query * contents.length + at] = rank < 0 ? largestWordRank : rank;
      }
    }
    return ranks;
  }

  #bestWords(
    open: OpenSpace,
    { name, vectors }: WordRanking["words"],
    row: number,
    vector: Float32Array,
  ): Float32Array {
    let known = this.#known.get(open);
    const length = open.index.rows * largestWordRank;
    if (known?.name !== name || known.best.length < length) {
      const best = new Float32Array(length).fill(NaN);
      if (known?.name === name) {
        best.set(known.best);
      }
      known = { name, best };
      this.#known.set(open, known);
    }
    const own = known.best.subarray(row * largestWordRank, (row + 1) * largestWordRank);
    if (Number.isNaN(own[0])) {
      const count = vectors.length / vector.length;
      const scores = Float32Array.from({ length: count }, (_, word) =>
        dot(vectors, word * vector.length, vector),
      );
      own.fill(-Infinity);
      own.set(scores.sort().reverse().subarray(0, largestWordRank));
    }
    return own;
  }
}

/** Of a row of a matrix that starts at `start`. Four sums at once, because each waits for its last addition. */
function dot(matrix: Float32Array, start: number, vector: Float32Array): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  const whole = vector.length & ~3;
  for (let index = 0; index < whole; index += 4) {
    a += (matrix[start + index] ?? 0) * (vector[index] ?? 0);
    b += (matrix[start + index + 1] ?? 0) * (vector[index + 1] ?? 0);
    c += (matrix[start + index + 2] ?? 0) * (vector[index + 2] ?? 0);
    d += (matrix[start + index + 3] ?? 0) * (vector[index + 3] ?? 0);
  }
  for (let index = whole; index < vector.length; index++) {
    a += (matrix[start + index] ?? 0) * (vector[index] ?? 0);
  }
  return Math.fround(a + b + c + d);
}
