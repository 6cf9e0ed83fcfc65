import path from "node:path";
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
  #watchers: vscode.FileSystemWatcher[] = [];
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
    this.#unwatch();
    this.#own.dispose();
  }

  #follow(): void {
    const folder = settings.modelsFolder();
    if (folder === this.#folder) {
      return;
    }
    this.#folder = folder;
    this.#unwatch();
    if (folder !== undefined) {
      this.#watch(folder);
    }
    this.#schedule();
  }

  /** Of a folder that is deleted only the folder itself is reported, nothing in it: so every level counts. */
  #watch(folder: string): void {
    const inside = new vscode.RelativePattern(vscode.Uri.file(folder), "{hub,hub/**}");
    const beside = new vscode.RelativePattern(vscode.Uri.file(path.dirname(folder)), "*");
    for (const pattern of [inside, beside]) {
      const notice = (uri: vscode.Uri): void => {
        if (pattern === inside || uri.fsPath === vscode.Uri.file(folder).fsPath) {
          this.#schedule();
        }
      };
      const watcher = vscode.workspace.createFileSystemWatcher(pattern, false, true, false);
      watcher.onDidCreate(notice);
      watcher.onDidDelete(notice);
      this.#watchers.push(watcher);
    }
  }

  #unwatch(): void {
    for (const watcher of this.#watchers) {
      watcher.dispose();
    }
    this.#watchers = [];
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
