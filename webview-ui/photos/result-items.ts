import { toAppError, type AppError } from "../../src/common/errors";
import type { PhotoItem, PhotoResults, PhotosHostWire, RowRange } from "../../src/protocol/photos-view";
import type { RequestOptions } from "../../src/protocol/rpc";
import { PageCache, pageSize, pagesOf } from "./page-cache";
import { PageLoader } from "../shared/page-loader";

export type Request = <K extends keyof PhotosHostWire>(
  method: K,
  params: PhotosHostWire[K]["params"],
  options?: RequestOptions<never>,
) => Promise<PhotosHostWire[K]["result"]>;

interface ResultItemsOptions {
  request: Request;
  /** Items arrived. */
  onChange: () => void;
  onError: (error: AppError) => void;
}

/** The pictures of one search, as far as they are known. */
export class ResultItems {
  readonly #results: PhotoResults;
  readonly #options: ResultItemsOptions;
  readonly #cache = new PageCache();
  readonly #loader: PageLoader;

  constructor(results: PhotoResults, options: ResultItemsOptions) {
    this.#results = results;
    this.#options = options;
    this.#loader = new PageLoader({
      load: async (page, signal) => {
        await this.#load(page, signal);
        options.onChange();
      },
      onError: (error) => options.onError(toAppError(error)),
    });
  }

  get count(): number {
    return this.#results.count;
  }

  get(index: number): PhotoItem | undefined {
    return this.#cache.get(index);
  }

  /** Loads what is looked at now; what was looked at before is not loaded any more. */
  show(from: number, to: number): void {
    const pages = pagesOf(from, to);
    this.#cache.touch(pages);
    this.#loader.want(pages.filter((page) => !this.#cache.has(page)));
  }

  async preload(from: number, to: number, signal: AbortSignal): Promise<void> {
    await Promise.all(
      pagesOf(from, Math.min(to, this.#results.count)).map((page) => this.#load(page, signal)),
    );
  }

  /** Ids of these results, range after range. */
  async ids(ranges: readonly RowRange[]): Promise<number[]> {
    const known: number[] = [];
    for (const { from, to } of ranges) {
      for (let index = from; index < to; index++) {
        const item = this.#cache.get(index);
        if (!item) {
          const { resultsId } = this.#results;
          return this.#options.request("ids", { resultsId, ranges: [...ranges] });
        }
        known.push(item.photoId);
      }
    }
    return known;
  }

  /** Whether the picture is among those that are known. */
  update(photoId: number, change: Partial<PhotoItem>): boolean {
    return this.#cache.update(photoId, change);
  }

  /** Nobody looks at these any more. */
  leave(): void {
    this.#loader.want([]);
  }

  async #load(page: number, signal: AbortSignal): Promise<void> {
    const { resultsId, count } = this.#results;
    const from = page * pageSize;
    const params = { resultsId, from, count: Math.min(pageSize, count - from) };
    this.#cache.set(page, await this.#options.request("items", params, { signal }));
  }
}
