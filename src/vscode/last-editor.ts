import * as vscode from "vscode";
import type { Disposable } from "../common/disposable";
import { AppError } from "../common/errors";

/** The text editor that was active before a webview took the focus. */
export class LastEditor implements Disposable {
  #editor = vscode.window.activeTextEditor;
  readonly #listener = vscode.window.onDidChangeActiveTextEditor((editor) => {
    this.#editor = editor ?? this.#editor;
  });

  /** In place of what is selected. A tab that is behind another one is shown again, with its cursor. */
  async insert(textFor: (document: vscode.TextDocument) => string): Promise<void> {
    const editor = await this.#shown();
    const text = textFor(editor.document);
    const isDone = await editor.edit((edit) => {
      for (const selection of editor.selections) {
        edit.replace(selection, text);
      }
    });
    if (!isDone) {
      throw new AppError("read-only", "Nothing can be inserted into “{0}”.", [editor.document.fileName]);
    }
    await vscode.window.showTextDocument(editor.document, editor.viewColumn);
  }

  dispose(): void {
    this.#listener.dispose();
  }

  async #shown(): Promise<vscode.TextEditor> {
    const visible = vscode.window.visibleTextEditors;
    const last = this.#editor;
    const shown = visible.find((each) => each === last);
    if (shown) {
      return shown;
    }
    if (last && !last.document.isClosed) {
      return vscode.window.showTextDocument(last.document, last.viewColumn);
    }
    const [other] = visible;
    if (!other) {
      throw new AppError("invalid-input", "Open a text file first, and put the cursor where it belongs.");
    }
    return other;
  }
}
