import * as vscode from "vscode";
import { SerialQueue, settlesWithin } from "../../common/async";
import { DisposableStore } from "../../common/disposable";
import { AppError } from "../../common/errors";
import { Emitter } from "../../common/event";
import type { Logger } from "../../common/logger";
import { PhotoIndexer } from "../../photos/index/photo-indexer";
import type { PhotoModels } from "../../photos/models";
import { PictureTools } from "../../photos/pictures/picture-tools";
import { type FoundPhoto, PhotoSearch } from "../../photos/search/photo-search";
import { UnusedPictures } from "../../photos/search/unused-pictures";
import type { IndexState, PhotoQuery } from "../../protocol/photos-view";
import type { Store } from "../../store/store-client";
import { PictureWatch } from "./picture-watch";
import { pictureRoots, textRoots, workspaceFolders } from "./roots";

export interface PhotosOptions {
  store: Store;
  models: PhotoModels;
  /** Bundles of the workers that look for pictures and for texts that mention them, and of the engine process. */
  scannerPath: string;
  mentionsPath: string;
  enginePath: string;
  /** Absolute path of the folder for thumbnails and previews. */
  cacheFolder: string;
  /** Remembers whether this workspace has an index, so that a window without one opens no store for it. */
  memento: vscode.Memento;
  logger: Logger;
}

const hasIndexKey = "photos.hasIndex";
/** The window and whatever else starts with it go first. */
const scanAfterStartMs = 5_000;
const disposeMs = 1_000;

/** The parts of photo search, made when they are first needed. */
export class Photos {
  readonly #options: PhotosOptions;
  readonly #own = new DisposableStore();
  readonly #indexChanged = this.#own.add(new Emitter<IndexState>());
  readonly onDidChangeIndex = this.#indexChanged.event;
  readonly #apiSearches = new SerialQueue();
  #apiSearch: PhotoSearch | undefined;
  #indexer: PhotoIndexer | undefined;
  #pictures: PictureTools | undefined;
  #unused: UnusedPictures | undefined;

  constructor(options: PhotosOptions) {
    this.#options = options;
    if (options.memento.get<boolean>(hasIndexKey) === true) {
      this.#scanSoon();
    }
  }

  get models(): PhotoModels {
    return this.#options.models;
  }

  get store(): Store {
    return this.#options.store;
  }

  get cacheFolder(): string {
    return this.#options.cacheFolder;
  }

  get indexer(): PhotoIndexer {
    this.#indexer ??= this.#createIndexer();
    return this.#indexer;
  }

  get pictures(): PictureTools {
    const { enginePath, cacheFolder, logger } = this.#options;
    this.#pictures ??= new PictureTools({ enginePath, cacheFolder, logger });
    return this.#pictures;
  }

  /** One for each that shows results: a search keeps its last results only. */
  createSearch(): PhotoSearch {
    const { store, models, logger } = this.#options;
    return new PhotoSearch({
      store,
      models,
      folders: workspaceFolders,
      queryPictures: { find: (pictureId) => this.pictures.find(pictureId) },
      unused: this.#unusedPictures(),
      logger,
    });
  }

  /** The best pictures for the words; for other extensions. */
  find(text: string, limit: number, signal: AbortSignal): Promise<(FoundPhoto & { isLikely: boolean })[]> {
    const search = (this.#apiSearch ??= this.#own.add(this.createSearch()));
    // One after another, because a search's results are kept only until the next but one.
    return this.#apiSearches.run(async () => {
      const query: PhotoQuery = { text, pictures: [], filter: {}, sort: "relevance", view: "all" };
      const { resultsId, likely } = await search.search(query, signal);
      const rows = await search.rows(resultsId, 0, limit);
      return rows.map((row, index) => ({ ...row, isLikely: index < likely }));
    });
  }

  /** @throws AppError where pictures are not indexed */
  requireIndexable(): void {
    if (workspaceFolders().length === 0) {
      throw new AppError("no-folder", "Open a folder first: its pictures are what is searched.");
    }
    if (!vscode.workspace.isTrusted) {
      throw new AppError("untrusted", "Pictures are not indexed in a folder you do not trust.");
    }
  }

  async dispose(): Promise<void> {
    this.#own.dispose();
    this.#indexer?.dispose();
    await settlesWithin(this.#pictures?.dispose() ?? Promise.resolve(), disposeMs);
  }

  #unusedPictures(): UnusedPictures {
    const { store, logger, mentionsPath } = this.#options;
    const roots = () => Promise.resolve(textRoots());
    this.#unused ??= this.#own.add(new UnusedPictures({ store, logger, roots, workerPath: mentionsPath }));
    return this.#unused;
  }

  #createIndexer(): PhotoIndexer {
    const { store, models, logger, scannerPath, memento } = this.#options;
    const roots = () => Promise.resolve(pictureRoots());
    const indexer = new PhotoIndexer({ store, models, logger, roots, scannerPath });
    this.#own.add(
      indexer.onDidChange(() => {
        const { state } = indexer;
        const hasIndex = state.type !== "none";
        if (hasIndex !== (memento.get<boolean>(hasIndexKey) ?? false)) {
          void memento.update(hasIndexKey, hasIndex);
        }
        this.#indexChanged.fire(state);
      }),
    );
    this.#own.add(
      new PictureWatch({
        onChanged: (paths) => this.#onChanged(indexer, paths),
        onGone: (paths) => void this.#onGone(indexer, paths),
      }),
    );
    return indexer;
  }

  #onChanged(indexer: PhotoIndexer, paths: string[]): void {
    if (vscode.workspace.isTrusted) {
      indexer.filesChanged(paths);
    }
  }

  /** Most of what is deleted was no folder with pictures: a scan for it would be for nothing. */
  async #onGone(indexer: PhotoIndexer, paths: string[]): Promise<void> {
    try {
      const known = await this.#options.store.request("listKnownFiles", { below: paths });
      if (known.sizes.length > 0) {
        this.#onChanged(indexer, paths);
      }
    } catch (error) {
      this.#options.logger.warn(`deleted files were not looked at: ${String(error)}`);
    }
  }

  /** Finds what changed while the window was closed. */
  #scanSoon(): void {
    const scan = () => {
      if (vscode.workspace.isTrusted && workspaceFolders().length > 0) {
        void this.indexer.start();
      }
    };
    const timer = setTimeout(scan, scanAfterStartMs);
    this.#own.add({ dispose: () => clearTimeout(timer) });
    this.#own.add(vscode.workspace.onDidGrantWorkspaceTrust(scan));
  }
}
