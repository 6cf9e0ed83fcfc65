import path from "node:path";
import * as vscode from "vscode";
import { settlesWithin } from "./common/async";
import { Deployments } from "./engine/deployments";
import { readCatalogue } from "./library/catalogue";
import { Library } from "./library/library";
import { Store } from "./store/store-client";
import { createApi, type LocalModelsApi } from "./vscode/api";
import { registerChatCommands } from "./vscode/commands/chat-commands";
import { registerMiscCommands } from "./vscode/commands/misc-commands";
import { registerModelCommands } from "./vscode/commands/model-commands";
import { registerPullCommands } from "./vscode/commands/pull-commands";
import { CrashNotices } from "./vscode/crash-notices";
import { Deployer } from "./vscode/deploy";
import { HubToken } from "./vscode/hub-token";
import { ModelsFolderWatch } from "./vscode/models-folder-watch";
import { ChatPanels } from "./vscode/panels/chat-panels";
import { Puller } from "./vscode/pull";
import { settings } from "./vscode/settings";
import { StatusBar } from "./vscode/status-bar";
import { ModelsTree } from "./vscode/tree/models-tree";

/** VS Code gives a few seconds in all; answers under way get this much of it. */
const answersEndMs = 1_500;

/** What must end in order, and be waited for, when VS Code closes. */
let shutdown: (() => Promise<void>) | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<LocalModelsApi> {
  const own = <T extends vscode.Disposable>(item: T): T => {
    context.subscriptions.push(item);
    return item;
  };
  const log = own(vscode.window.createOutputChannel("Local Models", { log: true }));
  const token = new HubToken(context.secrets);
  const deployments = new Deployments({ enginePath: context.asAbsolutePath("dist/engine.mjs"), logger: log });
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
  const store = new Store({
    workerPath: context.asAbsolutePath("dist/store-worker.js"),
    wasmPath: context.asAbsolutePath("dist/sql-wasm.wasm"),
    directory: path.join((context.storageUri ?? context.globalStorageUri).fsPath, "store"),
    logger: log,
  });

  const deployer = new Deployer(deployments, log);
  const puller = own(new Puller(library, log));
  const panels = own(
    new ChatPanels({ extensionUri: context.extensionUri, library, deployments, store, logger: log }),
  );
  shutdown = async () => {
    await settlesWithin(panels.stopAll(), answersEndMs);
    await Promise.all([deployments.dispose(), store.close()]);
  };

  own(new ModelsTree(library, deployments, library.refresh()));
  own(new ModelsFolderWatch(library, log));
  own(new StatusBar(deployments));
  own(new CrashNotices(deployments, log));
  own(registerPullCommands(library, puller, log));
  own(registerModelCommands(library, deployments, deployer, log));
  own(registerChatCommands(panels, store, log));
  own(registerMiscCommands(library, token, log));
  return createApi(library, deployments, deployer);
}

export async function deactivate(): Promise<void> {
  await shutdown?.();
}
