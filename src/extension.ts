import path from "node:path";
import * as vscode from "vscode";
import { settlesWithin } from "./common/async";
import { steadyStorageFolder } from "./common/storage-folder";
import { Deployments } from "./engine/deployments";
import { GraphicsProbe } from "./engine/graphics";
import { readCatalogue } from "./library/catalogue";
import { Library } from "./library/library";
import { RunningPhotoModels } from "./photos/models";
import { Store } from "./store/store-client";
import { createApi, type LocalModelsApi } from "./vscode/api";
import { registerChatCommands } from "./vscode/commands/chat-commands";
import { registerConfigurationCommands } from "./vscode/commands/configuration-commands";
import { registerHardwareCommands } from "./vscode/commands/hardware-commands";
import { registerMiscCommands } from "./vscode/commands/misc-commands";
import { registerModelCommands } from "./vscode/commands/model-commands";
import { registerPullCommands } from "./vscode/commands/pull-commands";
import { CrashNotices } from "./vscode/crash-notices";
import { Deployer } from "./vscode/deploy";
import { registerEvaluation } from "./vscode/evaluation/register";
import { Hardware } from "./vscode/hardware";
import { HubToken } from "./vscode/hub-token";
import { LastEditor } from "./vscode/last-editor";
import { rememberedThreads } from "./vscode/measured-threads";
import { ModelConfigurations } from "./vscode/model-configurations";
import { ModelsFolderWatch } from "./vscode/models-folder-watch";
import { ChatPanels } from "./vscode/panels/chat-panels";
import { registerEvaluationResults } from "./vscode/panels/evaluation-panels";
import { PhotoFeature } from "./vscode/photos/photo-feature";
import { Puller } from "./vscode/pull";
import { settings } from "./vscode/settings";
import { StatusBar } from "./vscode/status-bar";
import { ModelsTree } from "./vscode/tree/models-tree";

/** VS Code gives a few seconds in all; answers under way get this much of it. */
const answersEndMs = 1_500;
/** A response is given up, and how far the evaluation came is stored. */
const evaluationEndMs = 2_500;

/** What must end in order, and be waited for, when VS Code closes. */
let shutdown: (() => Promise<void>) | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<LocalModelsApi> {
  const own = <T extends vscode.Disposable>(item: T): T => {
    context.subscriptions.push(item);
    return item;
  };
  const log = own(vscode.window.createOutputChannel("Local Models", { log: true }));
  const token = new HubToken(context.secrets);
  const enginePath = context.asAbsolutePath("dist/engine.mjs");
  const deployments = new Deployments({
    enginePath,
    logger: log,
    keepAliveMs: settings.keepAliveMs,
    measuredThreads: rememberedThreads(context.globalState),
  });
  const graphics = new GraphicsProbe({ enginePath, logger: log });
  const library = own(
    new Library({
      modelsFolder: settings.modelsFolder,
      catalogue: await readCatalogue(context.asAbsolutePath("models/catalogue.json")),
      endpoint: settings.hubEndpoint,
      token: () => token.get(),
      logger: log,
      isInUse: (id) => deployments.get(id) !== undefined,
    }),
  );
  const storeFolder = path.join(
    steadyStorageFolder((context.storageUri ?? context.globalStorageUri).fsPath),
    "store",
  );
  const store = new Store({
    workerPath: context.asAbsolutePath("dist/store-worker.js"),
    wasmPath: context.asAbsolutePath("dist/sql-wasm.wasm"),
    kernelPath: context.asAbsolutePath("dist/vector-kernel.wasm"),
    directory: storeFolder,
    logger: log,
  });

  const configurations = own(new ModelConfigurations(deployments, log));
  const deployer = new Deployer(deployments, configurations, log);
  const puller = own(new Puller(library, log));
  const lastEditor = own(new LastEditor());
  const panels = own(
    new ChatPanels({
      extensionUri: context.extensionUri,
      library,
      deployments,
      configurations,
      store,
      lastEditor,
      logger: log,
    }),
  );
  const photos = own(
    new PhotoFeature({
      extensionUri: context.extensionUri,
      library,
      deployments,
      deployer,
      puller,
      lastEditor,
      store,
      models: new RunningPhotoModels(deployments),
      scannerPath: context.asAbsolutePath("dist/photo-scanner.js"),
      mentionsPath: context.asAbsolutePath("dist/picture-mentions.js"),
      enginePath,
      cacheFolder: path.join(context.globalStorageUri.fsPath, "pictures"),
      memento: context.workspaceState,
      logger: log,
    }),
  );
  const checkWorkerPath = context.asAbsolutePath("dist/check-worker.js");
  const parts = { library, deployments, configurations, store, storeFolder, checkWorkerPath };
  const evaluation = own(registerEvaluation({ ...parts, memento: context.workspaceState, logger: log }));
  const { extensionUri } = context;
  const { runner } = evaluation;
  own(registerEvaluationResults({ extensionUri, store, runner, lastEditor, logger: log }));
  shutdown = async () => {
    await Promise.all([
      settlesWithin(panels.stopAll(), answersEndMs),
      photos.stop(),
      settlesWithin(evaluation.stop(), evaluationEndMs),
    ]);
    await Promise.all([deployments.dispose(), graphics.dispose(), store.close()]);
  };

  const hardware = own(new Hardware(deployments, graphics, log));
  own(new ModelsTree(library, deployments, hardware, library.refresh()));
  own(new ModelsFolderWatch(library, log));
  own(new StatusBar(deployments));
  own(new CrashNotices(deployments, log));
  own(registerPullCommands(library, puller, log));
  own(registerModelCommands(library, deployments, deployer, log));
  own(registerChatCommands(panels, store, log));
  own(registerConfigurationCommands(library, configurations, log));
  own(registerHardwareCommands(hardware, deployments, log));
  own(registerMiscCommands(library, token, log));
  return createApi(library, deployments, deployer, configurations, photos.photos);
}

export async function deactivate(): Promise<void> {
  await shutdown?.();
}
