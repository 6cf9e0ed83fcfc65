import * as vscode from "vscode";
import { formatBytes, formatDuration, formatPercent, formatSpeed } from "../../common/format";
import type { Deployment } from "../../engine/deployments";
import type { DownloadedModel, PartialModel } from "../../library/model";
import { type HardwareSection, rowText } from "../hardware-text";
import { commandIds } from "../ids";
import { kindIcon, kindLabel, taskOf } from "../kinds";
import { loadedRows, loadedSummary } from "../loaded-text";
import { describeError } from "../notifications";
import { settings } from "../settings";
import { contextValue, type ModelNode, nodeId, type SectionName, type TreeNode } from "./nodes";

const sectionIcons: Record<SectionName, string> = {
  recommended: "star",
  downloaded: "folder-library",
  running: "vm-active",
};

/** How a node looks. */
export function treeItem(node: TreeNode): vscode.TreeItem {
  const item = bareItem(node);
  item.id = nodeId(node);
  item.contextValue = contextValue(node, (kind) => taskOf(kind) !== undefined);
  return item;
}

function bareItem(node: TreeNode): vscode.TreeItem {
  const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;
  switch (node.type) {
    case "section": {
      const item = new vscode.TreeItem(sectionLabel(node.section), Expanded);
      item.description = String(node.count);
      item.iconPath = new vscode.ThemeIcon(sectionIcons[node.section]);
      return item;
    }
    case "group": {
      const count = node.models.length;
      const isMain = node.kind === "chat" || node.kind === "embedding";
      const item = new vscode.TreeItem(
        kindLabel(node.kind),
        count === 0 ? None : isMain ? Expanded : Collapsed,
      );
      item.description = String(count);
      item.iconPath = kindIcon(node.kind);
      return item;
    }
    default:
      return modelItem(node);
  }
}

function modelItem(node: ModelNode): vscode.TreeItem {
  switch (node.type) {
    case "recommended": {
      const { entry } = node;
      const item = new vscode.TreeItem(entry.name);
      item.description = formatBytes(entry.sizeBytes);
      item.iconPath = new vscode.ThemeIcon("cloud");
      item.tooltip = tooltip(entry.name, entry.description, [
        [vscode.l10n.t("Repository"), entry.repoId],
        [vscode.l10n.t("Parameters"), entry.parameters],
        [vscode.l10n.t("Download"), formatBytes(entry.sizeBytes)],
        [vscode.l10n.t("Memory"), vscode.l10n.t("about {0}", formatBytes(entry.memoryBytes))],
        [vscode.l10n.t("Context"), vscode.l10n.t("up to {0} tokens", entry.contextLength.toLocaleString())],
        [vscode.l10n.t("License"), entry.license],
      ]);
      return item;
    }
    case "partial":
      return partialItem(node.partial);
    case "downloaded":
      return downloadedItem(node.model, node.deployment);
    case "running":
      return runningItem(node.deployment, node.model);
  }
}

function partialItem(partial: PartialModel): vscode.TreeItem {
  const item = new vscode.TreeItem(partial.name);
  const { activity } = partial;
  const percent = formatPercent(partial.doneBytes, partial.totalBytes);
  item.description = activity
    ? activity.phase === "downloading"
      ? vscode.l10n.t("downloading {0}", percent)
      : vscode.l10n.t("checking…")
    : vscode.l10n.t("paused at {0}", percent);
  item.iconPath = new vscode.ThemeIcon(activity ? "sync~spin" : "debug-pause");
  const rows: [string, string][] = [
    [vscode.l10n.t("Repository"), partial.repoId],
    [vscode.l10n.t("File"), partial.primaryFile],
    [
      vscode.l10n.t("Downloaded"),
      vscode.l10n.t("{0} of {1}", formatBytes(partial.doneBytes), formatBytes(partial.totalBytes)),
    ],
  ];
  if (activity && activity.bytesPerSecond > 0) {
    rows.push([vscode.l10n.t("Speed"), formatSpeed(activity.bytesPerSecond)]);
  }
  if (activity?.secondsLeft !== undefined) {
    rows.push([vscode.l10n.t("Time left"), formatDuration(activity.secondsLeft)]);
  }
  item.tooltip = tooltip(partial.name, "", rows);
  return item;
}

function downloadedItem(model: DownloadedModel, deployment: Deployment | undefined): vscode.TreeItem {
  const item = new vscode.TreeItem(model.name);
  // What can be cut off in a narrow sidebar goes last.
  const parts = [model.variantLabel, formatBytes(model.sizeBytes)];
  if (model.isDemo) {
    parts.push(vscode.l10n.t("demo"));
  }
  // A running model shows by its icon.
  if (deployment && deployment.status.state !== "running") {
    parts.push(stateLabel(deployment));
  }
  item.description = parts.join(" · ");
  item.iconPath = deployment ? stateIcon(deployment) : kindIcon(model.kind);
  const state = deployment ? stateLabel(deployment) : vscode.l10n.t("stopped");
  item.accessibilityInformation = { label: [model.name, state, ...parts].join(", ") };
  item.tooltip = tooltip(
    model.name,
    model.isDemo
      ? vscode.l10n.t("A tiny model that shows how Local Models works. It knows only what it was taught.")
      : taskOf(model.kind)
        ? ""
        : vscode.l10n.t("This version of Local Models cannot run this kind of model."),
    modelRows(model),
  );
  return item;
}

