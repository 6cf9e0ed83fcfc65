import type * as vscode from "vscode";
import { AppError } from "../../common/errors";
import type { Transport } from "../../protocol/rpc";

/** The host's end of a webview panel's message channel. */
export function webviewTransport(panel: vscode.WebviewPanel): Transport {
  let isOpen = true;
  panel.onDidDispose(() => (isOpen = false));
  return {
    post(message) {
      // A hidden page gets nothing; it asks for the whole state when it is shown again.
      if (isOpen) {
        void panel.webview.postMessage(message);
      }
    },
    onMessage(listener) {
      panel.webview.onDidReceiveMessage(listener);
    },
    onClose(listener) {
      panel.onDidDispose(() => listener(new AppError("peer-closed", "The panel was closed.")));
    },
  };
}
