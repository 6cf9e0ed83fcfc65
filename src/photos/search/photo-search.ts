import path from "node:path";
import { throwIfAborted } from "../../common/async";
import type { Disposable } from "../../common/disposable";
import { AppError } from "../../common/errors";
import type { Event } from "../../common/event";
import type { Logger } from "../../common/logger";
import type { PhotoQuery, PhotoResults, PictureFolder, RowRange } from "../../protocol/photos-view";
import type { MediaFile } from "../../protocol/store-media";
import type { Store } from "../../store/store-client";
import type { PhotoModels } from "../models";
import { CommonWords } from "./common-words";
import { groupResults } from "./duplicate-results";
import { mediaFilter, mediaSort } from "./media-filter";
import { isWithin, pictureFolders } from "./picture-folders";
import { pictureIdOf, type QueryPictures, QueryVectors } from "./query-vectors";
import { isEmptyWish, parseWish, RankedSearch } from "./ranked-search";
import { type FoundFiles, ResultSet, rowsById } from "./result-set";
import { restrict, sorted } from "./reorder";
import type { UnusedPictures } from "./unused-pictures";

interface PhotoSearchOptions {
  store: Store;
  models: PhotoModels;
  /** The workspace's folders, with absolute paths. */
  folders: () => { name: string; path: string }[];
  queryPictures: QueryPictures;
  unused: Pick<UnusedPictures, "find">;
  logger: Logger;
}

export interface FoundPhoto {
  fileId: number;
  /** Absolute; empty, as the name, when the file was deleted since the search. */
  path: string;
  /** Of its content; undefined when the file could not be read. */
  hash: string | undefined;
  name: string;
  /** Pixels; undefined until a model has seen the picture. */
  width?: number | undefined;
  height?: number | undefined;
  caption?: string | undefined;
  captionBy?: "model" | "person" | undefined;
  /** Cosine with the query; undefined where it was not compared. */
  score?: number | undefined;
  sizeBytes: number;
  /** Milliseconds since 1970. */
  modified: number;
}

export interface PhotoInWorkspace extends FoundPhoto {
  /** Relative to the workspace folder. */
  relativePath: string;
  folderName: string;
  /** Stands for this picture in queries. */
  pictureId: string;
}

/** Of these, those that are used are left out. */
const mostForUnused = 10_000;
/** These results and the ones before. */
const keptResults = 2;

/** Queries to results. Every rejection is an AppError, with the code `aborted` after a cancel. */
export class PhotoSearch implements Disposable {
  readonly #options: PhotoSearchOptions;
  readonly #words: CommonWords;
  readonly #ranked: RankedSearch;
  #results: ResultSet[] = [];
  #lastResultsId = 0;
  /** Fires when the same query may be judged otherwise, because more is known of the model. */
  readonly onDidChange: Event<undefined>;

