import path from "node:path";
import * as vscode from "vscode";
import { AppError, toAppError } from "../../common/errors";
import { formatBytes } from "../../common/format";
import type { FoundPhoto } from "../../photos/search/photo-search";
import type { LastEditor } from "../last-editor";
import { type LinkFormat, linkText } from "./links";
import { moveToTrash } from "./trash";

/** More than these are opened only after asking. */
const openWithoutAsking = 10;

/** What can be done with pictures as files. */
export class PhotoActions {
  readonly #lastEditor: LastEditor;

  constructor(lastEditor: LastEditor) {
    this.#lastEditor = lastEditor;
  }

  async open(photos: readonly FoundPhoto[], column = vscode.ViewColumn.Active): Promise<void> {
    if (photos.length > openWithoutAsking && !(await confirmOpen(photos.length))) {
      return;
    }
    for (const [index, { path }] of photos.entries()) {
      // The first one makes its column the active one.
      const viewColumn = index === 0 ? column : vscode.ViewColumn.Active;
      const options: vscode.TextDocumentShowOptions = { viewColumn, preview: photos.length === 1 };
      await vscode.commands.executeCommand("vscode.open", vscode.Uri.file(path), options);
    }
  }

  async reveal({ path }: FoundPhoto): Promise<void> {
    await vscode.commands.executeCommand("revealInExplorer", vscode.Uri.file(path));
  }

  async copyPaths(photos: readonly FoundPhoto[], relative: boolean): Promise<void> {
    const paths = photos.map(({ path }) => (relative ? relativePath(path) : path));
    await vscode.env.clipboard.writeText(paths.join("\n"));
  }

  /** At the cursor of the text editor that was active last, one a line. */
  async insertLinks(photos: readonly FoundPhoto[], format: LinkFormat): Promise<void> {
    await this.#lastEditor.insert((document) => {
      const newLine = document.eol === vscode.EndOfLine.CRLF ? "\r\n" : "\n";
      return photos.map((photo) => linkText(photo, format, folderOf(document, photo))).join(newLine);
    });
  }

  /** Asks first. The paths of what was moved; an error tells what was not, after all others were moved. */
  async moveToTrash(photos: readonly FoundPhoto[]): Promise<{ moved: string[]; error?: AppError }> {
    const moved: string[] = [];
    if (photos.length === 0 || !(await confirmTrash(photos))) {
      return { moved };
    }
    const errors: AppError[] = [];
    for (const { path } of photos) {
      try {
        await moveToTrash(path);
        moved.push(path);
      } catch (error) {
        errors.push(toAppError(error));
      }
    }
    const [first] = errors;
    return first ? { moved, error: errors.length === 1 ? first : severalFailed(errors) } : { moved };
  }

  /** Undefined when the person thought better of it. */
  async askCaption({ name, caption }: FoundPhoto): Promise<string | undefined> {
    const text = await vscode.window.showInputBox({
      title: vscode.l10n.t("Caption of {0}", name),
      prompt: vscode.l10n.t("What is to be seen? Searches find these words."),
      value: caption ?? "",
    });
    return text?.trim();
  }
}

/** The folder that links in the document start from; an unsaved document's is where the picture's workspace is. */
function folderOf(document: vscode.TextDocument, photo: FoundPhoto): string | undefined {
  return document.uri.scheme === "file"
    ? path.dirname(document.uri.fsPath)
    : vscode.workspace.getWorkspaceFolder(vscode.Uri.file(photo.path))?.uri.fsPath;
}

/** As VS Code's own command copies it: without the workspace folder's name. */
function relativePath(file: string): string {
  const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file));
  return folder ? path.relative(folder.uri.fsPath, file) : file;
}

async function confirmOpen(count: number): Promise<boolean> {
  const open = vscode.l10n.t("Open");
  const question = vscode.l10n.t("Open {0} pictures, each in a tab of its own?", count.toLocaleString());
  return (await vscode.window.showInformationMessage(question, { modal: true }, open)) === open;
}

async function confirmTrash(photos: readonly FoundPhoto[]): Promise<boolean> {
  const move = vscode.l10n.t("Move to Trash");
  const bytes = photos.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const [first] = photos;
  const question =
    photos.length === 1 && first
      ? vscode.l10n.t("Move “{0}” to the trash?", first.name)
      : vscode.l10n.t("Move {0} pictures to the trash?", photos.length.toLocaleString());
  const detail = vscode.l10n.t("{0} in all. They can be restored from the trash.", formatBytes(bytes));
  const detailOfOne = vscode.l10n.t("{0}. It can be restored from the trash.", formatBytes(bytes));
  const options = { modal: true, detail: photos.length === 1 ? detailOfOne : detail };
  return (await vscode.window.showWarningMessage(question, options, move)) === move;
}

function severalFailed(errors: readonly AppError[]): AppError {
  return new AppError(
    "file-error",
    "{0} pictures could not be moved to the trash, so they are still there.",
    [errors.length],
    errors.map(({ message, detail }) => `${message} ${detail ?? ""}`).join("\n"),
  );
}
