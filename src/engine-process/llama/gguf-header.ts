import { type FileHandle, open } from "node:fs/promises";

/** Types of metadata values and their sizes in bytes, see https://github.com/ggml-org/ggml/blob/master/docs/gguf.md. */
const scalarBytes = [1, 1, 2, 2, 4, 4, 4, 1, undefined, undefined, 8, 8, 8] as const;
const stringType = 8;
const arrayType = 9;
/** Arrays in arrays are legal; nobody writes them deeper. */
const deepestArray = 4;
/** ggml has no tensors of more dimensions. */
const mostDimensions = 4;
const chunkBytes = 1 << 20;

/**
 * Walks through the header of a GGUF file of version 2 or 3 and finds what cannot be true: a count or length
 * that the file has no room for, or a type that does not exist. The parsers that read it afterwards believe what it
 * says, and a few wrong bits make them fill the memory, run for minutes, or abort. Returns what is wrong;
 * undefined for nothing, and for other versions.
 */
export async function problemOfGgufHeader(path: string): Promise<string | undefined> {
  const file = await open(path, "r");
  try {
    const reader = new HeaderReader(file, (await file.stat()).size);
    reader.skip(4);
    const version = await reader.uint32();
    if (version !== 2 && version !== 3) {
      return undefined;
    }
    const tensors = await reader.count(8 + 4 + 4 + 8);
    const entries = await reader.count(8 + 4);
    for (let entry = 0; entry < entries; entry++) {
      reader.skip(await reader.count(1));
      await skipValue(reader, await reader.uint32(), 0);
    }
    for (let tensor = 0; tensor < tensors; tensor++) {
      await skipTensor(reader);
    }
    return undefined;
  } catch (error) {
    if (error instanceof HeaderProblem) {
      return error.message;
    }
    throw error;
  } finally {
    await file.close();
  }
}

async function skipValue(reader: HeaderReader, type: number, depth: number): Promise<void> {
  const size = scalarBytes[type];
  if (size !== undefined) {
    reader.skip(size);
  } else if (type === stringType) {
    reader.skip(await reader.count(1));
  } else if (type === arrayType && depth < deepestArray) {
    await skipArray(reader, depth);
  } else {
    throw new HeaderProblem(`metadata type ${type} at ${reader.position}`);
  }
}

async function skipArray(reader: HeaderReader, depth: number): Promise<void> {
  const itemType = await reader.uint32();
  const itemBytes = scalarBytes[itemType];
  // A string begins with its length, an array with a type and a length.
  const items = await reader.count(itemBytes ?? (itemType === stringType ? 8 : 12));
  if (itemBytes !== undefined) {
    reader.skip(items * itemBytes);
    return;
  }
  if (itemType === stringType) {
    await reader.skipStrings(items);
    return;
  }
  for (let item = 0; item < items; item++) {
    await skipValue(reader, itemType, depth + 1);
  }
}

async function skipTensor(reader: HeaderReader): Promise<void> {
  reader.skip(await reader.count(1));
  const dimensions = await reader.uint32();
  if (dimensions > mostDimensions) {
    throw new HeaderProblem(`a tensor of ${dimensions} dimensions at ${reader.position}`);
  }
  // The dimensions, the type and the offset.
  reader.skip(dimensions * 8 + 4 + 8);
}

class HeaderProblem extends Error {}

/** Reads numbers one after another; a position behind the end of the file is a problem. */
class HeaderReader {
  readonly #file: FileHandle;
  readonly #size: number;
  #chunk = Buffer.alloc(0);
  #chunkStart = 0;
  #position = 0;

  constructor(file: FileHandle, size: number) {
    this.#file = file;
    this.#size = size;
  }

  get position(): number {
    return this.#position;
  }

  skip(bytes: number): void {
    if (this.#position + bytes > this.#size) {
      throw new HeaderProblem(`${bytes} bytes promised at ${this.#position} of ${this.#size}`);
    }
    this.#position += bytes;
  }

  async uint32(): Promise<number> {
    await this.#fetch(4);
    const value = this.#chunk.readUInt32LE(this.#position - this.#chunkStart);
    this.skip(4);
    return value;
  }

  /** A 64-bit number of items that take at least `itemBytes` each. */
  async count(itemBytes: number): Promise<number> {
    await this.#fetch(8);
    return this.#takeCount(itemBytes);
  }

  /** A vocabulary has hundreds of thousands of strings, so nothing is awaited between most of them. */
  async skipStrings(strings: number): Promise<void> {
    for (let string = 0; string < strings; string++) {
      if (!this.#isAtHand(8)) {
        await this.#fetch(8);
      }
      this.skip(this.#takeCount(1));
    }
  }

  #takeCount(itemBytes: number): number {
    const items = this.#chunk.readBigUInt64LE(this.#position - this.#chunkStart);
    this.skip(8);
    if (items * BigInt(itemBytes) > BigInt(this.#size - this.#position)) {
      throw new HeaderProblem(`${items} items promised at ${this.#position} of ${this.#size}`);
    }
    return Number(items);
  }

  #isAtHand(bytes: number): boolean {
    return (
      this.#position >= this.#chunkStart && this.#position + bytes <= this.#chunkStart + this.#chunk.length
    );
  }

  /** Makes the next bytes available. */
  async #fetch(bytes: number): Promise<void> {
    if (this.#isAtHand(bytes)) {
      return;
    }
    const chunk = Buffer.alloc(Math.min(chunkBytes, this.#size - this.#position));
    const { bytesRead } = await this.#file.read(chunk, 0, chunk.length, this.#position);
    if (bytesRead < bytes) {
      throw new HeaderProblem(`the file ends at ${this.#position + bytesRead}`);
    }
    this.#chunk = chunk.subarray(0, bytesRead);
    this.#chunkStart = this.#position;
  }
}
