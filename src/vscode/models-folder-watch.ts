import * as vscode from "vscode";
import { type Disposable, DisposableStore } from "../common/disposable";
import type { Logger } from "../common/logger";
import type { Library } from "../library/library";
import { settingsSection } from "./ids";
import { settings } from "./settings";

/** A download writes many files; the folder is looked at once they have settled. */
const settleMs = 500;

/** Keeps the library true to the disk when files come and go without us. */
export class ModelsFolderWatch implements Disposable {
  readonly #own = new DisposableStore();
  readonly #library: Library;
  readonly #logger: Logger;
  #watcher: vscode.FileSystemWatcher | undefined;
  #folder: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(library: Library, logger: Logger) {
    this.#library = library;
    this.#logger = logger;
    this.#own.add(vscode.workspace.onDidChangeWorkspaceFolders(() => this.#follow()));
    this.#own.add(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(`${settingsSection}.modelsFolder`)) {
          this.#follow();
        }
      }),
    );
    this.#follow();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#watcher?.dispose();
    this.#own.dispose();
  }

  #follow(): void {
    const folder = settings.modelsFolder();
    if (folder === this.#folder) {
      return;
    }
    this.#folder = folder;
    this.#watcher?.dispose();
    this.#watcher = undefined;
    if (folder !== undefined) {
      const pattern = new vscode.RelativePattern(vscode.Uri.file(folder), "hub/**/{snapshots,refs}/**");
      this.#watcher = vscode.workspace.createFileSystemWatcher(pattern, false, true, false);
      this.#watcher.onDidCreate(() => this.#schedule());
      this.#watcher.onDidDelete(() => this.#schedule());
    }
    this.#schedule();
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#library
        .refresh()
        .catch((error: unknown) => this.#logger.error(`models folder: ${String(error)}`));
    }, settleMs);
  }
}
