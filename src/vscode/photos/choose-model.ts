import * as vscode from "vscode";
import { formatBytes } from "../../common/format";
import type { Deployments } from "../../engine/deployments";
import type { Library } from "../../library/library";
import type { CatalogueEntry, DownloadedModel } from "../../library/model";
import type { Deployer } from "../deploy";
import { commandIds } from "../ids";
import { kindIcon } from "../kinds";
import type { Puller } from "../pull";

interface ModelSources {
  library: Library;
  deployments: Deployments;
  deployer: Deployer;
  puller: Puller;
}

interface ModelItem extends vscode.QuickPickItem {
  get?: () => Promise<boolean>;
}

/**
 * Makes sure that a model runs that sees what is in pictures: one that runs already, one that is on its way,
 * or one that the person chooses. False where none runs in the end; what went wrong has been shown then.
 */
export async function ensureImageTextModel(sources: ModelSources): Promise<boolean> {
  const state = await untilSettled(sources.deployments);
  if (state === "running") {
    return true;
  }
  await sources.library.refresh();
  const picked = await vscode.window.showQuickPick(modelItems(sources), {
    title: vscode.l10n.t("Choose a Model for Pictures"),
    placeHolder: vscode.l10n.t("It looks at every picture once and finds them by words"),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return (await picked?.get?.()) ?? false;
}

/** What there is to choose from: models on disk, recommended ones, and the rest of the hub. */
function modelItems({ library, deployer, puller }: ModelSources): ModelItem[] {
  const { downloaded, recommended } = library.content();
  const isWanted = ({ kind }: DownloadedModel | CatalogueEntry) => kind === "image-text";
  return [
    ...withHeading(
      vscode.l10n.t("Downloaded"),
      downloaded.filter(isWanted).map((model) => downloadedItem(model, () => deployer.deploy(model))),
    ),
    ...withHeading(
      vscode.l10n.t("Recommended for this machine"),
      recommended.filter(isWanted).map((entry) =>
        recommendedItem(entry, async () => {
          const { repoId, primaryFile, name } = entry;
          const model = await puller.pull({ repoId, primaryFile }, name, { offersDeploy: false });
          return model !== undefined && deployer.deploy(model);
        }),
      ),
    ),
    { label: "", kind: vscode.QuickPickItemKind.Separator },
    {
      label: vscode.l10n.t("Pull Another Model…"),
      iconPath: new vscode.ThemeIcon("cloud-download"),
      alwaysShow: true,
      get: () => pullAnother(library, deployer),
    },
  ];
}

function downloadedItem(model: DownloadedModel, get: () => Promise<boolean>): ModelItem {
  return {
    label: model.name,
    description: [
      ...(model.isDemo ? [vscode.l10n.t("demo")] : []),
      model.variantLabel,
      formatBytes(model.sizeBytes),
    ].join(" · "),
    iconPath: kindIcon(model.kind),
    get,
  };
}

function recommendedItem(entry: CatalogueEntry, get: () => Promise<boolean>): ModelItem {
  return {
    label: entry.name,
    description: vscode.l10n.t("{0} to download", formatBytes(entry.sizeBytes)),
    detail: entry.description,
    iconPath: new vscode.ThemeIcon("cloud"),
    get,
  };
}

function withHeading(label: string, items: ModelItem[]): ModelItem[] {
  return items.length === 0 ? [] : [{ label, kind: vscode.QuickPickItemKind.Separator }, ...items];
}

/** Whatever the person finds on the hub; it is used when it is of the right kind. */
async function pullAnother(library: Library, deployer: Deployer): Promise<boolean> {
  const before = new Set(library.content().downloaded.map(({ id }) => id));
  await vscode.commands.executeCommand(commandIds.pullModel, undefined, { offersDeploy: false });
  const pulled = library.content().downloaded.find(({ id }) => !before.has(id));
  if (!pulled) {
    return false;
  }
  if (pulled.kind === "image-text") {
    return deployer.deploy(pulled);
  }
  void vscode.window.showWarningMessage(
    vscode.l10n.t("{0} cannot search pictures. Choose a CLIP or SigLIP model.", pulled.name),
  );
  return false;
}

/** Waits for a model that is being loaded, so that it is never deployed twice. */
async function untilSettled(deployments: Deployments): Promise<"running" | "none"> {
  const look = () => {
    const states = deployments
      .list()
      .filter(({ target }) => target.load.task === "image-text")
      .map(({ status }) => status.state);
    return states.includes("running")
      ? "running"
      : states.some((state) => state === "loading" || state === "restarting")
        ? undefined
        : "none";
  };
  return new Promise((resolve) => {
    const now = look();
    if (now) {
      resolve(now);
      return;
    }
    const listener = deployments.onDidChange(() => {
      const then = look();
      if (then) {
        listener.dispose();
        resolve(then);
      }
    });
  });
}
