import * as vscode from "vscode";
import { AppError } from "../../common/errors";

/** Opens an answer's link outside; whatever is not an ordinary address is refused. */
export async function openLink(url: string): Promise<void> {
  const uri = vscode.Uri.parse(url, true);
  if (!["http", "https", "mailto"].includes(uri.scheme)) {
    throw new AppError("invalid-input", "Links of this kind are not opened: {0}", [url]);
  }
  await vscode.env.openExternal(uri);
}
