import path from "node:path";
import * as vscode from "vscode";
import { AppError } from "../common/errors";
import { formatPercent } from "../common/format";
import type { Logger } from "../common/logger";
import type { Deployments, DeployTarget } from "../engine/deployments";
import { type DownloadedModel, fullName } from "../library/model";
import { Cancellations } from "./cancellations";
import { commandIds } from "./ids";
import { kindLabel, taskOf } from "./kinds";
import type { ModelConfigurations } from "./model-configurations";
import { type ErrorAction, showError } from "./notifications";

/** Loads models with progress a person can cancel. */
export class Deployer {
  readonly #deployments: Deployments;
  readonly #configurations: ModelConfigurations;
  readonly #logger: Logger;
  readonly #cancellations = new Cancellations();

  constructor(deployments: Deployments, configurations: ModelConfigurations, logger: Logger) {
    this.#deployments = deployments;
    this.#configurations = configurations;
    this.#logger = logger;
  }

  /** True when the model runs in the end; what went wrong has been shown otherwise. */
  async deploy(model: DownloadedModel): Promise<boolean> {
    try {
      requireTrust();
      const target = deployTarget(model, await this.#configurations.load(model.id));
      await this.#cancellations.run(model.id, target.name, (controller) =>
        this.#deployWithProgress(target, controller),
      );
      return true;
    } catch (error) {
      void showError(error, this.#logger, this.#waysOut(model, error));
      return false;
    }
  }

  cancel(modelId: string): void {
    this.#cancellations.cancel(modelId);
  }

  /** What would make room for a model that is too large. */
  #waysOut(model: DownloadedModel, error: unknown): ErrorAction[] {
    if (!(error instanceof AppError) || error.code !== "model-too-large") {
      return [];
    }
    const toStop = this.#deployments.couldStop(error);
    if (toStop.length > 0) {
      return [
        {
          title: vscode.l10n.t("Stop {0}", toStop.map(({ target }) => target.name).join(", ")),
          run: async () => {
            await Promise.all(toStop.map(({ target }) => this.#deployments.stop(target.id)));
            await this.deploy(model);
          },
        },
      ];
    }
    const isAnyRunning = this.#deployments.list().some(({ status }) => status.state === "running");
    return isAnyRunning
      ? [
          {
            title: vscode.l10n.t("Stop a Model…"),
            run: () => vscode.commands.executeCommand(commandIds.stopModel),
          },
        ]
      : [];
  }

  async #deployWithProgress(target: DeployTarget, controller: AbortController): Promise<void> {
    await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: vscode.l10n.t("Deploying {0}", target.name),
        cancellable: true,
      },
      async (progress, token) => {
        token.onCancellationRequested(() => controller.abort());
        const listener = this.#deployments.onDidChange(() => {
          const status = this.#deployments.get(target.id)?.status;
          if (status?.state === "loading") {
            progress.report({ message: formatPercent(status.fraction, 1) });
          }
        });
        try {
          await this.#deployments.deploy(target, controller.signal);
        } finally {
          listener.dispose();
        }
      },
    );
  }
}

export function requireTrust(): void {
  if (!vscode.workspace.isTrusted) {
    throw new AppError("untrusted", "Models are not pulled or deployed in a folder you do not trust.");
  }
}

type LoadChoices = Awaited<ReturnType<ModelConfigurations["load"]>>;

export function deployTarget(model: DownloadedModel, choices: LoadChoices): DeployTarget {
  const task = taskOf(model.kind);
  if (!task) {
    throw new AppError(
      "unsupported-model",
      "This version of Local Models cannot run models of the kind “{0}”.",
      [kindLabel(model.kind)],
    );
  }
  return {
    id: model.id,
    name: fullName(model),
    revision: model.revision,
    isDemo: model.isDemo,
    load: {
      engine: model.engine,
      task,
      modelPath: model.engine === "llama" ? model.primaryPath : model.snapshotPath,
      variantSuffix: model.engine === "onnx" ? onnxSuffix(model.primaryFile) : "",
      weightFiles: model.weightFiles,
      ...choices,
    },
  };
}

/** `onnx/model_quantized.onnx` has the suffix `_quantized`. */
function onnxSuffix(primaryFile: string): string {
  return (
    /_(?:fp16|quantized|int8|uint8|q4|q4f16|bnb4)$/.exec(path.posix.basename(primaryFile, ".onnx"))?.[0] ?? ""
  );
}
