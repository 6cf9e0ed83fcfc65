import { createHash, type Hash } from "node:crypto";
import * as fs from "node:fs/promises";
import { throwIfAborted } from "../common/async";
import { blobName } from "./cache-layout";
import type { RemoteFile } from "./model";

const writeSizeBytes = 1024 * 1024;

/** Size of what is already there of a download; 0 when nothing is. */
export async function partialSize(filePath: string): Promise<number> {
  const stat = await fs.lstat(filePath).catch(() => undefined);
  return stat?.isFile() === true ? stat.size : 0;
}

/**
 * The beginning of a file under its temporary name, with the running hash of what it holds. A file that
 * was left by an earlier process is read once to continue its hash.
 */
export class PartialFile {
  readonly #handle: fs.FileHandle;
  readonly #path: string;
  readonly #file: RemoteFile;
  #hash: Hash;
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #writtenBytes = 0;
  #isClosed = false;

  private constructor(handle: fs.FileHandle, path: string, file: RemoteFile) {
    this.#handle = handle;
    this.#path = path;
    this.#file = file;
    this.#hash = newHash(file);
  }

  static async open(path: string, file: RemoteFile): Promise<PartialFile> {
    const stat = await fs.lstat(path).catch(() => undefined);
    // A link here would let the download be written elsewhere; a longer file cannot be its beginning.
    if (stat !== undefined && (!stat.isFile() || stat.size > file.sizeBytes)) {
      await fs.rm(path, { recursive: true });
    }
    return new PartialFile(await fs.open(path, "a+"), path, file);
  }

  /** Bytes that count as downloaded, those not yet written included. */
  get size(): number {
    return this.#writtenBytes + this.#pendingBytes;
  }

  /** Reads what an earlier process left; yields the bytes read so far. */
  async *rehash(signal: AbortSignal): AsyncGenerator<number, void> {
    const buffer = Buffer.allocUnsafe(writeSizeBytes);
    for (;;) {
      throwIfAborted(signal);
      const { bytesRead } = await this.#handle.read(buffer, 0, buffer.length, this.#writtenBytes);
      if (bytesRead === 0) {
        return;
      }
      this.#hash.update(buffer.subarray(0, bytesRead));
      this.#writtenBytes += bytesRead;
      yield this.#writtenBytes;
    }
  }

  async append(chunk: Uint8Array): Promise<void> {
    this.#hash.update(chunk);
    this.#pending.push(chunk);
    this.#pendingBytes += chunk.length;
    if (this.#pendingBytes >= writeSizeBytes) {
      await this.flush();
    }
  }

  async flush(): Promise<void> {
    const chunks = this.#pending;
    this.#pending = [];
    this.#pendingBytes = 0;
    for (const chunk of chunks) {
      for (let done = 0; done < chunk.length;) {
        const { bytesWritten } = await this.#handle.write(chunk, done, chunk.length - done);
        done += bytesWritten;
        this.#writtenBytes += bytesWritten;
      }
    }
  }

  /** Back to an empty file. */
  async reset(): Promise<void> {
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#writtenBytes = 0;
    this.#hash = newHash(this.#file);
    await this.#handle.truncate(0);
  }

  /** True when the content is what the hub lists. Ends the hash: call it once. */
  matches(): boolean {
    return this.#hash.digest("hex") === blobName(this.#file);
  }

  /** Gives the complete, verified content its final name; on disk before the name exists. */
  async finish(finalPath: string): Promise<void> {
    await this.flush();
    await this.#handle.sync();
    await this.#close();
    await fs.rename(this.#path, finalPath);
  }

  /** Keeps what is there for a later try. Does nothing once it is finished, discarded or closed. */
  async close(): Promise<void> {
    if (!this.#isClosed) {
      try {
        await this.flush();
      } finally {
        await this.#close();
      }
    }
  }

  async discard(): Promise<void> {
    await this.#close();
    await fs.rm(this.#path, { force: true });
  }

  async #close(): Promise<void> {
    this.#isClosed = true;
    await this.#handle.close();
  }
}

/** sha256 of an LFS file's content, or the sha1 that git gives a blob: over a header and the content. */
function newHash(file: RemoteFile): Hash {
  return file.sha256 === undefined
    ? createHash("sha1").update(`blob ${file.sizeBytes}\0`)
    : createHash("sha256");
}
