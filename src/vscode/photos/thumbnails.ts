import { isAbort, toAppError } from "../../common/errors";
import type { Disposable } from "../../common/disposable";
import type { Logger } from "../../common/logger";

interface Source {
  path: string;
  hash: string;
}

export interface Thumbnail {
  photoId: number;
  /** Absolute path; null where none can be made. */
  file: string | null;
}

interface ThumbnailFeedOptions {
  cached: (hash: string) => string | undefined;
  make: (source: Source, signal: AbortSignal) => Promise<string>;
  /** What was made meanwhile. */
  send: (thumbnails: Thumbnail[]) => void;
  logger: Logger;
}

/** What is being made for the page; files with the same content share it. */
interface Wanted {
  photoIds: Set<number>;
  /** The newest results that it is part of. */
  resultsId: number;
  controller: AbortController;
}

const sendEveryMs = 60;
/** Results before these are on no page any more. */
const resultsKept = 2;

/** Makes the thumbnails of the results that a page looks at, and tells it when they are there. */
export class ThumbnailFeed implements Disposable {
  readonly #options: ThumbnailFeedOptions;
  readonly #wanted = new Map<string, Wanted>();
  /** Contents of which none can be made; not tried again while the page is open. */
  readonly #impossible = new Set<string>();
  #made: Thumbnail[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ThumbnailFeedOptions) {
    this.#options = options;
  }

  /** The thumbnail's file; undefined while it is being made, null where none can be. */
  get(
    photo: { fileId: number; path: string; hash: string | undefined },
    resultsId: number,
  ): string | null | undefined {
    const { fileId, path, hash } = photo;
    if (hash === undefined || this.#impossible.has(hash)) {
      return null;
    }
    const cached = this.#options.cached(hash);
    if (cached === undefined) {
      this.#want(fileId, { path, hash }, resultsId);
    }
    return cached;
  }

  /** Results before the newest two are not waited for. */
  forgetOld(newestResultsId: number): void {
    for (const [hash, { resultsId, controller }] of this.#wanted) {
      if (resultsId <= newestResultsId - resultsKept) {
        this.#wanted.delete(hash);
        controller.abort();
      }
    }
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const { controller } of this.#wanted.values()) {
      controller.abort();
    }
    this.#wanted.clear();
  }

  #want(fileId: number, source: Source, resultsId: number): void {
    const known = this.#wanted.get(source.hash);
    if (known) {
      known.photoIds.add(fileId);
      known.resultsId = Math.max(known.resultsId, resultsId);
      return;
    }
    const wanted = { photoIds: new Set([fileId]), resultsId, controller: new AbortController() };
    this.#wanted.set(source.hash, wanted);
    void this.#make(source, wanted);
  }

  async #make(source: Source, wanted: Wanted): Promise<void> {
    try {
      this.#send(wanted, await this.#options.make(source, wanted.controller.signal));
    } catch (error) {
      if (!isAbort(error)) {
        this.#options.logger.debug(`no thumbnail of ${source.path}: ${String(error)}`);
        // A process that crashed may make it the next time.
        if (!toAppError(error).code.startsWith("engine-")) {
          this.#impossible.add(source.hash);
        }
        this.#send(wanted, null);
      }
    } finally {
      if (this.#wanted.get(source.hash) === wanted) {
        this.#wanted.delete(source.hash);
      }
    }
  }

  #send({ photoIds }: Wanted, file: string | null): void {
    this.#made.push(...[...photoIds].map((photoId) => ({ photoId, file })));
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#options.send(this.#made);
      this.#made = [];
    }, sendEveryMs);
  }
}
