import assert from "node:assert/strict";
import { type IndexedWorkspace, workspacePerTest } from "../../fixtures/photos/indexing";
import type { ScriptedModels } from "../../fixtures/photos/scripted-models";
import { until } from "../../support/engines";

describe("pictures that a model cannot bear", function () {
  this.timeout(30_000);
  let workspace: IndexedWorkspace;
  let models: ScriptedModels;
  workspacePerTest((...fresh) => ([workspace, models] = fresh));
  beforeEach(() => models.deploy("imageText"));

  const searchable = async () =>
    (await workspace.store.request("countMedia", { space: models.imageText()?.space ?? null })).searchable;

  for (const guilty of ["0.png", "77.png", "149.png"]) {
    it(`finds the one that ends the process before the model is given up: ${guilty}`, async () => {
      workspace.putMany(150);
      models.crashing = new Set([guilty]);
      const indexer = workspace.newIndexer(models);
      await indexer.start();
      assert.deepEqual(indexer.state, { type: "ready" });
      assert.equal(await searchable(), 149);
      const problems = await workspace.problems();
      assert.deepEqual([...problems.keys()], [guilty]);
      assert.match(problems.get(guilty)!, /engine process ended while it read/);
      assert.ok(models.crashes <= 3, String(models.crashes));
      const asked = models.requests.length;
      await indexer.start();
      assert.equal(models.requests.length, asked);
    });
  }

  it("finds several, one after another, whenever the model is deployed again", async () => {
    workspace.putMany(100);
    const guilty = ["10.png", "11.png", "50.png", "90.png"];
    models.crashing = new Set(guilty);
    const indexer = workspace.newIndexer(models);
    await indexer.start();
    let deploys = 1;
    while (indexer.state.type !== "ready") {
      assert.equal(indexer.state.type, "needsModel");
      assert.ok(++deploys <= 1 + guilty.length, "No deployment found another.");
      models.deploy("imageText");
      await until(() => indexer.state.type === "indexing", "work");
      await until(() => indexer.state.type !== "indexing", "the end of work", 20_000);
    }
    assert.deepEqual([...(await workspace.problems()).keys()], guilty);
    assert.equal(await searchable(), 96);
  });

  it("blames no picture when the model itself crashes on everything", async () => {
    workspace.putMany(20);
    models.isBroken = true;
    const indexer = workspace.newIndexer(models);
    await indexer.start();
    assert.ok(["needsModel", "failed"].includes(indexer.state.type), indexer.state.type);
    assert.deepEqual(await workspace.problems(), new Map());
    models.isBroken = false;
    models.deploy("imageText");
    await indexer.start();
    assert.equal(await searchable(), 20);
  });

  it("leaves out the ones that make a whole request fail", async () => {
    workspace.putMany(50);
    models.failing = new Set(["7.png", "8.png"]);
    const indexer = workspace.newIndexer(models);
    await indexer.start();
    assert.deepEqual(indexer.state, { type: "ready" });
    const problems = await workspace.problems();
    assert.deepEqual([...problems.keys()], ["7.png", "8.png"]);
    assert.match(problems.get("7.png")!, /Invalid shape/);
    assert.equal(await searchable(), 48);
    assert.equal(models.crashes, 0);
  });

  it("goes on after a crash that was no picture's fault", async () => {
    workspace.putMany(120);
    let requests = 0;
    models.onRequest = () => {
      if (++requests === 4) {
        models.crash();
      }
    };
    const indexer = workspace.newIndexer(models);
    await indexer.start();
    assert.deepEqual(indexer.state, { type: "ready" });
    assert.equal(await searchable(), 120);
    assert.deepEqual(await workspace.problems(), new Map());
    assert.equal(models.crashes, 1);
  });

  it("stops the search at once when it is paused or cancelled", async () => {
    workspace.putMany(60);
    models.crashing = new Set(["30.png"]);
    const indexer = workspace.newIndexer(models);
    const started = indexer.start();
    await until(() => models.crashes === 1, "the crash");
    indexer.pause();
    await started;
    assert.equal(indexer.state.type, "paused");
    await indexer.resume();
    assert.deepEqual(indexer.state, { type: "ready" });
    assert.deepEqual([...(await workspace.problems()).keys()], ["30.png"]);
  });
});
