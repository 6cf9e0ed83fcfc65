import { isAbort } from "../../src/common/errors";

const mostAtOnce = 2;
/** While someone scrolls fast, only what is in view at such moments is asked for. */
const pauseMs = 40;

interface PageLoaderOptions {
  load: (page: number, signal: AbortSignal) => Promise<void>;
  onError: (error: unknown) => void;
}

/**
 * Loads the pages that are looked at, few at a time. What was scrolled past before its turn is never asked
 * for, and what is under way then is cancelled.
 */
export class PageLoader {
  readonly #options: PageLoaderOptions;
  readonly #running = new Map<number, AbortController>();
  /** Not loaded again until it is wanted anew. */
  readonly #failed = new Set<number>();
  #wanted: readonly number[] = [];
  #isPausing = false;

  constructor(options: PageLoaderOptions) {
    this.#options = options;
  }

  /** The pages that are needed now and not there yet, the most urgent first. Replaces an earlier call's. */
  want(pages: readonly number[]): void {
    this.#wanted = pages;
    for (const page of this.#failed) {
      if (!pages.includes(page)) {
        this.#failed.delete(page);
      }
    }
    for (const [page, controller] of this.#running) {
      if (!pages.includes(page)) {
        controller.abort();
        this.#running.delete(page);
      }
    }
    if (!this.#isPausing) {
      this.#isPausing = true;
      setTimeout(() => {
        this.#isPausing = false;
        this.#next();
      }, pauseMs);
    }
  }

  #next(): void {
    for (const page of this.#wanted) {
      if (this.#running.size >= mostAtOnce) {
        return;
      }
      if (!this.#running.has(page) && !this.#failed.has(page)) {
        void this.#load(page);
      }
    }
  }

  async #load(page: number): Promise<void> {
    const controller = new AbortController();
    this.#running.set(page, controller);
    try {
      await this.#options.load(page, controller.signal);
      this.#wanted = this.#wanted.filter((each) => each !== page);
    } catch (error) {
      if (!controller.signal.aborted) {
        this.#failed.add(page);
        if (!isAbort(error)) {
          this.#options.onError(error);
        }
      }
    } finally {
      if (this.#running.get(page) === controller) {
        this.#running.delete(page);
        this.#next();
      }
    }
  }
}
