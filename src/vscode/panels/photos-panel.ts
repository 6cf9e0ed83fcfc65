import * as vscode from "vscode";
import { type Disposable, DisposableStore } from "../../common/disposable";
import { AppError } from "../../common/errors";
import type { Logger } from "../../common/logger";
import type { FoundPhoto, PhotoSearch } from "../../photos/search/photo-search";
import type {
  PhotoDetails,
  PhotoItem,
  PhotoMenuContext,
  PhotoQuery,
  PhotosHostWire,
  PhotosPageWire,
  QueryPicture,
} from "../../protocol/photos-view";
import { type Handlers, RpcPeer } from "../../protocol/rpc";
import { commandIds, panelIds } from "../ids";
import type { PhotoActions } from "../photos/photo-actions";
import type { Photos } from "../photos/photos";
import { PhotosViewStates } from "../photos/photos-view-states";
import { ThumbnailFeed } from "../photos/thumbnails";
import { webviewHtml, webviewRoot } from "./webview-html";
import { webviewTransport } from "./webview-transport";

export interface PhotosPanelOptions {
  extensionUri: vscode.Uri;
  photos: Photos;
  actions: PhotoActions;
  /** *Initialize Search*: chooses a model where none runs, then indexes. */
  startIndexing: () => Promise<void>;
  showProblems: () => Promise<void>;
  logger: Logger;
}

/** Photo search in an editor tab. */
export class PhotosPanel implements Disposable {
  readonly #panel: vscode.WebviewPanel;
  readonly #options: PhotosPanelOptions;
  readonly #own = new DisposableStore();
  readonly #rpc: RpcPeer<PhotosHostWire, PhotosPageWire>;
  readonly #search: PhotoSearch;
  readonly #states: PhotosViewStates;
  readonly #thumbnails: ThumbnailFeed;
  /** What a page that is not there yet is told once it is; a hidden page is thrown away. */
  #waiting: (() => void)[] = [];
  #isPageReady = false;

  constructor(panel: vscode.WebviewPanel, options: PhotosPanelOptions) {
    const { photos, extensionUri, logger } = options;
    this.#panel = panel;
    this.#options = options;
    this.#search = this.#own.add(photos.createSearch());
    const { indexer, models, store } = photos;
    this.#states = this.#own.add(
      new PhotosViewStates({ indexer, models, search: this.#search, store, logger }),
    );
    this.#thumbnails = this.#own.add(
      new ThumbnailFeed({
        cached: (hash) => photos.pictures.cached(hash),
        make: (source, signal) => photos.pictures.thumbnail(source, signal),
        send: (made) =>
          this.#rpc.notify(
            "thumbnails",
            made.map(({ photoId, file }) => ({ photoId, uri: file === null ? null : this.#uriOf(file) })),
          ),
        logger,
      }),
    );
    const icon = (theme: string) => vscode.Uri.joinPath(extensionUri, "media", `photos-${theme}.svg`);
    panel.iconPath = { light: icon("light"), dark: icon("dark") };
    panel.webview.options = {
      enableScripts: true,
      localResourceRoots: [webviewRoot(extensionUri), vscode.Uri.file(photos.cacheFolder)],
    };
    this.#rpc = this.#own.add(
      new RpcPeer<PhotosHostWire, PhotosPageWire>(webviewTransport(panel), this.#handlers(), (error) =>
        logger.error(`photos panel: ${error.message} ${error.detail ?? ""}`),
      ),
    );
    this.#own.add(this.#states.onDidChange((state) => this.#rpc.notify("state", state)));
    this.#own.add(vscode.workspace.onDidChangeWorkspaceFolders(() => this.#states.refresh()));
    this.#own.add(panel.onDidChangeViewState(() => (this.#isPageReady &&= panel.visible)));
    panel.webview.html = webviewHtml(panel.webview, extensionUri, {
      bundle: "photos",
      title: vscode.l10n.t("Photo Search"),
    });
  }

  reveal(): void {
    this.#panel.reveal();
    this.#whenReady(() => this.#rpc.notify("focusSearch", null));
  }

  /** Shows the panel with the query's results. */
  search(query: PhotoQuery): void {
    this.#panel.reveal();
    this.#whenReady(() => this.#rpc.notify("setQuery", query));
  }

  copyPicture(photoId: number): void {
    this.#whenReady(() => this.#rpc.notify("copyPicture", { photoId }));
  }

  /** The pictures that a command of the page's context menu is for. */
  async chosen({ resultsId, selectedRows, photoId }: PhotoMenuContext): Promise<FoundPhoto[]> {
    // The preview's menu is for one picture, whatever became of its results.
    const ids = resultsId < 0 ? [photoId] : this.#search.ids(resultsId, selectedRows);
    return this.#search.files(ids);
  }

  async moveToTrash(photos: readonly FoundPhoto[]): Promise<number> {
    const { moved, error } = await this.#options.actions.moveToTrash(photos);
    if (moved.length > 0) {
      this.#options.photos.indexer.filesChanged(moved);
    }
    if (error) {
      throw error;
    }
    return moved.length;
  }

  dispose(): void {
    this.#own.dispose();
  }

  #whenReady(tell: () => void): void {
    if (this.#isPageReady) {
      tell();
    } else {
      this.#waiting.push(tell);
    }
  }

