import * as vscode from "vscode";
import type { Disposable } from "../common/disposable";
import { AppError } from "../common/errors";
import type { Logger } from "../common/logger";
import type { Deployment, Deployments, DeploymentStatus } from "../engine/deployments";
import { commandIds } from "./ids";
import { describeError, showError } from "./notifications";

/**
 * Tells a person when a running model crashes: once when it is started again, and once should that be given
 * up. A failure to load is told by who deployed it.
 */
export class CrashNotices implements Disposable {
  #statuses = new Map<string, DeploymentStatus>();
  readonly #logger: Logger;
  readonly #listener: Disposable;

  constructor(deployments: Deployments, logger: Logger) {
    this.#logger = logger;
    this.#listener = deployments.onDidChange((all) => {
      const before = this.#statuses;
      this.#statuses = new Map(all.map(({ target, status }) => [target.id, status]));
      for (const deployment of all) {
        this.#compare(before.get(deployment.target.id), deployment);
      }
    });
  }

  dispose(): void {
    this.#listener.dispose();
  }

  #compare(before: DeploymentStatus | undefined, { target, status }: Deployment): void {
    const wasUp = before?.state === "running" || before?.state === "restarting";
    if (before?.state === "running" && status.state === "restarting" && status.attempt === 1) {
      void this.#showRestart(target.name, status.reason);
    } else if (wasUp && status.state === "failed") {
      void this.#showFailure(target.id, target.name, status.error);
    }
  }

  async #showRestart(name: string, reason: AppError): Promise<void> {
    const showLog = vscode.l10n.t("Show Log");
    const text = vscode.l10n.t("{0} is being started again. {1}", name, describeError(reason));
    if ((await vscode.window.showWarningMessage(text, showLog)) === showLog) {
      await vscode.commands.executeCommand(commandIds.showLog);
    }
  }

  #showFailure(id: string, name: string, error: AppError): Promise<void> {
    const failure = new AppError(
      error.code,
      "{0} could not be started again. {1}",
      [name, describeError(error)],
      error.detail,
    );
    return showError(failure, this.#logger, [
      {
        title: vscode.l10n.t("Deploy Again"),
        run: () => vscode.commands.executeCommand(commandIds.deployModel, id),
      },
    ]);
  }
}
