import * as vscode from "vscode";
import type { TextPosition } from "../../common/json-text";

/** Readers count lines and columns from 1, VS Code from 0. */
export function positionOf({ line, column }: TextPosition): vscode.Position {
  return new vscode.Position(line - 1, column - 1);
}

export function rangeOf(start: TextPosition, end: TextPosition = start): vscode.Range {
  return new vscode.Range(positionOf(start), positionOf(end));
}

/** Opens a file with the cursor there. */
export async function showAt(file: string, place: TextPosition): Promise<void> {
  await vscode.window.showTextDocument(vscode.Uri.file(file), { selection: rangeOf(place) });
}
