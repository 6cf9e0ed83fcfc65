import * as vscode from "vscode";
import type { ScanRoot } from "../../protocol/photo-scanner";
import { settings } from "../settings";

/** The workspace's folders that lie on this machine's disk. */
export function workspaceFolders(): { name: string; path: string }[] {
  return foldersOnDisk().map(({ name, uri }) => ({ name, path: uri.fsPath }));
}

/** Where pictures are looked for, with what each folder's settings leave out. */
export function pictureRoots(): ScanRoot[] {
  return foldersOnDisk().map(({ uri }) => ({
    folder: uri.fsPath,
    excluded: patterns(configured("files", uri), settings.photosExclude(uri)),
  }));
}

/** Where texts are looked through that may mention a picture: as in VS Code's own search. */
export function textRoots(): ScanRoot[] {
  return foldersOnDisk().map(({ uri }) => ({
    folder: uri.fsPath,
    excluded: patterns(configured("files", uri), configured("search", uri)),
  }));
}

function foldersOnDisk(): vscode.WorkspaceFolder[] {
  return (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === "file");
}

type Excluded = Record<string, unknown>;

function configured(section: "files" | "search", folder: vscode.Uri): Excluded {
  return vscode.workspace.getConfiguration(section, folder).get<Excluded>("exclude") ?? {};
}

/** A pattern may also depend on what lies beside a file, which says nothing here. */
function patterns(...settings: Excluded[]): string[] {
  return Object.entries(Object.assign({}, ...settings) as Excluded)
    .filter(([, isExcluded]) => isExcluded === true)
    .map(([pattern]) => pattern);
}
