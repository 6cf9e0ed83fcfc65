import * as vscode from "vscode";
import { AppError } from "../../common/errors";

/** Where a save dialog begins: in the workspace, else wherever VS Code begins. */
export function targetFolder(fileName: string): vscode.Uri {
  const folder = firstFolder();
  return folder ? vscode.Uri.joinPath(folder, fileName) : vscode.Uri.file(fileName);
}

/** Where suites are made: the `evaluations` folder of the workspace. @throws AppError `no-folder` */
export function suitesFolder(): vscode.Uri {
  const folder = firstFolder();
  if (!folder) {
    throw new AppError("no-folder", "Open a folder first; suites are kept in its “evaluations” folder.");
  }
  return vscode.Uri.joinPath(folder, "evaluations");
}

/** Writes a suite under a name that nothing has yet, and shows it. */
export async function createSuiteFile(name: string, text: string): Promise<vscode.Uri> {
  const folder = suitesFolder();
  await vscode.workspace.fs.createDirectory(folder);
  const taken = new Set(
    (await vscode.workspace.fs.readDirectory(folder)).map(([file]) => file.toLowerCase()),
  );
  const uri = vscode.Uri.joinPath(folder, freeName(fileNameOf(name), taken));
  await vscode.workspace.fs.writeFile(uri, Buffer.from(text, "utf8"));
  await vscode.window.showTextDocument(uri, { preview: false });
  return uri;
}

function freeName(base: string, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number++) {
    const name = `${base}${number === 1 ? "" : ` ${number}`}.eval.json`;
    if (!taken.has(name.toLowerCase())) {
      return name;
    }
  }
}

/** A name that every file system takes. */
export function fileNameOf(name: string): string {
  const plain = name
    .replace(/[^\p{L}\p{N} ._()-]+/gu, " ")
    .replace(/\s+/g, " ")
    .slice(0, 80)
    .replace(/^[ .]+|[ .]+$/g, "");
  return plain === "" ? "evaluation" : plain;
}

function firstFolder(): vscode.Uri | undefined {
  return vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === "file")?.uri;
}
