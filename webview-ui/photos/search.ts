import { isAbort, toAppError, type AppError } from "../../src/common/errors";
import { Emitter } from "../../src/common/event";
import type { PhotoItem, PhotoQuery, PhotoResults } from "../../src/protocol/photos-view";
import { noSelection, rangesOf, type Selection } from "./grid/selection";
import { pageSize } from "./page-cache";
import { ResultItems, type Request } from "./result-items";
import type { Answered } from "./view-state";

export interface SearchState {
  /** As it stands in the page, perhaps newer than what was answered. */
  query: PhotoQuery;
  /** The newest results; null before the first. */
  answered: Answered | null;
  isSearching: boolean;
  /** Why the query has no answer. What was answered before does not belong to it. */
  error: AppError | null;
  /** Whether results that do not stand out are unfolded. */
  showsLess: boolean;
  selection: Selection;
  /** Where the grid should go. */
  place: Place;
  /** Grows when items arrive or change. */
  itemsVersion: number;
}

/** A new serial moves the grid to a result: to its line, or so that its line stays where it is on the screen. */
export interface Place {
  serial: number;
  index: number;
  /** The result that was at this place before; undefined goes to the line's top. */
  insteadOf?: number | undefined;
}

interface SearchOptions {
  request: Request;
  onError: (error: AppError) => void;
  /** Rest after a keystroke before it is searched for. */
  typingMs: number;
  /** Rest between searches that nobody asked for. */
  refreshMs: number;
}

/** What an earlier life of the page left. */
interface SearchStart {
  query: PhotoQuery;
  firstVisible: number;
  showsLess: boolean;
}

/** Runs queries, the newest of which wins, and holds what is known of the results. */
export class Search {
  readonly #options: SearchOptions;
  readonly #changed = new Emitter<SearchState>();
  #state: SearchState;
  #items: ResultItems | undefined;
  /** Results that are drawn; `first` is the first one that is really visible. */
  #visible = { from: 0, to: pageSize, first: 0 };
  #running: AbortController | undefined;
  #typing: ReturnType<typeof setTimeout> | undefined;
  #refreshing: ReturnType<typeof setTimeout> | undefined;
  #refreshWanted = false;
  /** Until the first results. */
  #start: SearchStart | undefined;

