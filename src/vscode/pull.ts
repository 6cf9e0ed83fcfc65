import * as vscode from "vscode";
import { isAbort } from "../common/errors";
import { formatBytes, formatDuration, formatSpeed } from "../common/format";
import type { Logger } from "../common/logger";
import type { Library } from "../library/library";
import type { DownloadedModel, PullProgress, PullRequest } from "../library/model";
import { Cancellations } from "./cancellations";
import { requireTrust } from "./deploy";
import { commandIds } from "./ids";
import { taskOf } from "./kinds";
import { showError } from "./notifications";

export interface PullOptions {
  /** False where the caller deploys the model by itself. */
  offersDeploy?: boolean;
}

/** Downloads models with progress a person can cancel; a cancelled download can be resumed. */
export class Puller {
  readonly #library: Library;
  readonly #logger: Logger;
  readonly #cancellations = new Cancellations();

  constructor(library: Library, logger: Logger) {
    this.#library = library;
    this.#logger = logger;
  }

  /** The pulled model; undefined when it was cancelled or failed, which has been shown then. */
  async pull(
    request: PullRequest,
    name: string,
    { offersDeploy = true }: PullOptions = {},
  ): Promise<DownloadedModel | undefined> {
    try {
      requireTrust();
      const model = await this.#cancellations.run(pullKey(request), name, async (controller) =>
        this.#pullWithProgress(request, name, controller),
      );
      if (offersDeploy) {
        void this.#announce(model);
      }
      return model;
    } catch (error) {
      if (isAbort(error)) {
        this.#logger.info(`${name}: download cancelled`);
      }
      void showError(error, this.#logger, [
        { title: vscode.l10n.t("Try Again"), run: () => this.pull(request, name) },
      ]);
      return undefined;
    }
  }

  cancel(request: PullRequest): void {
    this.#cancellations.cancel(pullKey(request));
  }

  dispose(): void {
    this.#cancellations.cancelAll();
  }

  #pullWithProgress(
    request: PullRequest,
    name: string,
    controller: AbortController,
  ): Thenable<DownloadedModel> {
    return vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: vscode.l10n.t("Pulling {0}", name),
        cancellable: true,
      },
      (progress, token) => {
        token.onCancellationRequested(() => controller.abort());
        return this.#run(request, controller.signal, progress);
      },
    );
  }

  async #run(
    request: PullRequest,
    signal: AbortSignal,
    progress: vscode.Progress<{ message: string; increment: number }>,
  ): Promise<DownloadedModel> {
    const pulling = this.#library.pull(request, signal);
    let shownPercent = 0;
    for (;;) {
      const step = await pulling.next();
      if (step.done) {
        return step.value;
      }
      const { doneBytes, totalBytes } = step.value;
      const percent = totalBytes > 0 ? (doneBytes / totalBytes) * 100 : 0;
      progress.report({
        message: progressMessage(step.value),
        increment: Math.max(0, percent - shownPercent),
      });
      shownPercent = Math.max(shownPercent, percent);
    }
  }

  async #announce(model: DownloadedModel): Promise<void> {
    const message = vscode.l10n.t("{0} is downloaded.", model.name);
    if (taskOf(model.kind) === undefined) {
      await vscode.window.showInformationMessage(message);
      return;
    }
    const deploy = vscode.l10n.t("Deploy");
    if ((await vscode.window.showInformationMessage(message, deploy)) === deploy) {
      await vscode.commands.executeCommand(commandIds.deployModel, model.id);
    }
  }
}

function pullKey({ repoId, primaryFile }: PullRequest): string {
  return `${repoId}/${primaryFile ?? ""}`;
}

function progressMessage({
  phase,
  doneBytes,
  totalBytes,
  bytesPerSecond,
  secondsLeft,
}: PullProgress): string {
  switch (phase) {
    case "resolving":
      return vscode.l10n.t("asking the hub…");
    case "verifying":
      return vscode.l10n.t("checking the file…");
    case "ready":
      return vscode.l10n.t("done");
    case "downloading": {
      const parts = [vscode.l10n.t("{0} of {1}", formatBytes(doneBytes), formatBytes(totalBytes))];
      if (bytesPerSecond > 0) {
        parts.push(formatSpeed(bytesPerSecond));
      }
      if (secondsLeft !== undefined) {
        parts.push(vscode.l10n.t("{0} left", formatDuration(secondsLeft)));
      }
      return parts.join(" · ");
    }
  }
}
