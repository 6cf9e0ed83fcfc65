import * as vscode from "vscode";
import { AppError } from "../../common/errors";
import { moveToFreedesktopTrash } from "./freedesktop-trash";

/** Moves a file into the trash; never deletes it. @throws AppError where there is no trash: the file is still there then */
export async function moveToTrash(file: string): Promise<void> {
  try {
    await vscode.workspace.fs.delete(vscode.Uri.file(file), { useTrash: true });
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === "FileNotFound") {
      return;
    }
    await moveWithoutVsCode(file, error);
  }
}

/** VS Code has no trash for machines that it reaches over a network, WSL and containers. */
async function moveWithoutVsCode(file: string, cause: unknown): Promise<void> {
  if (process.platform === "linux") {
    try {
      await moveToFreedesktopTrash(file);
      return;
    } catch (error) {
      throw noTrash(file, error);
    }
  }
  throw noTrash(file, cause);
}

function noTrash(file: string, cause: unknown): AppError {
  return new AppError(
    "file-error",
    "“{0}” could not be moved to the trash, so it is still there.",
    [file],
    String(cause),
  );
}
