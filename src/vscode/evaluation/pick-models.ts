import * as vscode from "vscode";
import { formatBytes } from "../../common/format";
import type { Deployments } from "../../engine/deployments";
import type { Library } from "../../library/library";
import { type DownloadedModel, fullName } from "../../library/model";
import { pickDownloaded } from "../commands/pick";

/** Asks which models are to be evaluated; those that run are chosen already. Their ids. */
export async function pickChatModels(
  library: Library,
  deployments: Deployments,
  suiteName: string,
): Promise<string[] | undefined> {
  const models = await chatModels(library);
  if (models.length === 0) {
    await pickDownloaded([], { title: "", empty: noChatModel() });
    return undefined;
  }
  const picked = await vscode.window.showQuickPick(
    models.map((model) => {
      const isRunning = deployments.get(model.id)?.status.state === "running";
      return { ...itemOf(model, isRunning), picked: isRunning || models.length === 1 };
    }),
    {
      title: vscode.l10n.t("Evaluate “{0}”", suiteName),
      placeHolder: vscode.l10n.t("Choose the models; the suite names none"),
      canPickMany: true,
      matchOnDescription: true,
    },
  );
  return picked && picked.length > 0 ? picked.map(({ id }) => id) : undefined;
}

/** Asks for one chat model. With `none` there may be none: that is null. */
export async function pickChatModel(
  library: Library,
  { title, placeHolder, none }: { title: string; placeHolder: string; none?: string },
): Promise<string | null | undefined> {
  const models = await chatModels(library);
  if (models.length === 0 && none === undefined) {
    await pickDownloaded([], { title: "", empty: noChatModel() });
    return undefined;
  }
  const nobody = none === undefined ? [] : [{ label: none, description: "", id: null }];
  const picked = await vscode.window.showQuickPick(
    [...nobody, ...models.map((model) => itemOf(model, false))],
    {
      title,
      placeHolder,
      matchOnDescription: true,
    },
  );
  return picked?.id;
}

async function chatModels(library: Library): Promise<DownloadedModel[]> {
  await library.refresh();
  return library.content().downloaded.filter(({ kind }) => kind === "chat");
}

function noChatModel(): string {
  return vscode.l10n.t("There is no downloaded chat model. Pull one first.");
}

function itemOf(model: DownloadedModel, isRunning: boolean) {
  const details = [
    formatBytes(model.sizeBytes),
    ...(model.isDemo ? [vscode.l10n.t("demo")] : []),
    ...(isRunning ? [vscode.l10n.t("running")] : []),
  ];
  return { label: fullName(model), description: details.join(" · "), id: model.id };
}
