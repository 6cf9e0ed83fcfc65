import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { SerialQueue } from "../../common/async";
import { AppError, errnoCode, isAbort } from "../../common/errors";
import type { Logger } from "../../common/logger";
import { trimFolder } from "./trim-folder";

/** Sizes in which pictures are kept. */
export type CachedKind = "thumbnail" | "preview";

/** Bytes. */
export interface CacheLimits {
  thumbnails: number;
  previews: number;
  /** Pictures that were dropped or pasted. */
  kept: number;
}

const defaultLimits: CacheLimits = { thumbnails: 500e6, previews: 100e6, kept: 256e6 };
const contentHash = /^[0-9a-f]{64}$/;
const thumbnailFolder = /^[0-9a-f]{2}$/;
const suffix = ".webp";
/** Thumbnails are in so many folders, by the first two digits of their hash, each with its share of the limit. */
const thumbnailFolders = 256;
/** A folder is trimmed when it gets its first file of this session, and after so many more. */
const filesPerTrim = 16;

/** The folder of pictures that were made: which there are, and how much they may take. Several windows share it. */
export class PictureCache {
  /** For what is not finished yet, or needed once; named `.tmp`. */
  readonly temporaryFolder: string;
  readonly keptFolder: string;
  /** Resolves when it is known which thumbnails there are. */
  readonly loaded: Promise<void>;
  readonly #folder: string;
  readonly #limits: CacheLimits;
  readonly #logger: Logger;
  /** Hashes. */
  readonly #thumbnails = new Set<string>();
  /** Absolute paths; used in this session. */
  readonly #used = new Map<string, Set<string>>();
  readonly #filesAdded = new Map<string, number>();
  readonly #trims = new SerialQueue();
  readonly #disposing = new AbortController();

  constructor(folder: string, logger: Logger, limits: CacheLimits = defaultLimits) {
    this.#folder = folder;
    this.#limits = limits;
    this.#logger = logger;
    this.temporaryFolder = path.join(folder, "temporary");
    this.keptFolder = path.join(folder, "kept");
    this.loaded = this.#load();
  }

  /** @throws AppError when this is no hash, which could lead anywhere */
  pathOf(kind: CachedKind, hash: string): string {
    if (!contentHash.test(hash)) {
      throw new AppError("internal", "“{0}” is not the hash of a picture.", [hash]);
    }
    const folder = kind === "thumbnail" ? hash.slice(0, 2) : "previews";
    return path.join(this.#folder, folder, hash + suffix);
  }

  /** The path of a thumbnail that was made. */
  thumbnail(hash: string): string | undefined {
    if (!this.#thumbnails.has(hash)) {
      return undefined;
    }
    const file = this.pathOf("thumbnail", hash);
    this.recordUse(file);
    return file;
  }

  /** Whether it is worth looking for the file. */
  mayHave(kind: CachedKind, hash: string): boolean {
    return kind !== "thumbnail" || this.#thumbnails.has(hash);
  }

  /** Whether the file is there; another window may have made or deleted it. */
  async has(kind: CachedKind, hash: string): Promise<boolean> {
    const file = this.pathOf(kind, hash);
    const stats = await stat(file).catch(() => undefined);
    if (stats?.isFile() !== true || stats.size === 0) {
      if (kind === "thumbnail") {
        this.#thumbnails.delete(hash);
      }
      return false;
    }
    this.recordUse(file);
    return true;
  }

  /** A file that was made just now. */
  recordMade(kind: CachedKind, hash: string): void {
    const file = this.pathOf(kind, hash);
    if (kind === "thumbnail") {
      this.#thumbnails.add(hash);
    }
    this.recordUse(file);
    this.countAdded(path.dirname(file));
  }

  /** A file in use is not deleted before others. */
  recordUse(file: string): void {
    const folder = path.dirname(file);
    const names = this.#used.get(folder) ?? new Set();
    this.#used.set(folder, names.add(path.basename(file)));
  }

  /** A file was added to this folder, which may be too full now. */
  countAdded(folder: string): void {
    const added = this.#filesAdded.get(folder) ?? 0;
    this.#filesAdded.set(folder, added + 1);
    if (added % filesPerTrim === 0) {
      this.#trim(folder);
    }
  }

  /** Resolves when nothing is read or deleted any more. */
  async dispose(): Promise<void> {
    this.#disposing.abort();
    await this.loaded;
    await this.#trims.run(() => {});
  }

  /** Folder after folder, so that a hundred thousand names do not arrive at once. */
  async #load(): Promise<void> {
    const folders = (await namesIn(this.#folder)).filter((name) => thumbnailFolder.test(name));
    for (const folder of folders) {
      if (this.#disposing.signal.aborted) {
        return;
      }
      for (const name of await namesIn(path.join(this.#folder, folder))) {
        const hash = name.slice(0, -suffix.length);
        if (name.endsWith(suffix) && hash.startsWith(folder) && contentHash.test(hash)) {
          this.#thumbnails.add(hash);
        }
      }
    }
    this.#trim(this.temporaryFolder);
  }

  #trim(folder: string): void {
    const { signal } = this.#disposing;
    const trimmed = this.#trims.run(async () => {
      const used = this.#used.get(folder) ?? new Set();
      for (const name of await trimFolder(folder, this.#limitOf(folder), used, signal)) {
        this.#thumbnails.delete(name.slice(0, -suffix.length));
      }
    });
    trimmed.catch((error: unknown) => {
      if (!isAbort(error) && errnoCode(error) !== "ENOENT") {
        this.#logger.warn(`The picture cache could not be trimmed: ${String(error)}`);
      }
    });
  }

  #limitOf(folder: string): number {
    switch (folder) {
      case this.temporaryFolder:
        return Infinity;
      case this.keptFolder:
        return this.#limits.kept;
      case path.join(this.#folder, "previews"):
        return this.#limits.previews;
      default:
        return this.#limits.thumbnails / thumbnailFolders;
    }
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}