  #handlers(): Handlers<PhotosHostWire> {
    const { photos, actions, startIndexing, showProblems } = this.#options;
    const { indexer, pictures } = photos;
    const done = async (work: unknown): Promise<null> => {
      await work;
      return null;
    };
    const files = (photoIds: number[]) => this.#search.files(photoIds);
    return {
      ready: async () => {
        await pictures.loaded;
        const state = await this.#states.current();
        // After the reply, so that the page has what it needs to take them.
        setTimeout(() => this.#onReady());
        return state;
      },
      search: (query, { signal }) => this.#search.search(query, signal),
      items: async ({ resultsId, from, count }) => {
        const rows = await this.#search.rows(resultsId, from, count);
        this.#thumbnails.forgetOld(resultsId);
        return rows.map((row) => this.#item(row, resultsId));
      },
      ids: ({ resultsId, ranges }) => this.#search.ids(resultsId, ranges),
      locate: ({ resultsId, photoIds }) => this.#search.locate(resultsId, photoIds),
      details: ({ photoId }) => this.#details(photoId),

      openFolder: () => done(vscode.commands.executeCommand("vscode.openFolder")),
      startIndexing: () => done(startIndexing()),
      pauseIndexing: () => {
        indexer.pause();
        return null;
      },
      resumeIndexing: () => {
        // States tell how far it is.
        void indexer.resume();
        return null;
      },
      cancelIndexing: () => {
        indexer.cancel();
        return null;
      },
      showProblems: () => done(showProblems()),

      pictureFolders: () => this.#search.folders(),
      addQueryPicture: async (picture) => this.#queryPicture(await pictures.keep(picture)),
      addQueryPictureFile: async ({ uri }) => this.#queryPicture(await pictures.keep({ path: fileOf(uri) })),
      queryPictures: ({ pictureIds }) => this.#queryPictures(pictureIds),
      open: async ({ photoIds }) => done(actions.open(await files(photoIds))),
      reveal: async ({ photoId }) => done(actions.reveal(await this.#search.photo(photoId))),
      copyPaths: async ({ photoIds, relative }) => done(actions.copyPaths(await files(photoIds), relative)),
      insertLinks: async ({ photoIds, format }) => done(actions.insertLinks(await files(photoIds), format)),
      pictureForClipboard: async ({ photoId }) => {
        const png = await pictures.png((await this.#search.photo(photoId)).path);
        // VS Code brings a plain array to the page, but no buffer of Node's.
        return new Uint8Array(png);
      },
      moveToTrash: async ({ photoIds }) => ({ moved: await this.moveToTrash(await files(photoIds)) }),
      setCaption: ({ photoId, caption }) => done(indexer.setCaption(photoId, caption)),
      showLog: () => done(vscode.commands.executeCommand(commandIds.showLog)),
    };
  }

  #onReady(): void {
    this.#isPageReady = true;
    const waiting = this.#waiting;
    this.#waiting = [];
    waiting.forEach((tell) => tell());
  }

  #item(photo: FoundPhoto, resultsId: number): PhotoItem {
    const file = this.#thumbnails.get(photo, resultsId);
    const { fileId: photoId, name, width, height, caption, score } = photo;
    return { photoId, name, width, height, caption, score, thumbnail: file ? this.#uriOf(file) : file };
  }

  async #details(photoId: number): Promise<PhotoDetails> {
    const photo = await this.#search.photo(photoId);
    const { path, hash, pictureId, relativePath, folderName, sizeBytes, modified, captionBy } = photo;
    if (hash === undefined) {
      throw new AppError("file-error", "“{0}” cannot be read.", [photo.name]);
    }
    const { pictures } = this.#options.photos;
    const preview = this.#uriOf(await pictures.preview({ path, hash }));
    const cached = pictures.cached(hash);
    const { name, width, height, caption, score } = photo;
    return {
      ...{ photoId, name, width, height, caption, score, pictureId, preview },
      ...{ relativePath, folderName, sizeBytes, modified, captionBy },
      thumbnail: cached === undefined ? undefined : this.#uriOf(cached),
    };
  }

  async #queryPicture(picture: Omit<QueryPicture, "thumbnail"> & { path: string; hash: string }) {
    const { pictureId, name, path, hash } = picture;
    const file = await this.#options.photos.pictures.thumbnail({ path, hash });
    return { pictureId, name, thumbnail: this.#uriOf(file) };
  }

  async #queryPictures(pictureIds: readonly string[]): Promise<QueryPicture[]> {
    const found = await Promise.allSettled(pictureIds.map((pictureId) => this.#findQueryPicture(pictureId)));
    return found.flatMap((each) => (each.status === "fulfilled" && each.value ? [each.value] : []));
  }

  async #findQueryPicture(pictureId: string): Promise<QueryPicture | undefined> {
    const fileId = /^file:(\d+)$/.exec(pictureId)?.[1];
    if (fileId === undefined) {
      const kept = this.#options.photos.pictures.find(pictureId);
      return kept && this.#queryPicture(kept);
    }
    const { name, path, hash } = await this.#search.photo(Number(fileId));
    return hash === undefined ? undefined : this.#queryPicture({ pictureId, name, path, hash });
  }

  #uriOf(file: string): string {
    return this.#panel.webview.asWebviewUri(vscode.Uri.file(file)).toString();
  }
}

/** Where a file is that was dragged from the Explorer; that of a remote window names its machine. */
function fileOf(uri: string): string {
  const { scheme, path } = vscode.Uri.parse(uri, true);
  if (scheme !== "file" && scheme !== "vscode-remote") {
    throw new AppError("invalid-input", "Only files on this machine can be searched for.");
  }
  return vscode.Uri.file(path).fsPath;
}

export function createPhotosWebview(): vscode.WebviewPanel {
  return vscode.window.createWebviewPanel(
    panelIds.photos,
    vscode.l10n.t("Photo Search"),
    { viewColumn: vscode.ViewColumn.Active },
    { enableScripts: true },
  );
}
