import * as vscode from "vscode";
import { formatBytes } from "../../common/format";
import type { Deployment } from "../../engine/deployments";
import { type DownloadedModel, fullName } from "../../library/model";
import { commandIds } from "../ids";
import { kindIcon, kindLabel } from "../kinds";
import { loadedSummary } from "../loaded-text";

/** Asks for one of the downloaded models; says what to do when there is none. */
export async function pickDownloaded(
  models: readonly DownloadedModel[],
  { title, empty }: { title: string; empty: string },
): Promise<DownloadedModel | undefined> {
  if (models.length === 0) {
    const pull = vscode.l10n.t("Pull Model…");
    if ((await vscode.window.showInformationMessage(empty, pull)) === pull) {
      await vscode.commands.executeCommand(commandIds.pullModel);
    }
    return undefined;
  }
  const picked = await vscode.window.showQuickPick(
    models.map((model) => ({
      label: fullName(model),
      description: [
        kindLabel(model.kind),
        formatBytes(model.sizeBytes),
        ...(model.isDemo ? [vscode.l10n.t("demo")] : []),
      ].join(" · "),
      iconPath: kindIcon(model.kind),
      model,
    })),
    { title, placeHolder: vscode.l10n.t("Choose a model"), matchOnDescription: true },
  );
  return picked?.model;
}

/** Asks for one of the models in memory; its id. */
export async function pickDeployment(
  deployments: readonly Deployment[],
  { title }: { title: string },
): Promise<string | undefined> {
  if (deployments.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t("No model is in memory."));
    return undefined;
  }
  const picked = await vscode.window.showQuickPick(
    deployments.map(({ target, status }) => ({
      label: target.name,
      description:
        status.state === "running"
          ? loadedSummary(target.load.task, status.loaded, vscode.l10n.t).join(" · ")
          : "",
      iconPath: kindIcon(target.load.task),
      id: target.id,
    })),
    { title, placeHolder: vscode.l10n.t("Choose a model") },
  );
  return picked?.id;
}
