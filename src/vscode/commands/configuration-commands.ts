import * as vscode from "vscode";
import type { Disposable } from "../../common/disposable";
import { AppError } from "../../common/errors";
import type { Logger } from "../../common/logger";
import type { Library } from "../../library/library";
import { commandIds } from "../ids";
import { isConfigurable, type ModelConfigurations } from "../model-configurations";
import type { TreeNode } from "../tree/nodes";
import { pickDownloaded } from "./pick";
import { registerCommands } from "./register";

export function registerConfigurationCommands(
  library: Library,
  configurations: ModelConfigurations,
  logger: Logger,
): Disposable {
  return registerCommands(logger, {
    [commandIds.editConfiguration]: async (modelId?: unknown) => {
      if (typeof modelId === "string") {
        return edit(modelId);
      }
      const model = await pickDownloaded(library.content().downloaded.filter(isConfigurable), {
        title: vscode.l10n.t("Edit Model Configuration"),
        empty: vscode.l10n.t("There is no downloaded model to configure. Pull one first."),
      });
      return model && configurations.edit(model);
    },
    [commandIds.treeEditConfiguration]: async (node?: TreeNode) => {
      if (node?.type === "downloaded") {
        return edit(node.model.id);
      }
      return node?.type === "running" ? edit(node.deployment.target.id) : undefined;
    },
  });

  /** Of a running model, the file may be gone. */
  async function edit(modelId: string): Promise<void> {
    const model = library.find(modelId);
    if (!model) {
      throw new AppError("unknown-model", "There is no downloaded model “{0}”.", [modelId]);
    }
    await configurations.edit(model);
  }
}
