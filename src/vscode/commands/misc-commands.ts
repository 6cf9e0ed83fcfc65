import { mkdir } from "node:fs/promises";
import * as vscode from "vscode";
import type { Disposable } from "../../common/disposable";
import { AppError } from "../../common/errors";
import type { Library } from "../../library/library";
import type { HubToken } from "../hub-token";
import { commandIds } from "../ids";
import { settings } from "../settings";
import type { TreeNode } from "../tree/nodes";
import { registerCommands } from "./register";

const defaultHub = "https://huggingface.co";

/** Everything around the models: log, token, folders, pages. */
export function registerMiscCommands(
  library: Library,
  token: HubToken,
  log: vscode.LogOutputChannel,
): Disposable {
  return registerCommands(log, {
    [commandIds.showLog]: () => log.show(true),
    [commandIds.treeShowLog]: () => log.show(true),
    [commandIds.refresh]: () => library.refresh(),
    [commandIds.setHubToken]: () => token.ask(),
    [commandIds.clearHubToken]: () => token.forget(),
    [commandIds.openSettings]: () =>
      vscode.commands.executeCommand("workbench.action.openSettings", "@ext:local-models.local-models"),
    [commandIds.openModelsFolder]: async () => {
      const folder = settings.modelsFolder();
      if (folder === undefined) {
        throw new AppError("no-folder", "Open a folder first; models are kept in its “models” folder.");
      }
      await mkdir(folder, { recursive: true });
      await vscode.commands.executeCommand("revealFileInOS", vscode.Uri.file(folder));
    },
    [commandIds.treeOpenModelPage]: async (node?: TreeNode) => {
      const repoId = repoOf(node);
      if (repoId !== undefined) {
        const hub = settings.hubEndpoint() || process.env["HF_ENDPOINT"] || defaultHub;
        await vscode.env.openExternal(vscode.Uri.parse(`${hub.replace(/\/$/, "")}/${repoId}`));
      }
    },
    [commandIds.treeCopyId]: async (node?: TreeNode) => {
      const repoId = repoOf(node);
      if (repoId !== undefined) {
        await vscode.env.clipboard.writeText(repoId);
      }
    },
    [commandIds.treeReveal]: async (node?: TreeNode) => {
      if (node?.type === "downloaded") {
        const file = vscode.Uri.file(node.model.primaryPath);
        const isInWorkspace = vscode.workspace.getWorkspaceFolder(file) !== undefined;
        await vscode.commands.executeCommand(isInWorkspace ? "revealInExplorer" : "revealFileInOS", file);
      }
    },
  });
}

function repoOf(node: TreeNode | undefined): string | undefined {
  switch (node?.type) {
    case "recommended":
      return node.entry.repoId;
    case "partial":
      return node.partial.repoId;
    case "downloaded":
      return node.model.repoId;
    default:
      return undefined;
  }
}
