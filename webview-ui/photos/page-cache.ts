import type { PhotoItem } from "../../src/protocol/photos-view";

export const pageSize = 100;
const mostPages = 60;

/** Pages of results, the least recently shown of which are let go. */
export class PageCache {
  readonly #pages = new Map<number, readonly PhotoItem[]>();
  readonly #mostPages: number;

  constructor(most = mostPages) {
    this.#mostPages = most;
  }

  get(index: number): PhotoItem | undefined {
    return this.#pages.get(pageOf(index))?.[index % pageSize];
  }

  has(page: number): boolean {
    return this.#pages.has(page);
  }

  set(page: number, items: readonly PhotoItem[]): void {
    this.#pages.delete(page);
    this.#pages.set(page, items);
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= this.#mostPages) {
        break;
      }
      this.#pages.delete(oldest);
    }
  }

  /** Makes these the most recently shown ones. */
  touch(pages: readonly number[]): void {
    for (const page of pages) {
      const items = this.#pages.get(page);
      if (items) {
        this.set(page, items);
      }
    }
  }

  /** Whether anything that is here changed. */
  update(photoId: number, change: Partial<PhotoItem>): boolean {
    for (const [page, items] of this.#pages) {
      const at = items.findIndex((item) => item.photoId === photoId);
      const item = items[at];
      if (item) {
        // In place of the map's entry: an update is no use, so the order stays.
        this.#pages.set(page, items.with(at, { ...item, ...change }));
        return true;
      }
    }
    return false;
  }
}

function pageOf(index: number): number {
  return Math.floor(index / pageSize);
}

/** The pages that hold results `from` to `to - 1`. */
export function pagesOf(from: number, to: number): number[] {
  const pages: number[] = [];
  for (let page = pageOf(Math.max(0, from)); page * pageSize < to; page++) {
    pages.push(page);
  }
  return pages;
}
