import { stat } from "node:fs/promises";
import path from "node:path";
import * as vscode from "vscode";
import { type Disposable, DisposableStore } from "../../common/disposable";
import { pictureFormat } from "../../photos/scan/picture-formats";
import { settingIds, settingsSection } from "../ids";

export interface PictureWatchOptions {
  /** Pictures and rules about them, folders, and workspace folders whose settings changed. */
  onChanged: (paths: string[]) => void;
  /** What went and does not look like a picture: perhaps folders with pictures in them. */
  onGone: (paths: string[]) => void;
}

const goneTogetherMs = 300;

/** Notices what happens to the workspace's pictures while the window is open. */
export class PictureWatch implements Disposable {
  readonly #own = new DisposableStore();
  readonly #options: PictureWatchOptions;
  #gone: string[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: PictureWatchOptions) {
    this.#options = options;
    // Everything, because folders come and go as a whole, and because endings are written in either case.
    const watcher = this.#own.add(vscode.workspace.createFileSystemWatcher("**/*"));
    this.#own.add(watcher.onDidCreate((uri) => void this.#onCreated(uri)));
    this.#own.add(watcher.onDidChange((uri) => this.#onChanged(uri)));
    this.#own.add(watcher.onDidDelete((uri) => this.#onDeleted(uri)));
    this.#own.add(
      vscode.workspace.onDidChangeWorkspaceFolders(({ added, removed }) =>
        options.onChanged([...added, ...removed].map(({ uri }) => uri.fsPath)),
      ),
    );
    this.#own.add(vscode.workspace.onDidChangeConfiguration((event) => this.#onSettings(event)));
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#own.dispose();
  }

  /** A folder that is moved here is reported alone, without what is in it. */
  async #onCreated(uri: vscode.Uri): Promise<void> {
    if (isAboutPictures(uri)) {
      this.#options.onChanged([uri.fsPath]);
    } else if (isOwnFile(uri)) {
      const stats = await stat(uri.fsPath).catch(() => undefined);
      if (stats?.isDirectory()) {
        this.#options.onChanged([uri.fsPath]);
      }
    }
  }

  #onChanged(uri: vscode.Uri): void {
    if (isAboutPictures(uri)) {
      this.#options.onChanged([uri.fsPath]);
    }
  }

  #onDeleted(uri: vscode.Uri): void {
    if (isAboutPictures(uri)) {
      this.#options.onChanged([uri.fsPath]);
    } else if (isOwnFile(uri)) {
      this.#gone.push(uri.fsPath);
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        this.#options.onGone(this.#gone);
        this.#gone = [];
      }, goneTogetherMs);
    }
  }

  #onSettings(event: vscode.ConfigurationChangeEvent): void {
    const names = ["files.exclude", `${settingsSection}.${settingIds.photosExclude}`];
    const affected = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) =>
      names.some((name) => event.affectsConfiguration(name, uri)),
    );
    if (affected.length > 0) {
      this.#options.onChanged(affected.map(({ uri }) => uri.fsPath));
    }
  }
}

/** A picture of whatever format, or rules on which ones to look at. */
function isAboutPictures(uri: vscode.Uri): boolean {
  const name = path.basename(uri.fsPath);
  return isOwnFile(uri) && (name === ".gitignore" || pictureFormat(name) !== undefined);
}

/** On this disk, and not of Git's own, which come and go all the time. */
function isOwnFile({ scheme, fsPath }: vscode.Uri): boolean {
  return scheme === "file" && !fsPath.split(path.sep).includes(".git");
}
