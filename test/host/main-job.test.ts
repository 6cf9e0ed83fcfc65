import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { rename } from "node:fs/promises";
import path from "node:path";
import * as vscode from "vscode";
import type { LocalModelsApi } from "../../src/vscode/api";
import { HubServer } from "../fixtures/hub-server";
import { activateExtension, extensionId, until, useHub } from "../support/in-vscode";

const demoId = "local-models/demo-chat-gguf/demo-chat-q8_0.gguf";

describe("inside VS Code", () => {
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
    await useHub("");
    await hub.close();
  });

  it("has registered every command it contributes", async () => {
    const manifest = vscode.extensions.getExtension(extensionId)!.packageJSON as {
      contributes: { commands: { command: string }[] };
    };
    const known = await vscode.commands.getCommands(true);
    const missing = manifest.contributes.commands.filter(({ command }) => !known.includes(command));
    assert.deepEqual(missing, []);
  });

  it("finds the demo chat model of the workspace", () => {
    const demo = api.models().find(({ id }) => id === demoId);
    assert.deepEqual(demo && { kind: demo.kind, state: demo.state }, { kind: "chat", state: "stopped" });
  });

  it("deploys, chats and stops through commands and API", async () => {
    assert.equal(await vscode.commands.executeCommand("localModels.deployModel", demoId), true);
    assert.equal(stateOf(demoId), "running");
    const pieces: string[] = [];
    const { text, statistics } = await api.chat(demoId, [{ role: "user", text: "Who are you?" }], {
      onText: (piece) => pieces.push(piece),
    });
    assert.match(text, /model/i);
    assert.equal(pieces.join(""), text);
    assert.equal(statistics.stopReason, "end");
    await vscode.commands.executeCommand("localModels.stopModel", demoId);
    assert.equal(stateOf(demoId), "stopped");
    await assert.rejects(api.chat(demoId, [{ role: "user", text: "Hello" }]), /not running/);
  });

  it("pulls into Hugging Face's layout and notices deleted files", async () => {
    const demoFile = await vscode.workspace.findFiles("models/hub/**/demo-chat-q8_0.gguf");
    const content = readFileSync(demoFile[0]!.fsPath);
    hub.addRepo({ id: "somebody/pulled-GGUF", files: { "pulled-Q8_0.gguf": content } });
    const phases = new Set<string>();
    const id = await api.pull("somebody/pulled-GGUF", "pulled-Q8_0.gguf", {
      onProgress: ({ phase }) => phases.add(phase),
    });
    assert.equal(id, "somebody/pulled-GGUF/pulled-Q8_0.gguf");
    assert.ok(phases.has("downloading"));
    const repo = path.join(workspaceFolder(), "models/hub/models--somebody--pulled-GGUF");
    const commit = readFileSync(path.join(repo, "refs/main"), "utf8");
    assert.ok(existsSync(path.join(repo, "snapshots", commit, "pulled-Q8_0.gguf")));
    await api.deploy(id);
    assert.match((await api.chat(id, [{ role: "user", text: "Who are you?" }])).text, /model/i);
    await api.stop(id);

    await vscode.workspace.fs.delete(vscode.Uri.file(repo), { recursive: true });
    await until(() => !api.models().some((model) => model.id === id), "the deleted model to leave the list");
  });

  it("notices when the whole models folder goes and comes back", async () => {
    const models = path.join(workspaceFolder(), "models");
    await rename(models, `${models} aside`);
    await until(() => api.models().length === 0, "the list to be empty");
    await rename(`${models} aside`, models);
    await until(() => stateOf(demoId) === "stopped", "the demo model to be listed again");
  });

  it("rejects with a sentence when the hub does not know the model or cannot be reached", async () => {
    await assert.rejects(api.pull("nobody/nothing", "x.gguf"), /nobody\/nothing/);
    await useHub("http://127.0.0.1:9");
    await assert.rejects(api.pull("nobody/nothing", "x.gguf"), /127\.0\.0\.1:9|reach|network/i);
    await useHub(hub.url);
  });

  it("keeps the host responsive while a model loads and answers", async () => {
    // Not a timing test: it asserts that the host's event loop turned many times meanwhile.
    let turns = 0;
    const timer = setInterval(() => turns++, 5);
    await api.deploy(demoId);
    await api.chat(demoId, [{ role: "user", text: "Tell me a story about a fox." }]);
    clearInterval(timer);
    await api.stop(demoId);
    assert.ok(turns > 10, `${turns} turns`);
  });

  it("opens chats as editor tabs, each its own", async () => {
    await vscode.commands.executeCommand("localModels.newChat");
    await vscode.commands.executeCommand("localModels.newChat");
    await until(() => chatTabs().length === 2, "two chat tabs");
    await vscode.commands.executeCommand("localModels.openChat");
    assert.equal(chatTabs().length, 2, "Open Chat shows an open chat again");
    await vscode.window.tabGroups.close(chatTabs());
  });

  function stateOf(id: string): string | undefined {
    return api.models().find((model) => model.id === id)?.state;
  }
});

function workspaceFolder(): string {
  return vscode.workspace.workspaceFolders![0]!.uri.fsPath;
}

function chatTabs(): vscode.Tab[] {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(
      ({ input }) => input instanceof vscode.TabInputWebview && input.viewType.includes("localModels.chat"),
    );
}
