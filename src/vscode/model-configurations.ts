import * as vscode from "vscode";
import type { Disposable } from "../common/disposable";
import { AppError } from "../common/errors";
import type { Logger } from "../common/logger";
import type { Deployments, DeployTarget } from "../engine/deployments";
import { ConfigurationError, configurationText, type ModelConfiguration } from "../library/configuration";
import {
  configurationFile,
  createConfiguration,
  isConfigurationFile,
  readConfiguration,
} from "../library/configuration-file";
import type { DownloadedModel } from "../library/model";
import type { LoadParams, Sampling } from "../protocol/engine";
import { commandIds } from "./ids";
import { taskOf } from "./kinds";
import { showError } from "./notifications";
import { settings } from "./settings";

/** Each model's configuration file, and the settings for what it leaves out. Read anew each time: files change. */
export class ModelConfigurations implements Disposable {
  readonly #deployments: Deployments;
  readonly #logger: Logger;
  readonly #listener: Disposable;

  constructor(deployments: Deployments, logger: Logger) {
    this.#deployments = deployments;
    this.#logger = logger;
    this.#listener = vscode.workspace.onDidSaveTextDocument(({ uri }) => void this.#onSave(uri));
  }

  dispose(): void {
    this.#listener.dispose();
  }

  /** @throws AppError where the file cannot be used, as do the others */
  async load(modelId: string): Promise<ReturnType<typeof settings.load> & Pick<LoadParams, "gpuLayers">> {
    return { ...settings.load(), ...(await read(modelId))?.load };
  }

  async sampling(modelId: string): Promise<Sampling> {
    return { ...settings.sampling(), ...(await read(modelId))?.sampling };
  }

  /** Of new chats with the model; without one, what the settings say. */
  async systemPrompt(modelId: string | undefined): Promise<string> {
    const configuration = modelId === undefined ? undefined : await read(modelId);
    return configuration?.systemPrompt ?? settings.systemPrompt();
  }

  /** Opens the model's file; one that is made now has the values in force. */
  async edit(model: DownloadedModel): Promise<void> {
    const file = await createConfiguration(requireModelsFolder(), model.id, newText(model));
    await vscode.window.showTextDocument(vscode.Uri.file(file));
  }

  /** A running model keeps the context and the layers that it was loaded with. */
  async #onSave(uri: vscode.Uri): Promise<void> {
    const folder = settings.modelsFolder();
    if (folder === undefined || !isConfigurationFile(fsPath(folder), uri.fsPath)) {
      return;
    }
    const deployment = this.#deployments
      .list()
      .find(({ target }) => fsPath(configurationFile(folder, target.id)) === uri.fsPath);
    if (deployment?.status.state !== "running") {
      return;
    }
    try {
      if (isLoadedOtherwise(deployment.target, await this.load(deployment.target.id))) {
        await this.#offerDeploy(deployment.target);
      }
    } catch (error) {
      // The editor underlines what is wrong with the file; the next deploy or message says so.
      if (!(error instanceof ConfigurationError)) {
        void showError(error, this.#logger);
      }
    }
  }

  async #offerDeploy({ id, name }: DeployTarget): Promise<void> {
    const deployAgain = vscode.l10n.t("Deploy Again");
    const message = vscode.l10n.t(
      "{0} runs with its earlier configuration until it is deployed again.",
      name,
    );
    if ((await vscode.window.showInformationMessage(message, deployAgain)) === deployAgain) {
      await this.#deployments.stop(id);
      await vscode.commands.executeCommand(commandIds.deployModel, id);
    }
  }
}

/** Whether anything in a configuration of such a model would matter. */
export function isConfigurable({ kind }: DownloadedModel): boolean {
  const task = taskOf(kind);
  return task === "chat" || task === "embedding" || task === "reranking";
}

async function read(modelId: string): Promise<ModelConfiguration | undefined> {
  const folder = settings.modelsFolder();
  return folder === undefined ? undefined : readConfiguration(folder, modelId);
}

function newText(model: DownloadedModel): string {
  const { contextLength } = settings.load();
  return configurationText(model.id, {
    load: model.engine === "llama" ? { contextLength, gpuLayers: undefined } : { contextLength },
    ...(model.kind === "chat"
      ? { sampling: settings.sampling(), systemPrompt: settings.systemPrompt() }
      : {}),
  });
}

function isLoadedOtherwise(
  { load }: DeployTarget,
  wished: Pick<LoadParams, "contextLength" | "gpuLayers">,
): boolean {
  return load.contextLength !== wished.contextLength || load.gpuLayers !== wished.gpuLayers;
}

function requireModelsFolder(): string {
  const folder = settings.modelsFolder();
  if (folder === undefined) {
    throw new AppError("no-folder", "Open a folder first; models are kept in its “models” folder.");
  }
  return folder;
}

/** As VS Code writes it: on Windows, drive letters are small. */
function fsPath(file: string): string {
  return vscode.Uri.file(file).fsPath;
}
