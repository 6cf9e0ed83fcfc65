import { toAppError } from "../../common/errors";
import { type Disposable, DisposableStore } from "../../common/disposable";
import { Emitter } from "../../common/event";
import type { Logger } from "../../common/logger";
import type { PhotoIndexer } from "../../photos/index/photo-indexer";
import type { PhotoModels } from "../../photos/models";
import type { PhotoSearch } from "../../photos/search/photo-search";
import type { PhotosViewState } from "../../protocol/photos-view";
import type { MediaCounts, VectorSpace } from "../../protocol/store-media";
import type { Store } from "../../store/store-client";
import { workspaceFolders } from "./roots";

interface PhotosViewStatesOptions {
  indexer: PhotoIndexer;
  models: PhotoModels;
  /** Of the page that is told. */
  search: PhotoSearch;
  store: Store;
  logger: Logger;
}

/** What the page shows beside results, put together of index, models and store whenever one of them changes. */
export class PhotosViewStates implements Disposable {
  readonly #own = new DisposableStore();
  readonly #changed = this.#own.add(new Emitter<PhotosViewState>());
  readonly onDidChange = this.#changed.event;
  readonly #options: PhotosViewStatesOptions;
  /** Which models answer queries: with others, a search finds something else. */
  #searchModels: string;
  /** Other reasons for new searches than the index. */
  #otherRevisions = 0;
  #counted: { key: string; counts: MediaCounts } | undefined;
  #isReading = false;
  #isStale = false;

  constructor(options: PhotosViewStatesOptions) {
    this.#options = options;
    this.#searchModels = this.#namesOfModels();
    this.#own.add(options.indexer.onDidChange(() => this.refresh()));
    this.#own.add(
      options.search.onDidChange(() => {
        this.#otherRevisions++;
        this.refresh();
      }),
    );
    this.#own.add(
      options.models.onDidChange(() => {
        const names = this.#namesOfModels();
        this.#otherRevisions += names === this.#searchModels ? 0 : 1;
        this.#searchModels = names;
        this.refresh();
      }),
    );
  }

  async current(): Promise<PhotosViewState> {
    const { indexer, models } = this.#options;
    const model = models.imageText();
    const { files, searchable, captions, problems } = await this.#count(model?.space);
    const { skipped = [], unreadable = [] } = indexer.lastScan ?? {};
    return {
      folders: workspaceFolders(),
      index: indexer.state,
      model: model ? { name: model.name, isDemo: model.isDemo } : null,
      counts: {
        pictures: files,
        searchable,
        captions,
        problems: problems + unreadable.length,
        skipped: skipped.length,
      },
      hasCaptioner: models.captioner() !== undefined,
      revision: indexer.revision + this.#otherRevisions,
    };
  }

  /** Tells of a new state soon; several calls meanwhile become one. */
  refresh(): void {
    this.#isStale = true;
    if (!this.#isReading) {
      void this.#read();
    }
  }

  dispose(): void {
    this.#own.dispose();
  }

  async #read(): Promise<void> {
    this.#isReading = true;
    try {
      while (this.#isStale && !this.#own.isDisposed) {
        this.#isStale = false;
        this.#changed.fire(await this.current());
      }
    } catch (error) {
      this.#options.logger.error(`pictures: ${toAppError(error).message}`);
    } finally {
      this.#isReading = false;
    }
  }

  /** Counting takes long in a large index, and progress is told ten times a second: so once for each revision. */
  async #count(space: VectorSpace | undefined): Promise<MediaCounts> {
    const { indexer, store } = this.#options;
    const key = [indexer.revision, indexer.state.type, space?.fingerprint].join(" ");
    if (this.#counted?.key !== key) {
      this.#counted = { key, counts: await store.request("countMedia", { space: space ?? null }) };
    }
    return this.#counted.counts;
  }

  #namesOfModels(): string {
    const { models } = this.#options;
    return [models.imageText(), models.textEmbedding()].map((model) => model?.space.fingerprint).join("\n");
  }
}
