import assert from "node:assert/strict";
import path from "node:path";
import type { PhotoIndexer } from "../../../src/photos/index/photo-indexer";
import { type IndexedWorkspace, workspacePerTest } from "../../fixtures/photos/indexing";
import type { ScriptedModels } from "../../fixtures/photos/scripted-models";
import { until } from "../../support/engines";

describe("captions of the picture index", function () {
  this.timeout(30_000);
  let workspace: IndexedWorkspace;
  let models: ScriptedModels;
  workspacePerTest((...fresh) => ([workspace, models] = fresh));
  beforeEach(() => models.deploy("imageText"));

  const captions = async () =>
    Object.fromEntries([...(await workspace.files())].map(([name, { caption }]) => [name, caption]));
  /** Names of the files whose caption is found by its own text. */
  async function foundBy(caption: string): Promise<string[]> {
    const model = models.textEmbedding()!;
    const signal = new AbortController().signal;
    const query = await model.embedTexts([caption], { purpose: "query", priority: "interactive", signal });
    const hits = await workspace.store.request("searchMedia", {
      space: model.space,
      query,
      filter: {},
      limit: 9,
    });
    const files = await workspace.store.request("getFiles", { fileIds: [...hits.fileIds] });
    return files
      .filter((_, index) => hits.scores[index]! > 0.999)
      .map(({ path: file }) => path.basename(file));
  }
  async function untilDone(
    indexer: PhotoIndexer,
    isDone: () => Promise<boolean>,
    what: string,
  ): Promise<void> {
    const end = Date.now() + 10_000;
    while (!(await isDone()) || indexer.state.type !== "ready") {
      assert.ok(Date.now() < end, `Waited in vain for ${what}.`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  it("describes every picture and embeds what it wrote, each once", async () => {
    workspace.putMany(3);
    models.deploy("captioner");
    models.deploy("textEmbedding");
    const indexer = workspace.newIndexer(models);
    await indexer.start();
    assert.deepEqual(await captions(), { "0.png": "a 0.png", "1.png": "a 1.png", "2.png": "a 2.png" });
    assert.equal((await workspace.files()).get("0.png")!.captionBy, "Model captioner@1");
    assert.deepEqual(await foundBy("a 1.png"), ["1.png"]);
    assert.ok(models.texts.slice(0, 3).every(([purpose]) => purpose === "document"));
    const asked = [models.requests.length, models.texts.length];
    await indexer.start();
    assert.deepEqual([models.requests.length, models.texts.length], asked);
  });

  it("does it when the models come later", async () => {
    workspace.putMany(2);
    const indexer = workspace.newIndexer(models);
    await indexer.start();
    models.deploy("captioner");
    await untilDone(indexer, async () => (await captions())["1.png"] !== undefined, "captions");
    models.deploy("textEmbedding");
    await untilDone(indexer, async () => (await foundBy("a 0.png")).length === 1, "vectors");
  });

  it("never overwrites what a person wrote, nor that they wanted none", async () => {
    workspace.putMany(3);
    const indexer = workspace.newIndexer(models);
    await indexer.start();
    const files = await workspace.files();
    await indexer.setCaption(files.get("0.png")!.fileId, "My cat.");
    await indexer.setCaption(files.get("1.png")!.fileId, "");
    models.deploy("captioner");
    await untilDone(indexer, async () => (await captions())["2.png"] !== undefined, "captions");
    assert.deepEqual(await captions(), { "0.png": "My cat.", "1.png": undefined, "2.png": "a 2.png" });
  });

  it("does not overwrite a caption that a person writes while the model does", async () => {
    workspace.putMany(1);
    const indexer = workspace.newIndexer(models);
    await indexer.start();
    const { fileId } = (await workspace.files()).get("0.png")!;
    models.onRequest = () => indexer.setCaption(fileId, "Mine.");
    models.deploy("captioner");
    await untilDone(indexer, async () => (await captions())["0.png"] !== undefined, "a caption");
    assert.deepEqual(await captions(), { "0.png": "Mine." });
  });

  it("no longer finds a picture by a caption that was changed, but by the new one", async () => {
    workspace.putMany(2);
    models.deploy("captioner");
    models.deploy("textEmbedding");
    const indexer = workspace.newIndexer(models);
    await indexer.start();
    const { fileId } = (await workspace.files()).get("0.png")!;
    const { revision } = indexer;
    await indexer.setCaption(fileId, "A red car.");
    assert.deepEqual(await foundBy("a 0.png"), []);
    assert.ok(indexer.revision > revision);
    await untilDone(indexer, async () => (await foundBy("A red car.")).length === 1, "the new vector");
    await workspace.reopen();
    assert.deepEqual(await foundBy("a 0.png"), []);
    assert.deepEqual(await foundBy("A red car."), ["0.png"]);
    assert.deepEqual(await foundBy("a 1.png"), ["1.png"]);
  });

  it("keeps a caption that the text model refuses, and embeds the others", async () => {
    workspace.putMany(3);
    models.deploy("captioner");
    const indexer = workspace.newIndexer(models);
    await indexer.start();
    await indexer.setCaption((await workspace.files()).get("1.png")!.fileId, "much too long");
    models.deploy("textEmbedding");
    await untilDone(indexer, async () => (await foundBy("a 2.png")).length === 1, "vectors");
    assert.deepEqual(await foundBy("a 0.png"), ["0.png"]);
    assert.equal((await captions())["1.png"], "much too long");
  });

  it("leaves out a picture that ends the captioner, and finds it by its content all the same", async () => {
    workspace.putMany(30);
    const indexer = workspace.newIndexer(models);
    await indexer.start();
    models.crashing = new Set(["13.png"]);
    models.deploy("captioner");
    await untilDone(indexer, async () => (await captions())["29.png"] !== undefined, "captions");
    await until(() => indexer.state.type === "ready", "the end");
    const missing = Object.entries(await captions()).filter(([, caption]) => caption === undefined);
    assert.deepEqual(
      missing.map(([name]) => name),
      ["13.png"],
    );
    assert.deepEqual(await workspace.problems(), new Map());
    assert.equal(
      (await workspace.store.request("countMedia", { space: models.imageText()!.space })).searchable,
      30,
    );
  });

  it("waits with captions when the captioner is stopped in the middle", async () => {
    workspace.putMany(60);
    const indexer = workspace.newIndexer(models);
    await indexer.start();
    let requests = 0;
    models.onRequest = () => {
      if (++requests === 3) {
        models.stop("captioner");
      }
    };
    models.deploy("captioner");
    await until(() => requests >= 3, "the stop");
    await until(() => indexer.state.type === "ready", "rest");
    models.deploy("captioner");
    const isDone = async () => Object.values(await captions()).every((caption) => caption !== undefined);
    await untilDone(indexer, isDone, "captions");
  });
});
