import * as vscode from "vscode";
import { type Disposable, DisposableStore } from "../common/disposable";
import { formatPercent } from "../common/format";
import type { Deployment, Deployments } from "../engine/deployments";
import { describeError } from "./notifications";
import { viewIds } from "./ids";

/** Shows what is in memory; hidden while nothing is. */
export class StatusBar implements Disposable {
  readonly #own = new DisposableStore();
  readonly #item: vscode.StatusBarItem;

  constructor(deployments: Deployments) {
    this.#item = this.#own.add(
      vscode.window.createStatusBarItem("localModels.status", vscode.StatusBarAlignment.Right, 100),
    );
    this.#item.name = vscode.l10n.t("Local Models");
    this.#item.command = `${viewIds.models}.focus`;
    this.#own.add(deployments.onDidChange((all) => this.#show(all)));
  }

  dispose(): void {
    this.#own.dispose();
  }

  #show(all: Deployment[]): void {
    const text = statusText(all);
    if (text === undefined) {
      this.#item.hide();
      return;
    }
    this.#item.text = text;
    this.#item.tooltip = new vscode.MarkdownString();
    for (const deployment of all) {
      this.#item.tooltip.appendText(statusLine(deployment)).appendMarkdown("  \n");
    }
    const failed = all.some(({ status }) => status.state === "failed");
    this.#item.backgroundColor = failed
      ? new vscode.ThemeColor("statusBarItem.warningBackground")
      : undefined;
    this.#item.accessibilityInformation = { label: all.map(statusLine).join(", ") };
    this.#item.show();
  }
}

/** What is under way goes before what runs, and a failure before both. */
function statusText(all: Deployment[]): string | undefined {
  const failed = all.find(({ status }) => status.state === "failed");
  if (failed) {
    return `$(error) ${vscode.l10n.t("{0} failed", failed.target.name)}`;
  }
  for (const { target, status } of all) {
    if (status.state === "loading" || status.state === "restarting") {
      return `$(loading~spin) ${target.name} ${formatPercent(status.fraction, 1)}`;
    }
  }
  const running = all.filter(({ status }) => status.state === "running");
  const [first] = running;
  if (!first) {
    return undefined;
  }
  return running.length === 1
    ? `$(vm-active) ${first.target.name}`
    : `$(vm-active) ${vscode.l10n.t("{0} models", running.length)}`;
}

function statusLine({ target, status }: Deployment): string {
  switch (status.state) {
    case "loading":
      return vscode.l10n.t("{0}: loading {1}", target.name, formatPercent(status.fraction, 1));
    case "running":
      return vscode.l10n.t(
        "{0}: running, context {1} tokens",
        target.name,
        status.loaded.contextLength.toLocaleString(),
      );
    case "restarting":
      return vscode.l10n.t("{0}: restarting. {1}", target.name, describeError(status.reason));
    case "stopping":
      return vscode.l10n.t("{0}: stopping", target.name);
    case "failed":
      return vscode.l10n.t("{0}: failed. {1}", target.name, describeError(status.error));
  }
}
