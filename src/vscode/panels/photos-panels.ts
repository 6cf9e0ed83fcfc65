import * as vscode from "vscode";
import { type Disposable, DisposableStore } from "../../common/disposable";
import type { PhotoQuery } from "../../protocol/photos-view";
import { panelIds } from "../ids";
import { createPhotosWebview, PhotosPanel, type PhotosPanelOptions } from "./photos-panel";

/** The window's photo search, of which there is one at most; brings it back after a reload. */
export class PhotosPanels implements Disposable, vscode.WebviewPanelSerializer {
  readonly #options: PhotosPanelOptions;
  readonly #own = new DisposableStore();
  #open: PhotosPanel | undefined;

  constructor(options: PhotosPanelOptions) {
    this.#options = options;
    this.#own.add(vscode.window.registerWebviewPanelSerializer(panelIds.photos, this));
  }

  get current(): PhotosPanel | undefined {
    return this.#open;
  }

  show(): void {
    this.#panel().reveal();
  }

  search(query: PhotoQuery): void {
    this.#panel().search(query);
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    if (this.#open) {
      panel.dispose();
    } else {
      this.#add(panel);
    }
    return Promise.resolve();
  }

  dispose(): void {
    this.#open?.dispose();
    this.#own.dispose();
  }

  #panel(): PhotosPanel {
    return this.#open ?? this.#add(createPhotosWebview());
  }

  #add(webview: vscode.WebviewPanel): PhotosPanel {
    const panel = new PhotosPanel(webview, this.#options);
    this.#open = panel;
    webview.onDidDispose(() => {
      this.#open = undefined;
      panel.dispose();
    });
    return panel;
  }
}
