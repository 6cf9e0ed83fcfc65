import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import * as vscode from "vscode";
import type { LocalModelsApi } from "../../src/vscode/api";
import { HubServer } from "../fixtures/hub-server";
import { activateExtension, extensionId, until, useHub } from "../support/in-vscode";

describe("the installed package", () => {
  let api: LocalModelsApi;
  let hub: HubServer;

  before(async () => {
    api = await activateExtension();
    hub = await HubServer.start();
    await useHub(hub.url);
    await until(() => api.models().length > 0, "the demo workspace's models to be found");
  });

  after(async () => {
    await vscode.commands.executeCommand("localModels.stopAll");
    await hub.close();
  });

  it("runs from where it was installed, not from the sources", () => {
    const installed = process.env["LOCAL_MODELS_TEST_EXTENSIONS"];
    assert.ok(installed);
    const { extensionPath } = vscode.extensions.getExtension(extensionId)!;
    assert.ok(extensionPath.startsWith(installed + path.sep), extensionPath);
  });

  it("pulls, deploys and chats", async () => {
    const [demoFile] = await vscode.workspace.findFiles("models/hub/**/demo-chat-q8_0.gguf");
    hub.addRepo({
      id: "somebody/pulled-GGUF",
      files: { "pulled-Q8_0.gguf": readFileSync(demoFile!.fsPath) },
    });
    const id = await api.pull("somebody/pulled-GGUF", "pulled-Q8_0.gguf");
    assert.equal(await api.deploy(id), true);
    const { text } = await api.chat(id, [{ role: "user", text: "Who are you?" }]);
    assert.match(text, /model/i);
    await api.stop(id);
    assert.equal(api.models().find((model) => model.id === id)?.state, "stopped");
  });

  it("opens a chat and its history", async () => {
    await vscode.commands.executeCommand("localModels.newChat");
    await until(
      () =>
        vscode.window.tabGroups.all.some(({ tabs }) =>
          tabs.some(({ input }) => input instanceof vscode.TabInputWebview),
        ),
      "the chat's tab",
    );
  });
});
