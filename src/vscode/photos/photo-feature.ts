import type * as vscode from "vscode";
import { type Disposable, DisposableStore } from "../../common/disposable";
import type { Logger } from "../../common/logger";
import type { Deployments } from "../../engine/deployments";
import type { Library } from "../../library/library";
import { registerPhotoCommands } from "../commands/photo-commands";
import type { Deployer } from "../deploy";
import type { LastEditor } from "../last-editor";
import { showError } from "../notifications";
import { panelIds } from "../ids";
import { createPhotosWebview, PhotosPanel } from "../panels/photos-panel";
import { SinglePanel } from "../panels/single-panel";
import type { Puller } from "../pull";
import { ensureImageTextModel } from "./choose-model";
import { PhotoActions } from "./photo-actions";
import { Photos, type PhotosOptions } from "./photos";
import { PhotosStatus } from "./photos-status";
import { ProblemsDocument } from "./problems-document";

export interface PhotoFeatureOptions extends PhotosOptions {
  extensionUri: vscode.Uri;
  library: Library;
  deployments: Deployments;
  deployer: Deployer;
  puller: Puller;
  lastEditor: LastEditor;
  logger: Logger;
}

/** Photo search as VS Code shows it: panel, commands, status bar and the list of what was left out. */
export class PhotoFeature implements Disposable {
  readonly photos: Photos;
  readonly #options: PhotoFeatureOptions;
  readonly #own = new DisposableStore();

  constructor(options: PhotoFeatureOptions) {
    const { extensionUri, lastEditor, logger } = options;
    this.#options = options;
    const photos = new Photos(options);
    this.photos = photos;
    const actions = new PhotoActions(lastEditor);
    const problems = this.#own.add(
      new ProblemsDocument(
        async () => ({
          failed: await photos.store.request("listProblems", null),
          lastScan: photos.indexer.lastScan,
        }),
        photos.onDidChangeIndex,
      ),
    );
    const startIndexing = () => this.#startIndexing();
    const showProblems = () => problems.show();
    const tab = this.#own.add(
      new SinglePanel({
        viewType: panelIds.photos,
        create: createPhotosWebview,
        attach: (webview) =>
          new PhotosPanel(webview, { extensionUri, photos, actions, startIndexing, showProblems, logger }),
      }),
    );
    const status = this.#own.add(new PhotosStatus());
    this.#own.add(photos.onDidChangeIndex((state) => status.show(state)));
    this.#own.add(registerPhotoCommands({ tab, photos, actions, startIndexing, logger }));
  }

  dispose(): void {
    this.#own.dispose();
  }

  /** Ends the processes, and indexing between two batches; bounded in time. */
  stop(): Promise<void> {
    return this.photos.dispose();
  }

  /** *Initialize Search*. What is in the way is told with what can be done about it. */
  async #startIndexing(): Promise<void> {
    try {
      this.photos.requireIndexable();
      if (await ensureImageTextModel(this.#options)) {
        void this.photos.indexer.start();
      }
    } catch (error) {
      void showError(error, this.#options.logger);
    }
  }
}