function runningItem(deployment: Deployment, model: DownloadedModel | undefined): vscode.TreeItem {
  const { target, status } = deployment;
  // The variant follows in the description.
  const name = model?.name ?? target.name;
  const item = new vscode.TreeItem(name);
  const rows: [string, string][] = [[vscode.l10n.t("Status"), stateLabel(deployment)]];
  if (status.state === "running") {
    const { task } = target.load;
    item.description = [
      ...(model ? [model.variantLabel] : []),
      ...loadedSummary(task, status.loaded, vscode.l10n.t),
      ...(target.isDemo ? [vscode.l10n.t("demo")] : []),
    ].join(" · ");
    rows.push(...loadedRows(task, status.loaded, vscode.l10n.t));
    const keepAliveMs = settings.keepAliveMs();
    if (keepAliveMs > 0) {
      const time = formatDuration(keepAliveMs / 1000);
      rows.push([vscode.l10n.t("Stops"), vscode.l10n.t("after {0} without use", time)]);
    }
  } else {
    item.description =
      status.state === "failed"
        ? vscode.l10n.t("failed: {0}", describeError(status.error))
        : stateLabel(deployment);
  }
  if (model) {
    rows.push(...modelRows(model));
  }
  item.iconPath = stateIcon(deployment);
  item.tooltip = tooltip(name, problem(deployment), rows);
  if (status.state === "running" && target.load.task === "chat") {
    item.command = {
      command: commandIds.treeChat,
      title: vscode.l10n.t("Chat"),
      arguments: [{ type: "running", deployment, kind: "chat", model } satisfies ModelNode],
    };
  }
  return item;
}

/** Why it failed, or is being started again. */
function problem({ status }: Deployment): string {
  switch (status.state) {
    case "failed":
      return describeError(status.error);
    case "restarting":
      return describeError(status.reason);
    default:
      return "";
  }
}

function stateLabel({ status }: Deployment): string {
  switch (status.state) {
    case "loading":
      return vscode.l10n.t("loading {0}", formatPercent(status.fraction, 1));
    case "running":
      return vscode.l10n.t("running");
    case "restarting":
      return status.fraction === 0
        ? vscode.l10n.t("restarting…")
        : vscode.l10n.t("restarting {0}", formatPercent(status.fraction, 1));
    case "stopping":
      return vscode.l10n.t("stopping…");
    case "failed":
      return vscode.l10n.t("failed");
  }
}

function stateIcon({ status }: Deployment): vscode.ThemeIcon {
  switch (status.state) {
    case "loading":
    case "restarting":
    case "stopping":
      return new vscode.ThemeIcon("loading~spin");
    case "running":
      return new vscode.ThemeIcon("circle-filled", new vscode.ThemeColor("testing.iconPassed"));
    case "failed":
      return new vscode.ThemeIcon("error", new vscode.ThemeColor("testing.iconFailed"));
  }
}

function modelRows(model: DownloadedModel): [string, string][] {
  return [
    [vscode.l10n.t("Repository"), model.repoId],
    [vscode.l10n.t("File"), model.primaryFile],
    [vscode.l10n.t("Kind"), kindLabel(model.kind)],
    [vscode.l10n.t("Size"), formatBytes(model.sizeBytes)],
    [vscode.l10n.t("Revision"), model.revision.slice(0, 12)],
  ];
}

function tooltip(title: string, text: string, rows: [string, string][]): vscode.MarkdownString {
  const lines = rows.map(([label, value]) => escapeMarkdown(`${label}: ${value}`)).join("  \n");
  const paragraphs = [`**${escapeMarkdown(title)}**`, escapeMarkdown(text), lines].filter(Boolean);
  return new vscode.MarkdownString(paragraphs.join("\n\n"));
}

/** Names come from a hub and are not Markdown. (`appendText` would turn every space into one that never wraps.) */
function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>~$&]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function sectionLabel(section: SectionName): string {
  switch (section) {
    case "recommended":
      return vscode.l10n.t("Recommended");
    case "downloaded":
      return vscode.l10n.t("Downloaded");
    case "running":
      return vscode.l10n.t("Running");
  }
}

/** What the section is for, and the machine that its models run on. */
export function sectionTooltip(
  section: SectionName,
  hardware: readonly HardwareSection[],
): vscode.MarkdownString {
  const rows = hardware.flatMap(({ about, title, rows }) => {
    if (about === "models") {
      return section === "running" ? rows.map(labelled).filter(([, text]) => text !== "") : [];
    }
    return rows.map((row): [string, string] => [title, rowText(row)]);
  });
  return tooltip(sectionLabel(section), sectionText(section), rows);
}

function labelled({ label, description }: HardwareSection["rows"][number]): [string, string] {
  return [label, description];
}

function sectionText(section: SectionName): string {
  switch (section) {
    case "recommended":
      return vscode.l10n.t("Models that fit this machine. Pull one to download it.");
    case "downloaded":
      return vscode.l10n.t("Models in the models folder. Deploy one to load it into memory.");
    case "running":
      return vscode.l10n.t("Models in memory. Stop one to free its memory; its file stays.");
  }
}
