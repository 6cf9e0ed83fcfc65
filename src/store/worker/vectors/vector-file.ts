import { createHash } from "node:crypto";
import { AppError } from "../../../common/errors";
import type { VectorSpace } from "../../../protocol/store-media";
import { fileError } from "../file-errors";
import type { Files } from "../files";

const magic = "LMVECTOR";
const version = 1;
/** magic, version (u32), dimensions (u32), sha256 of the model's fingerprint; little-endian, rest zero. */
const headerBytes = 64;

/**
 * A matrix of 32-bit floats on disk that only grows at its end: header, then row after row. What refers to
 * a row is written elsewhere after the row is durable, so rows at the end that nothing refers to are
 * leftovers of a cut.
 */
export class VectorFile {
  readonly #files: Files;
  readonly #path: string;
  readonly #descriptor: number;
  readonly #rowBytes: number;
  #rows: number;

  private constructor(files: Files, path: string, descriptor: number, dimensions: number, rows: number) {
    this.#files = files;
    this.#path = path;
    this.#descriptor = descriptor;
    this.#rowBytes = dimensions * 4;
    this.#rows = rows;
  }

  /** Makes the file when it is missing; undefined when it is not a file of this space. */
  static open(files: Files, path: string, space: VectorSpace): VectorFile | undefined {
    return guarded(path, () => {
      const isNew = !files.exists(path);
      const descriptor = files.open(path, isNew ? "create" : "existing");
      try {
        const header = encodeHeader(space);
        if (isNew) {
          files.write(descriptor, header, 0);
          files.sync(descriptor);
        } else if (!readExactly(files, descriptor, headerBytes, 0)?.equals(header)) {
          files.close(descriptor);
          return undefined;
        }
        const rows = Math.floor((files.size(descriptor) - headerBytes) / (space.dimensions * 4));
        return new VectorFile(files, path, descriptor, space.dimensions, rows);
      } catch (error) {
        files.close(descriptor);
        throw error;
      }
    });
  }

  get rows(): number {
    return this.#rows;
  }

  /** Row-major; durable when this returns. Returns the first new row's number. */
  append(vectors: Float32Array): number {
    return guarded(this.#path, () => {
      const first = this.#rows;
      this.#files.write(this.#descriptor, asBytes(vectors), this.#offset(first));
      this.#files.sync(this.#descriptor);
      this.#rows += (vectors.length * 4) / this.#rowBytes;
      return first;
    });
  }

  truncate(rows: number): void {
    guarded(this.#path, () => {
      this.#files.truncate(this.#descriptor, this.#offset(rows));
      this.#rows = Math.min(this.#rows, rows);
    });
  }

  /** Row-major; throws when rows are asked for that are not there. */
  read(first: number, count: number): Float32Array {
    return guarded(this.#path, () => {
      const vectors = new Float32Array((count * this.#rowBytes) / 4);
      const bytes = asBytes(vectors);
      if (this.#files.readAt(this.#descriptor, bytes, this.#offset(first)) < bytes.length) {
        throw new AppError("store-damaged", "“{0}” is shorter than expected. Index again.", [this.#path]);
      }
      return vectors;
    });
  }

  close(): void {
    this.#files.close(this.#descriptor);
  }

  #offset(row: number): number {
    return headerBytes + row * this.#rowBytes;
  }
}

function encodeHeader({ fingerprint, dimensions }: VectorSpace): Buffer {
  const header = Buffer.alloc(headerBytes);
  header.write(magic, 0, "latin1");
  header.writeUInt32LE(version, 8);
  header.writeUInt32LE(dimensions, 12);
  createHash("sha256").update(fingerprint).digest().copy(header, 16);
  return header;
}

function readExactly(files: Files, descriptor: number, length: number, position: number): Buffer | undefined {
  const bytes = Buffer.alloc(length);
  return files.readAt(descriptor, bytes, position) === length ? bytes : undefined;
}

/** Typed arrays are little-endian on every processor VS Code runs on. */
function asBytes(vectors: Float32Array): Uint8Array {
  return new Uint8Array(vectors.buffer, vectors.byteOffset, vectors.byteLength);
}

function guarded<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw error instanceof AppError ? error : fileError(error, path);
  }
}
