import { isAbort, toAppError, type AppError } from "../../src/common/errors";
import { Emitter } from "../../src/common/event";
import type { ResponseLine } from "../../src/protocol/evaluation-view";
import { PageLoader } from "../shared/page-loader";
import type { Request } from "./client";
import type { TableQuery } from "./view-state";

const pageSize = 100;
const mostPages = 40;

export interface RowsState {
  query: TableQuery;
  /** Of the rows that are here; null before the first arrived. */
  total: number | null;
  /** Another query is asked for than that of the rows. */
  isSearching: boolean;
  /** Why the newest query has no rows. */
  error: AppError | null;
}

/** What one query gave, as far as it is known. */
interface Results {
  query: TableQuery;
  total: number;
  pages: Map<number, readonly ResponseLine[]>;
}

interface ResponseRowsOptions {
  evaluationId: string;
  request: Request;
  query: TableQuery;
  /** After a key, so long is waited for the next. */
  typingMs: number;
}

/**
 * The rows of an evaluation's table, loaded where they are looked at. While another query is under way, and
 * while newer rows come in, the old ones stay.
 */
export class ResponseRows {
  readonly #options: ResponseRowsOptions;
  readonly #changed = new Emitter<RowsState>();
  readonly #loader: PageLoader;
  #state: RowsState;
  #results: Results | undefined;
  #visible = { from: 0, to: 1 };
  #asking: AbortController | undefined;
  #typing: ReturnType<typeof setTimeout> | undefined;
  /** Something changed while an answer was under way. */
  #isStale = false;

  constructor(options: ResponseRowsOptions) {
    this.#options = options;
    this.#state = { query: options.query, total: null, isSearching: true, error: null };
    this.#loader = new PageLoader({
      load: (page, signal) => this.#loadPage(page, signal),
      onError: (error) => this.#set({ error: toAppError(error) }),
    });
  }

  get state(): RowsState {
    return this.#state;
  }

  get onChange() {
    return this.#changed.event;
  }

  get(index: number): ResponseLine | undefined {
    return this.#results?.pages.get(Math.floor(index / pageSize))?.[index % pageSize];
  }

  /** Loads what is looked at now; what was scrolled past before its turn is not loaded any more. */
  show(from: number, to: number): void {
    this.#visible = { from, to };
    const results = this.#results;
    if (results) {
      this.#loader.want(pagesIn(from, to).filter((page) => !results.pages.has(page)));
    }
  }

  setQuery(query: TableQuery, isTyping = false): void {
    this.#set({ query, isSearching: true });
    clearTimeout(this.#typing);
    this.#asking?.abort();
    this.#typing = setTimeout(() => void this.#ask(true), isTyping ? this.#options.typingMs : 0);
  }

  /** The same query again, because there is something new. Rows stay where they are. */
  async refresh(): Promise<void> {
    await this.#ask(false);
  }

  dispose(): void {
    clearTimeout(this.#typing);
    this.#asking?.abort();
    this.#loader.want([]);
  }

  async #ask(isOther: boolean): Promise<void> {
    if (!isOther && this.#asking) {
      this.#isStale = true;
      return;
    }
    this.#asking?.abort();
    const controller = new AbortController();
    this.#asking = controller;
    const { query } = this.#state;
    const { from, to } = isOther ? { from: 0, to: 1 } : this.#visible;
    try {
      const pages = pagesIn(from, to);
      const answers = await Promise.all(pages.map((page) => this.#request(query, page, controller.signal)));
      if (controller.signal.aborted) {
        return;
      }
      const rows = pages.map((page, index) => [page, answers[index]?.lines ?? []] as const);
      this.#results = { query, total: answers[0]?.total ?? 0, pages: new Map(rows) };
      this.#set({ total: this.#results.total, isSearching: false, error: null });
      // Those of the first page are not all where a window is high.
      this.show(this.#visible.from, this.#visible.to);
    } catch (error) {
      if (!controller.signal.aborted && !isAbort(error)) {
        this.#set({ isSearching: false, error: toAppError(error) });
      }
    } finally {
      if (this.#asking === controller) {
        this.#asking = undefined;
        if (this.#isStale) {
          this.#isStale = false;
          void this.#ask(false);
        }
      }
    }
  }

  async #loadPage(page: number, signal: AbortSignal): Promise<void> {
    const results = this.#results;
    if (!results) {
      return;
    }
    const { lines } = await this.#request(results.query, page, signal);
    results.pages.set(page, lines);
    for (const oldest of results.pages.keys()) {
      if (results.pages.size <= mostPages) {
        break;
      }
      results.pages.delete(oldest);
    }
    this.#set({});
  }

  #request(query: TableQuery, page: number, signal: AbortSignal) {
    const { evaluationId, request } = this.#options;
    const params = { ...query, evaluationId, offset: page * pageSize, limit: pageSize };
    return request("responses", params, { signal });
  }

  #set(change: Partial<RowsState>): void {
    this.#state = { ...this.#state, ...change };
    this.#changed.fire(this.#state);
  }
}

function pagesIn(from: number, to: number): number[] {
  const pages: number[] = [];
  for (let page = Math.floor(Math.max(0, from) / pageSize); page * pageSize < Math.max(1, to); page++) {
    pages.push(page);
  }
  return pages;
}