  constructor(start: SearchStart, options: SearchOptions) {
    this.#options = options;
    this.#start = start;
    this.#state = {
      query: start.query,
      answered: null,
      isSearching: false,
      error: null,
      showsLess: start.showsLess,
      selection: noSelection(),
      place: { serial: 0, index: 0 },
      itemsVersion: 0,
    };
  }

  get state(): SearchState {
    return this.#state;
  }

  get onChange() {
    return this.#changed.event;
  }

  item(index: number): PhotoItem | undefined {
    return this.#items?.get(index);
  }

  /** Shows the change at once and searches for it, after typing only once that rests. */
  setQuery(change: Partial<PhotoQuery>, when: "now" | "afterTyping" = "now"): void {
    this.#set({ query: { ...this.#state.query, ...change } });
    clearTimeout(this.#typing);
    if (when === "now") {
      void this.run();
    } else {
      this.#typing = setTimeout(() => void this.run(), this.#options.typingMs);
    }
  }

  /** Searches for what the page's query is now. */
  async run(): Promise<void> {
    clearTimeout(this.#typing);
    this.#typing = undefined;
    this.#refreshWanted = false;
    await this.#newest(
      async (signal) => {
        const { query } = this.#state;
        const results = await this.#options.request("search", query, { signal });
        const start = this.#start;
        const index = Math.min(start?.firstVisible ?? 0, Math.max(0, results.count - 1));
        const items = await this.#preload(results, index, signal);
        return () => {
          this.#start = undefined;
          this.#adopt({ query, results }, items, {
            showsLess: start?.showsLess ?? false,
            selection: noSelection(index),
            place: { serial: this.#state.place.serial + 1, index },
          });
        };
      },
      (error) => this.#set({ error }),
    );
  }

  /** The index changed: searches again, but keeps place and selection. Soon, not at once. */
  refresh(): void {
    if (this.#typing !== undefined) {
      // The search that is about to run finds the news by itself.
      return;
    }
    if (this.#running || this.#refreshing !== undefined) {
      this.#refreshWanted = true;
      return;
    }
    const { answered, query } = this.#state;
    void (answered?.query === query && this.#items ? this.#refreshNow(answered, this.#items) : this.run());
  }

  select(selection: Selection): void {
    this.#set({ selection });
  }

  setShowsLess(showsLess: boolean): void {
    this.#set({ showsLess });
  }

  /** The grid draws these results now; `first` is the first one that is really visible. */
  setVisible(from: number, to: number, first: number): void {
    this.#visible = { from, to, first };
    this.#items?.show(from, to);
  }

  /** Ids of everything that is selected, in the order of the results. */
  async selectedIds(): Promise<number[]> {
    return (await this.#items?.ids(this.#state.selection.ranges)) ?? [];
  }

  /** What became known of pictures meanwhile. */
  updateItems(changes: readonly { photoId: number; change: Partial<PhotoItem> }[]): void {
    const known = changes.filter(({ photoId, change }) => this.#items?.update(photoId, change));
    if (known.length > 0) {
      this.#itemsChanged();
    }
  }

  async #refreshNow({ query }: Answered, items: ResultItems): Promise<void> {
    this.#refreshWanted = false;
    this.#refreshing = setTimeout(() => {
      this.#refreshing = undefined;
      if (this.#refreshWanted) {
        this.refresh();
      }
    }, this.#options.refreshMs);
    await this.#newest(async (signal) => {
      const { selection, place } = this.#state;
      const { first } = this.#visible;
      const kept = await keptIds(items, first, selection);
      const results = await this.#options.request("search", query, { signal });
      const { resultsId } = results;
      const found = await this.#options.request("locate", { resultsId, photoIds: kept }, { signal });
      const [foundFirst = -1, foundActive = -1, ...foundSelected] = found;
      const last = Math.max(0, results.count - 1);
      // Someone who looks at the very beginning wants to see what is new there.
      const index = first === 0 || foundFirst < 0 ? Math.min(first, last) : foundFirst;
      const active = foundActive >= 0 ? foundActive : Math.min(selection.active, last);
      const fresh = await this.#preload(results, index, signal);
      return () => {
        const isSame = this.#state.selection === selection;
        this.#adopt({ query, results }, fresh, {
          // What was selected meanwhile was selected by its old place.
          selection: isSame
            ? { ranges: rangesOf(foundSelected), active, anchor: active }
            : noSelection(Math.min(this.#state.selection.active, last)),
          place: { serial: place.serial + 1, index, insteadOf: first },
        });
      };
    }, this.#options.onError);
  }

  /** What is about to be seen comes along with the results, so that they never flash up empty. */
  async #preload(results: PhotoResults, index: number, signal: AbortSignal): Promise<ResultItems> {
    const { request, onError } = this.#options;
    const items = new ResultItems(results, { request, onError, onChange: () => this.#itemsChanged() });
    const drawn = Math.min(pageSize, this.#visible.to - this.#visible.from);
    await items.preload(index, index + drawn, signal);
    return items;
  }

  #adopt(answered: Answered, items: ResultItems, change: Partial<SearchState>): void {
    this.#items?.leave();
    this.#items = items;
    this.#set({ answered, error: null, itemsVersion: this.#state.itemsVersion + 1, ...change });
  }

  /** Runs a search unless a newer one begins; only the newest one's answer is adopted. */
  async #newest(
    work: (signal: AbortSignal) => Promise<() => void>,
    onError: (error: AppError) => void,
  ): Promise<void> {
    const controller = new AbortController();
    this.#running?.abort();
    this.#running = controller;
    this.#set({ isSearching: true });
    try {
      const adopt = await work(controller.signal);
      if (this.#running === controller) {
        adopt();
      }
    } catch (error) {
      if (this.#running === controller && !isAbort(error)) {
        onError(toAppError(error));
      }
    } finally {
      if (this.#running === controller) {
        this.#running = undefined;
        this.#set({ isSearching: false });
        if (this.#refreshWanted) {
          this.refresh();
        }
      }
    }
  }

  #itemsChanged(): void {
    this.#set({ itemsVersion: this.#state.itemsVersion + 1 });
  }

  #set(change: Partial<SearchState>): void {
    this.#state = { ...this.#state, ...change };
    this.#changed.fire(this.#state);
  }
}

/**
 * Ids of the first visible result, of the active one and of the selected ones, in this order; none where
 * they cannot be known any more.
 */
async function keptIds(items: ResultItems, first: number, { active, ranges }: Selection): Promise<number[]> {
  if (items.count === 0) {
    return [];
  }
  const one = (index: number) => {
    const from = Math.min(index, items.count - 1);
    return { from, to: from + 1 };
  };
  return items.ids([one(first), one(active), ...ranges]).catch(() => []);
}
