import path from "node:path";
import * as vscode from "vscode";
import { AppError } from "../common/errors";
import { formatPercent } from "../common/format";
import type { Logger } from "../common/logger";
import type { Deployments, DeployTarget } from "../engine/deployments";
import type { DownloadedModel } from "../library/model";
import { Cancellations } from "./cancellations";
import { kindLabel, taskOf } from "./kinds";
import { showError } from "./notifications";
import { settings } from "./settings";

/** Loads models with progress a person can cancel. */
export class Deployer {
  readonly #deployments: Deployments;
  readonly #logger: Logger;
  readonly #cancellations = new Cancellations();

  constructor(deployments: Deployments, logger: Logger) {
    this.#deployments = deployments;
    this.#logger = logger;
  }

  /** True when the model runs in the end; what went wrong has been shown otherwise. */
  async deploy(model: DownloadedModel): Promise<boolean> {
    try {
      requireTrust();
      const target = deployTarget(model);
      await this.#cancellations.run(model.id, model.name, (controller) =>
        this.#deployWithProgress(target, controller),
      );
      return true;
    } catch (error) {
      void showError(error, this.#logger);
      return false;
    }
  }

  cancel(modelId: string): void {
    this.#cancellations.cancel(modelId);
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

function deployTarget(model: DownloadedModel): DeployTarget {
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
    name: model.name,
    isDemo: model.isDemo,
    load: {
      engine: model.engine,
      task,
      modelPath: model.engine === "llama" ? model.primaryPath : model.snapshotPath,
      variantSuffix: model.engine === "onnx" ? onnxSuffix(model.primaryFile) : "",
      weightFiles: model.weightFiles,
      ...settings.load(),
    },
  };
}

/** `onnx/model_quantized.onnx` has the suffix `_quantized`. */
function onnxSuffix(primaryFile: string): string {
  return (
    /_(?:fp16|quantized|int8|uint8|q4|q4f16|bnb4)$/.exec(path.posix.basename(primaryFile, ".onnx"))?.[0] ?? ""
  );
}
