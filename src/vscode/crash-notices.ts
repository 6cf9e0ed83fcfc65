import * as vscode from "vscode";
import type { Disposable } from "../common/disposable";
import type { Logger } from "../common/logger";
import type { Deployment, Deployments } from "../engine/deployments";
import { commandIds } from "./ids";
import { showError } from "./notifications";

/** Tells a person when a model that was running fails; a failure to load is told by who deployed it. */
export class CrashNotices implements Disposable {
  readonly #running = new Set<string>();
  readonly #logger: Logger;
  readonly #listener: Disposable;

  constructor(deployments: Deployments, logger: Logger) {
    this.#logger = logger;
    this.#listener = deployments.onDidChange((all) => all.forEach((deployment) => this.#look(deployment)));
  }

  dispose(): void {
    this.#listener.dispose();
  }

  #look({ target, status }: Deployment): void {
    if (status.state === "running") {
      this.#running.add(target.id);
    } else if (this.#running.delete(target.id) && status.state === "failed") {
      void showError(status.error, this.#logger, [
        {
          title: vscode.l10n.t("Deploy Again"),
          run: () => vscode.commands.executeCommand(commandIds.deployModel, target.id),
        },
      ]);
    }
  }
}
