import * as vscode from "vscode";
import type { Disposable } from "../../common/disposable";
import { isAbort } from "../../common/errors";
import type { Logger } from "../../common/logger";
import type { Library } from "../../library/library";
import { commandIds } from "../ids";
import { showError } from "../notifications";
import type { PullOptions, Puller } from "../pull";
import { settings } from "../settings";
import type { TreeNode } from "../tree/nodes";
import { chooseRepository, chooseVariant } from "./choose-model";
import { registerCommands } from "./register";

export function registerPullCommands(library: Library, puller: Puller, logger: Logger): Disposable {
  const pullChosenFile = async (reference: string, options?: PullOptions) => {
    try {
      const chosen = await chooseVariant(library, reference, hubHost());
      if (chosen) {
        const { repoId, revision, name } = chosen.details;
        await puller.pull({ repoId, revision, primaryFile: chosen.variant.primaryFile }, name, options);
      }
    } catch (error) {
      if (!isAbort(error)) {
        void showError(error, logger, [
          { title: vscode.l10n.t("Try Again"), run: () => pullChosenFile(reference) },
        ]);
      }
    }
  };

  return registerCommands(logger, {
    [commandIds.pullModel]: async (given?: unknown, options?: PullOptions) => {
      const repoId = typeof given === "string" ? given : await chooseRepository(library, logger);
      if (repoId !== undefined) {
        await pullChosenFile(repoId, { offersDeploy: options?.offersDeploy !== false });
      }
    },
    [commandIds.treePull]: async (node?: TreeNode) => {
      if (node?.type === "recommended") {
        const { repoId, primaryFile, name } = node.entry;
        await puller.pull({ repoId, primaryFile }, name);
      } else if (node?.type === "partial") {
        const { repoId, revision, primaryFile, name } = node.partial;
        await puller.pull({ repoId, revision, primaryFile }, name);
      }
    },
    [commandIds.treePullOther]: async (node?: TreeNode) => {
      if (node?.type === "recommended") {
        await pullChosenFile(node.entry.repoId);
      }
    },
    [commandIds.treeCancelPull]: (node?: TreeNode) => {
      if (node?.type === "partial") {
        puller.cancel(node.partial);
      }
    },
    [commandIds.treeDiscard]: async (node?: TreeNode) => {
      if (node?.type === "partial") {
        await library.discardPartial(node.partial.id);
      }
    },
  });
}

/** Whose addresses may be pasted, besides huggingface.co's. */
function hubHost(): string | undefined {
  const endpoint = settings.hubEndpoint();
  return URL.canParse(endpoint) ? new URL(endpoint).host : undefined;
}