  constructor(options: PhotoSearchOptions) {
    const { store, models, folders, queryPictures, logger } = options;
    this.#options = options;
    this.#words = new CommonWords(logger);
    this.onDidChange = this.#words.onDidBecomeReady;
    this.#ranked = new RankedSearch({
      store,
      models,
      vectors: new QueryVectors(store, queryPictures),
      words: this.#words,
      roots: () => folders().map((folder) => folder.path),
    });
  }

  async search(query: PhotoQuery, signal: AbortSignal): Promise<PhotoResults> {
    throwIfAborted(signal);
    const model = this.#options.models.imageText();
    if (model) {
      // A person is about to type: made now, they need not be waited for.
      void this.#words.prepare(model);
    }
    const found = await this.#find(query, signal);
    throwIfAborted(signal);
    const results = new ResultSet(++this.#lastResultsId, found);
    this.#results = [results, ...this.#results].slice(0, keptResults);
    return results.summary;
  }

  /** As many as there are rows; one whose file was deleted meanwhile has no path. */
  async rows(resultsId: number, from: number, count: number): Promise<FoundPhoto[]> {
    const results = this.#resultsOf(resultsId);
    const fileIds = results.slice(from, from + count);
    const files = await this.#options.store.request("getFiles", { fileIds });
    const found = new Map(files.map((file) => [file.fileId, file]));
    return fileIds.map((fileId, offset) => {
      const file = found.get(fileId);
      const photo = file ? toPhoto(file) : deleted(fileId);
      return { ...photo, score: results.score(Math.max(0, from) + offset) };
    });
  }

  ids(resultsId: number, ranges: readonly RowRange[]): number[] {
    return this.#resultsOf(resultsId).ids(ranges);
  }

  locate(resultsId: number, photoIds: readonly number[]): number[] {
    return this.#resultsOf(resultsId).locate(photoIds);
  }

  async photo(fileId: number): Promise<PhotoInWorkspace> {
    const [photo] = await this.files([fileId]);
    if (!photo) {
      throw new AppError("file-missing", "This picture is not there any more.");
    }
    const folder = this.#options.folders().find(({ path: root }) => isWithin(photo.path, root));
    return {
      ...photo,
      relativePath: folder ? path.relative(folder.path, photo.path) : photo.path,
      folderName: folder?.name ?? "",
      pictureId: pictureIdOf(fileId),
    };
  }

  /** In the order asked for; those that are gone are left out. */
  async files(fileIds: readonly number[]): Promise<FoundPhoto[]> {
    return (await this.#options.store.request("getFiles", { fileIds: [...fileIds] })).map(toPhoto);
  }

  async folders(): Promise<PictureFolder[]> {
    const folders = await this.#options.store.request("listPictureFolders", null);
    return pictureFolders(folders, this.#options.folders());
  }

  dispose(): void {
    this.#words.dispose();
  }

  #resultsOf(resultsId: number): ResultSet {
    const results = this.#results.find((each) => each.resultsId === resultsId);
    if (!results) {
      throw new AppError("invalid-input", "These results are outdated. Search again.");
    }
    return results;
  }

  async #find(query: PhotoQuery, signal: AbortSignal): Promise<FoundFiles> {
    const { store } = this.#options;
    const filter = mediaFilter(query.filter);
    const browse = () => store.request("browseMedia", { filter, sort: mediaSort(query.sort) });
    const wish = parseWish(query);
    const scope = query.view === "unused" ? { filter, most: mostForUnused } : { filter };
    const ranked = isEmptyWish(wish) ? undefined : await this.#ranked.search(wish, scope, signal);
    throwIfAborted(signal);
    if (query.view === "duplicates") {
      const space = this.#options.models.imageText()?.space ?? null;
      const duplicates = await store.request("findDuplicates", { space, filter }, { signal });
      const order = query.sort === "relevance" || query.sort === "largest" ? undefined : await browse();
      return groupResults(duplicates, order, ranked);
    }
    const found = ranked
      ? sorted(ranked, query.sort === "relevance" ? undefined : await browse())
      : everything(await browse());
    return query.view === "unused" ? this.#unused(found, signal) : found;
  }

  async #unused(found: FoundFiles, signal: AbortSignal): Promise<FoundFiles> {
    const unused = await this.#options.unused.find(signal);
    const rows = rowsById(unused.fileIds);
    const shown = restrict(found, (fileId) => (rows[fileId] ?? -1) >= 0);
    let reclaimableBytes = 0;
    for (const fileId of shown.fileIds) {
      reclaimableBytes += unused.sizes[rows[fileId] ?? -1] ?? 0;
    }
    return { ...shown, reclaimableBytes };
  }
}

function everything(fileIds: Uint32Array): FoundFiles {
  return { fileIds, likely: fileIds.length };
}

function toPhoto(file: MediaFile): FoundPhoto {
  const { fileId, hash, width, height, caption, captionBy, size, modified } = file;
  return {
    ...{ fileId, path: file.path, hash, name: path.basename(file.path), width, height, caption, modified },
    captionBy: captionBy === undefined ? undefined : captionBy === "person" ? "person" : "model",
    sizeBytes: size,
  };
}

function deleted(fileId: number): FoundPhoto {
  return { fileId, path: "", hash: undefined, name: "", sizeBytes: 0, modified: 0 };
}
