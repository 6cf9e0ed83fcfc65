import { randomUUID } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { throwIfAborted } from "../../common/async";
import { type AppError, toAppError } from "../../common/errors";
import type { Logger } from "../../common/logger";
import { KeptPictures, type PictureToKeep, type QueryPictureFile } from "./kept-pictures";
import { type CachedKind, PictureCache } from "./picture-cache";
import { PictureProcess } from "./picture-process";
import { PictureQueue, type PictureTiming } from "./picture-queue";

export interface PictureSource {
  /** Absolute. */
  path: string;
  /** Of its content, as the scanner makes it. */
  hash: string;
}

export interface PictureToolsOptions {
  /** The engine process's bundle. */
  enginePath: string;
  /** Several windows may share it; it must hold nothing else. */
  cacheFolder: string;
  logger: Logger;
  timing?: Partial<PictureTiming>;
}

const defaultTiming: PictureTiming = { pictureMs: 30_000, idleMs: 30_000, pauseMs: 60_000 };
/** Pixels of the longest side. */
const longestSides: Record<CachedKind, number> = { thumbnail: 320, preview: 1600 };
const longestCopiedSide = 4096;
/** Contents that could not be read, and are not tried again. */
const mostFailures = 10_000;

/** Thumbnails, previews and copies of pictures. Files of unknown origin are decoded in a process of their own. */
export class PictureTools {
  readonly #cache: PictureCache;
  readonly #queue: PictureQueue;
  readonly #kept: KeptPictures;
  /** By hash. */
  readonly #failures = new Map<string, AppError>();

  constructor({ enginePath, cacheFolder, logger, timing }: PictureToolsOptions) {
    const times = { ...defaultTiming, ...timing };
    const converter = new PictureProcess({ enginePath, logger, idleMs: times.idleMs });
    this.#queue = new PictureQueue(converter, concurrency(), times);
    this.#cache = new PictureCache(cacheFolder, logger);
    this.#kept = new KeptPictures(this.#cache, (source) => this.#make("thumbnail", source));
  }

  /** Resolves when `cached` knows the thumbnails of earlier sessions. */
  get loaded(): Promise<void> {
    return this.#cache.loaded;
  }

  /** Absolute path of a WebP file, longest side at most 320 pixels; undefined until it was made. */
  cached(hash: string): string | undefined {
    return this.#cache.thumbnail(hash);
  }

  /** Makes it unless it is there; the newest request goes first. @throws AppError, also when aborted */
  thumbnail({ path: file, hash }: PictureSource, signal?: AbortSignal): Promise<string> {
    return this.#make("thumbnail", { path: file, hash }, signal);
  }

  /** The same with at most 1600 pixels. */
  preview({ path: file, hash }: PictureSource, signal?: AbortSignal): Promise<string> {
    return this.#make("preview", { path: file, hash }, signal);
  }

  /** PNG file of the whole picture, longest side at most 4096 pixels. @throws AppError */
  async png(file: string): Promise<Uint8Array> {
    // Through a file: large messages would hold this thread.
    const target = path.join(this.#cache.temporaryFolder, `${randomUUID()}.tmp`);
    const name = path.basename(file);
    try {
      await this.#queue.convert({
        source: file,
        name,
        target,
        longestSide: longestCopiedSide,
        format: "png",
      });
      return await readFile(target);
    } catch (error) {
      throw toAppError(error);
    } finally {
      await rm(target, { force: true }).catch(() => undefined);
    }
  }

  /** A picture for queries: bytes are kept in the cache folder, a file stays where it is. @throws AppError when it is no picture */
  keep(source: PictureToKeep): Promise<QueryPictureFile> {
    return this.#kept.keep(source);
  }

  /** What was kept, by any window; undefined once it is gone. */
  find(pictureId: string): QueryPictureFile | undefined {
    return this.#kept.find(pictureId);
  }

  /** Work under way is cancelled; resolves when no process is left. */
  async dispose(): Promise<void> {
    await Promise.all([this.#queue.dispose(), this.#cache.dispose()]);
  }

  async #make(
    kind: CachedKind,
    { path: file, hash, name = path.basename(file) }: PictureSource & { name?: string },
    signal?: AbortSignal,
  ): Promise<string> {
    throwIfAborted(signal);
    const target = this.#cache.pathOf(kind, hash);
    const failure = this.#failures.get(hash);
    if (failure) {
      throw failure;
    }
    // The process looks, too; but what is there needs none.
    if (this.#cache.mayHave(kind, hash) && (await this.#cache.has(kind, hash))) {
      return target;
    }
    try {
      const conversion = {
        source: file,
        name,
        target,
        longestSide: longestSides[kind],
        format: "webp",
      } as const;
      await this.#queue.convert(conversion, signal);
    } catch (error) {
      throw this.#remember(hash, toAppError(error));
    }
    this.#cache.recordMade(kind, hash);
    return target;
  }

  /** The content is the same the next time; where its file is, is not. */
  #remember(hash: string, error: AppError): AppError {
    if (error.code === "invalid-input") {
      if (this.#failures.size >= mostFailures) {
        this.#failures.clear();
      }
      this.#failures.set(hash, error);
    }
    return error;
  }
}

/**
 * In Electron on Linux pictures are read by sharp's WebAssembly build, which works on one at a time: more than
 * the next would only wait, and seem to take long.
 */
function concurrency(): number {
  const isSerial = process.platform === "linux" && process.versions["electron"] !== undefined;
  return isSerial ? 2 : Math.max(2, os.availableParallelism());
}
