import * as vscode from "vscode";
import { AppError } from "../../common/errors";
import type { LastEditor } from "../last-editor";

/** What a page offers to do with an answer that it shows. */
export function answerActions(lastEditor: LastEditor) {
  return {
    copy: async ({ text }: { text: string }) => {
      await vscode.env.clipboard.writeText(text);
      return null;
    },
    insertIntoEditor: async ({ text }: { text: string }) => {
      await lastEditor.insert(() => text);
      return null;
    },
    openLink: async ({ url }: { url: string }) => {
      await openLink(url);
      return null;
    },
  };
}

/** Opens an answer's link outside; whatever is not an ordinary address is refused. */
async function openLink(url: string): Promise<void> {
  const uri = vscode.Uri.parse(url, true);
  if (!["http", "https", "mailto"].includes(uri.scheme)) {
    throw new AppError("invalid-input", "Links of this kind are not opened: {0}", [url]);
  }
  await vscode.env.openExternal(uri);
}
