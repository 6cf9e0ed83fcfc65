import { randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { AppError, errnoCode } from "../../common/errors";
import { formatBytes } from "../../common/format";
import { readContentHash } from "../scan/content-hash";
import type { PictureCache } from "./picture-cache";

/** A picture that stands in queries. */
export interface QueryPictureFile {
  /** `kept:` and the hash of its content. */
  pictureId: string;
  name: string;
  path: string;
  hash: string;
}

export type PictureToKeep = { name: string; bytes: Uint8Array } | { path: string };

/** Rejects when it is no picture; `name` is for the error. */
type Verify = (source: { path: string; hash: string; name: string }) => Promise<unknown>;

const largestBytes = 64e6;
const idPattern = /^kept:([0-9a-f]{64})$/;

/** Pictures that were dropped or pasted. They outlive the window, because queries do. */
export class KeptPictures {
  readonly #cache: PictureCache;
  readonly #verify: Verify;
  /** By hash. */
  readonly #known = new Map<string, QueryPictureFile>();

  constructor(cache: PictureCache, verify: Verify) {
    this.#cache = cache;
    this.#verify = verify;
  }

  /** @throws AppError when it is no picture, or cannot be kept */
  async keep(source: PictureToKeep): Promise<QueryPictureFile> {
    return "path" in source ? this.#keepFile(source.path) : this.#keepBytes(source.name, source.bytes);
  }

  find(pictureId: string): QueryPictureFile | undefined {
    const hash = idPattern.exec(pictureId)?.[1];
    if (hash === undefined) {
      return undefined;
    }
    // Small, local, and read once.
    const picture = this.#known.get(hash) ?? this.#read(hash);
    if (!picture || !existsSync(picture.path)) {
      return undefined;
    }
    this.#known.set(hash, picture);
    this.#recordUse(hash);
    return picture;
  }

  /** A file of the workspace stays where it is. */
  async #keepFile(file: string): Promise<QueryPictureFile> {
    const name = path.basename(file);
    try {
      if (!(await stat(file)).isFile()) {
        throw new AppError("invalid-input", "“{0}” is not a file.", [name]);
      }
      const hash = await readContentHash(file);
      await this.#verify({ path: file, hash, name });
      return await this.#remember({ name, path: file, hash });
    } catch (error) {
      throw toKeepError(error, name);
    }
  }

  async #keepBytes(name: string, bytes: Uint8Array): Promise<QueryPictureFile> {
    if (bytes.length > largestBytes) {
      throw new AppError("invalid-input", "“{0}” is too large: pictures of up to {1} can be searched for.", [
        name,
        formatBytes(largestBytes),
      ]);
    }
    const unfinished = path.join(this.#cache.temporaryFolder, `${randomUUID()}.tmp`);
    try {
      await mkdir(this.#cache.temporaryFolder, { recursive: true });
      await mkdir(this.#cache.keptFolder, { recursive: true });
      await writeFile(unfinished, bytes);
      const hash = await readContentHash(unfinished);
      await this.#verify({ path: unfinished, hash, name });
      const file = this.#fileOf(hash);
      await replace(unfinished, file);
      return await this.#remember({ name, path: file, hash });
    } catch (error) {
      throw toKeepError(error, name);
    } finally {
      await rm(unfinished, { force: true }).catch(() => undefined);
    }
  }

  async #remember(picture: Omit<QueryPictureFile, "pictureId">): Promise<QueryPictureFile> {
    const { name, path: file, hash } = picture;
    await mkdir(this.#cache.keptFolder, { recursive: true });
    const unfinished = path.join(this.#cache.keptFolder, `${randomUUID()}.tmp`);
    await writeFile(
      unfinished,
      JSON.stringify(file === this.#fileOf(hash) ? { name } : { name, path: file }),
    );
    await replace(unfinished, this.#noteOf(hash));
    const kept = { pictureId: `kept:${hash}`, name, path: file, hash };
    this.#known.set(hash, kept);
    this.#recordUse(hash);
    this.#cache.countAdded(this.#cache.keptFolder);
    return kept;
  }

  #read(hash: string): QueryPictureFile | undefined {
    try {
      const note = JSON.parse(readFileSync(this.#noteOf(hash), "utf8")) as { name?: unknown; path?: unknown };
      return {
        pictureId: `kept:${hash}`,
        name: String(note.name),
        path: typeof note.path === "string" ? note.path : this.#fileOf(hash),
        hash,
      };
    } catch {
      // Never kept, or deleted to make room.
      return undefined;
    }
  }

  #recordUse(hash: string): void {
    this.#cache.recordUse(this.#fileOf(hash));
    this.#cache.recordUse(this.#noteOf(hash));
  }

  #fileOf(hash: string): string {
    return path.join(this.#cache.keptFolder, hash);
  }

  #noteOf(hash: string): string {
    return path.join(this.#cache.keptFolder, `${hash}.json`);
  }
}

/** Windows replaces no file that is open; what is there already has the same content. */
async function replace(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    await rm(from, { force: true });
    if (!existsSync(to)) {
      throw error;
    }
  }
}

function toKeepError(error: unknown, name: string): AppError {
  if (error instanceof AppError) {
    return error;
  }
  const code = errnoCode(error);
  if (code === "ENOENT") {
    return new AppError("file-missing", "The picture “{0}” is gone.", [name], String(error));
  }
  return new AppError("file-error", "The file cannot be read ({0}).", [code ?? String(error)], String(error));
}
