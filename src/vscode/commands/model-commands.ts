import * as vscode from "vscode";
import type { Disposable } from "../../common/disposable";
import { AppError } from "../../common/errors";
import { formatBytes } from "../../common/format";
import type { Logger } from "../../common/logger";
import type { Deployments } from "../../engine/deployments";
import type { Library } from "../../library/library";
import { type DownloadedModel, fullName, type ModelKind } from "../../library/model";
import type { Deployer } from "../deploy";
import { commandIds } from "../ids";
import { taskOf } from "../kinds";
import type { TreeNode } from "../tree/nodes";
import { pickDeployment, pickDownloaded } from "./pick";
import { registerCommands } from "./register";

/** Deploy, stop and delete, from the tree and from the command palette. */
export function registerModelCommands(
  library: Library,
  deployments: Deployments,
  deployer: Deployer,
  logger: Logger,
): Disposable {
  const deploy = async (model: DownloadedModel | undefined) => model && deployer.deploy(model);
  const isStopped = ({ id }: DownloadedModel) => {
    const state = deployments.get(id)?.status.state;
    return state === undefined || state === "failed";
  };

  return registerCommands(logger, {
    [commandIds.deployModel]: async (argument?: unknown) => {
      const candidates = library
        .content()
        .downloaded.filter((model) => isWanted(model.kind, argument) && isStopped(model));
      const model =
        typeof argument === "string"
          ? library.find(argument)
          : await pickDownloaded(candidates, {
              title: vscode.l10n.t("Deploy Model"),
              empty: vscode.l10n.t("There is no stopped model to deploy. Pull one first."),
            });
      return deploy(model);
    },
    [commandIds.treeDeploy]: (node?: TreeNode) =>
      deploy(node?.type === "downloaded" || node?.type === "running" ? node.model : undefined),
    [commandIds.treeCancelDeploy]: (node?: TreeNode) => deployer.cancel(modelIdOf(node)),
    [commandIds.stopModel]: async (modelId?: unknown) => {
      const id =
        typeof modelId === "string"
          ? modelId
          : await pickDeployment(deployments.list(), { title: vscode.l10n.t("Stop Model") });
      if (id !== undefined) {
        await deployments.stop(id);
      }
    },
    [commandIds.stopAll]: async () => {
      await Promise.all(deployments.list().map(({ target }) => deployments.stop(target.id)));
    },
    [commandIds.treeStop]: (node?: TreeNode) => deployments.stop(modelIdOf(node)),
    [commandIds.treeDismiss]: (node?: TreeNode) => deployments.stop(modelIdOf(node)),
    [commandIds.deleteModel]: async () => {
      const model = await pickDownloaded(library.content().downloaded, {
        title: vscode.l10n.t("Delete Model"),
        empty: vscode.l10n.t("There is no downloaded model."),
      });
      await confirmDelete(model);
    },
    [commandIds.treeDelete]: (node?: TreeNode) =>
      confirmDelete(node?.type === "downloaded" ? node.model : undefined),
  });

  async function confirmDelete(model: DownloadedModel | undefined): Promise<void> {
    if (!model) {
      return;
    }
    if (!isStopped(model)) {
      throw new AppError("model-busy", "{0} is in memory. Stop it, then delete it.", [fullName(model)]);
    }
    const confirm = vscode.l10n.t("Delete");
    const answer = await vscode.window.showWarningMessage(
      vscode.l10n.t("Delete {0} ({1})?", model.name, model.variantLabel),
      {
        modal: true,
        detail: vscode.l10n.t(
          "{0} are freed. The model can be pulled again as long as the hub has it.",
          formatBytes(model.sizeBytes),
        ),
      },
      confirm,
    );
    if (answer === confirm) {
      await deployments.stop(model.id);
      await library.delete(model.id);
    }
  }
}

/** A caller may want models for one task only, as the chat does. */
function isWanted(kind: ModelKind, argument: unknown): boolean {
  const task = taskOf(kind);
  const wanted =
    typeof argument === "object" && argument !== null && "task" in argument ? argument.task : undefined;
  return task !== undefined && (wanted === undefined || wanted === task);
}

function modelIdOf(node: TreeNode | undefined): string {
  if (node?.type === "downloaded") {
    return node.model.id;
  }
  return node?.type === "running" ? node.deployment.target.id : "";
}
