import type { VectorSpace } from "../../../protocol/store-media";
import type { Files } from "../files";
import { VectorFile } from "./vector-file";
import { type ScoreDistribution, VectorMatrix } from "./vector-matrix";

/** Candidates for each row wanted: quantized scores put the best rows near the front, not in order. */
const candidatesPerRow = 4;
const fewestCandidates = 256;
const rowsReadAtOnce = 4096;

export interface VectorSearch {
  /** Of any length; scores are its dot products. */
  query: Float32Array;
  limit: number;
  /** One byte per row; zero leaves the row out. */
  allowed?: Uint8Array | undefined;
  /** The same for the rows that make the background; undefined for all. */
  background?: Uint8Array | undefined;
}

export interface VectorSearchResult {
  /** Highest score first; scores are exact. */
  hits: { row: number; score: number }[];
  background: ScoreDistribution;
}

/** The vectors of one model: on disk as they are, in memory quantized for searching. */
export class VectorIndex {
  readonly #file: VectorFile;
  readonly #matrix: VectorMatrix;
  readonly #dimensions: number;

  private constructor(file: VectorFile, matrix: VectorMatrix, dimensions: number) {
    this.#file = file;
    this.#matrix = matrix;
    this.#dimensions = dimensions;
  }

  /** `rows`: how many are referred to; what lies behind them is removed. Undefined for a foreign file. */
  static open(
    module: WebAssembly.Module,
    files: Files,
    path: string,
    space: VectorSpace,
    rows: number,
  ): VectorIndex | undefined {
    const file = VectorFile.open(files, path, space);
    if (!file) {
      return undefined;
    }
    try {
      if (file.rows > rows) {
        file.truncate(rows);
      }
      const matrix = new VectorMatrix(module, space.dimensions);
      for (let first = 0; first < file.rows; first += rowsReadAtOnce) {
        matrix.append(file.read(first, Math.min(rowsReadAtOnce, file.rows - first)));
      }
      return new VectorIndex(file, matrix, space.dimensions);
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /** May be fewer than were referred to, when the file was cut. */
  get rows(): number {
    return this.#file.rows;
  }

  /** Row-major; durable when this returns. Returns the first new row's number. */
  append(vectors: Float32Array): number {
    const first = this.#file.append(vectors);
    this.#matrix.append(vectors);
    return first;
  }

  vector(row: number): Float32Array {
    return this.#file.read(row, 1);
  }

  /** One score per row, for comparing rows with one another only. */
  roughScores(query: Float32Array): Float32Array {
    return this.#matrix.scores(query);
  }

  search({ query, limit, allowed, background: of }: VectorSearch): VectorSearchResult {
    const wanted = Math.min(this.rows, Math.max(fewestCandidates, limit * candidatesPerRow));
    const { rows, background } = this.#matrix.candidates(query, wanted, allowed, of);
    const hits = rows.map((row) => ({ row, score: this.#dot(query, this.vector(row)) }));
    hits.sort((a, b) => b.score - a.score || a.row - b.row);
    return { hits: hits.slice(0, limit), background };
  }

  close(): void {
    this.#file.close();
  }

  #dot(a: Float32Array, b: Float32Array): number {
    let sum = 0;
    for (let index = 0; index < this.#dimensions; index++) {
      sum += (a[index] ?? 0) * (b[index] ?? 0);
    }
    return sum;
  }
}
