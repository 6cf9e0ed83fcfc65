import assert from "node:assert/strict";
import { copyFile, mkdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as vscode from "vscode";
import type { ApiPicture, LocalModelsApi } from "../../src/vscode/api";
import { activateExtension, until } from "../support/in-vscode";

const modelId = "local-models/demo-image-text-onnx/onnx/vision_model_quantized.onnx";
const query = "a red cat in the snow";
/** What the demo workspace's diary says of it. */
const redCat = "DSC00397.jpg";

describe("photo search inside VS Code", () => {
  let api: LocalModelsApi;
  let folder: string;
  const inFolder = (...parts: string[]) => path.join(folder, ...parts);

  before(async () => {
    api = await activateExtension();
    folder = vscode.workspace.workspaceFolders![0]!.uri.fsPath;
    await until(() => api.models().length > 0, "the demo workspace's models to be found");
  });

  after(async () => {
    await vscode.window.tabGroups.close(photoTabs());
    await exclude(undefined);
    await vscode.commands.executeCommand("localModels.stopAll");
  });

  it("opens in one tab, also when it is asked for again", async () => {
    await vscode.commands.executeCommand("localModels.searchPictures");
    await until(() => photoTabs().length === 1, "the tab");
    await vscode.commands.executeCommand("localModels.searchPictures");
    assert.equal(photoTabs().length, 1);
  });

  it("finds nothing before anything was indexed", async () => {
    assert.deepEqual(await api.searchPictures(query), []);
  });

  it("indexes with the model that runs, and finds pictures for other extensions", async () => {
    assert.equal(await api.deploy(modelId), true);
    await vscode.commands.executeCommand("localModels.indexPictures");
    const found = await untilFound(([first]) => first?.path === inFolder("pictures", "winter", redCat));
    assert.equal(found.length, 20);
    assert.ok(found[0]!.score! > found.at(-1)!.score!);
    assert.equal((await api.searchPictures(query, { limit: 1 })).length, 1);
  });

  it("follows folders that are moved, copies and deletions", async () => {
    await rename(inFolder("pictures", "winter"), inFolder("pictures", "cold days"));
    await untilFound(([first]) => first?.path === inFolder("pictures", "cold days", redCat));
    await mkdir(inFolder("copies"));
    await copyFile(inFolder("pictures", "cold days", redCat), inFolder("copies", "CAT.JPG"));
    await untilFound((found) => found.slice(0, 2).some(({ path }) => path === inFolder("copies", "CAT.JPG")));
    await rm(inFolder("copies"), { recursive: true });
    await untilFound((found) => found.length > 0 && found.every(({ path }) => !path.endsWith("CAT.JPG")));
    await rename(inFolder("pictures", "cold days"), inFolder("pictures", "winter"));
    await untilFound(([first]) => first?.path === inFolder("pictures", "winter", redCat));
  });

  it("leaves out what the setting excludes, and takes it in again", async () => {
    await exclude({ "**/winter": true });
    await untilFound((found) => found.length > 0 && found.every(({ path }) => !path.endsWith(redCat)));
    await exclude(undefined);
    await untilFound(([first]) => first?.path.endsWith(redCat) === true);
  });

  it("lists what cannot be indexed with its reason, and links to it", async () => {
    await writeFile(inFolder("pictures", "phone photo.heic"), "no picture");
    await writeFile(inFolder("pictures", "broken.png"), "no picture");
    const uri = vscode.Uri.from({ scheme: "local-models-pictures", path: "/Pictures Left Out" });
    await vscode.commands.executeCommand("localModels.indexPictures");
    const document = await untilText(uri, /broken\.png\n {4}\S.*[^]*phone photo\.heic\n {4}HEIC/);
    const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>(
      "vscode.executeLinkProvider",
      document.uri,
    );
    assert.deepEqual(
      links.map(({ target }) => target?.fsPath),
      [inFolder("pictures", "broken.png"), inFolder("pictures", "phone photo.heic")],
    );
  });

  it("opens the panel for a picture of the Explorer, and refuses what is none", async () => {
    await vscode.window.tabGroups.close(photoTabs());
    await vscode.commands.executeCommand(
      "localModels.findSimilarPictures",
      vscode.Uri.file(inFolder("pictures", "winter", redCat)),
    );
    await until(() => photoTabs().length === 1, "the tab");
    await vscode.window.tabGroups.close(photoTabs());
    await vscode.commands.executeCommand(
      "localModels.findSimilarPictures",
      vscode.Uri.file(inFolder("README.md")),
    );
    assert.equal(photoTabs().length, 0);
  });

  async function untilFound(isWanted: (found: ApiPicture[]) => boolean): Promise<ApiPicture[]> {
    const end = Date.now() + 45_000;
    for (;;) {
      const found = await api.searchPictures(query);
      if (isWanted(found)) {
        return found;
      }
      assert.ok(Date.now() < end, `found: ${found.map(({ path }) => path).join("\n")}`);
      await sleep(200);
    }
  }

  async function untilText(uri: vscode.Uri, wanted: RegExp): Promise<vscode.TextDocument> {
    const end = Date.now() + 30_000;
    for (;;) {
      const document = await vscode.workspace.openTextDocument(uri);
      if (wanted.test(document.getText())) {
        return document;
      }
      assert.ok(Date.now() < end, document.getText());
      await sleep(500);
    }
  }

  async function exclude(globs: Record<string, boolean> | undefined): Promise<void> {
    await vscode.workspace
      .getConfiguration("localModels")
      .update("photos.exclude", globs, vscode.ConfigurationTarget.Workspace);
  }
});

function photoTabs(): vscode.Tab[] {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(
      ({ input }) => input instanceof vscode.TabInputWebview && input.viewType.includes("localModels.photos"),
    );
}
