import assert from "node:assert/strict";
import { copyFileSync, renameSync, rmSync, unlinkSync, utimesSync } from "node:fs";
import path from "node:path";
import type { PhotoIndexer } from "../../../src/photos/index/photo-indexer";
import type { IndexState } from "../../../src/protocol/photos-view";
import { type IndexedWorkspace, workspacePerTest } from "../../fixtures/photos/indexing";
import type { ScriptedModels } from "../../fixtures/photos/scripted-models";
import { until } from "../../support/engines";

describe("the picture index", function () {
  this.timeout(30_000);
  let workspace: IndexedWorkspace;
  let models: ScriptedModels;
  workspacePerTest((...fresh) => ([workspace, models] = fresh));

  const space = () => models.imageText()!.space;
  const searchable = async () => (await workspace.store.request("countMedia", { space: space() })).searchable;
  const requested = () => models.requests.flat().sort();
  const untilType = (indexer: PhotoIndexer, type: IndexState["type"]) =>
    until(() => indexer.state.type === type, `${type}, not ${indexer.state.type}`);
  /** The first request waits until it is let go or cancelled. */
  function holdRequests(): () => void {
    let letGo!: () => void;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    models.onRequest = (_, signal) =>
      Promise.race([held, new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()))]);
    return letGo;
  }

  it("scans, embeds and remembers; what is unchanged is not shown to a model again", async () => {
    workspace.putMany(100);
    models.deploy("imageText");
    const indexer = workspace.newIndexer(models);
    assert.deepEqual(indexer.state, { type: "none" });
    const types = new Set<string>();
    indexer.onDidChange(() => types.add(indexer.state.type));
    await indexer.start();
    assert.deepEqual(indexer.state, { type: "ready" });
    assert.deepEqual([...types], ["scanning", "indexing", "ready"]);
    assert.equal(requested().length, 100);
    assert.equal(await searchable(), 100);
    const { width, height } = (await workspace.files()).get("7.png")!;
    assert.deepEqual([width, height], [30, 20]);
    assert.ok(indexer.revision > 0);

    await workspace.reopen();
    const later = workspace.newIndexer(models);
    await untilType(later, "ready");
    const before = later.revision;
    await later.start();
    assert.equal(requested().length, 100);
    assert.equal(later.lastScan!.changed, 0);
    assert.ok(later.revision > before);
  });

  it("keeps the vectors of renamed and copied files, and forgets deleted ones", async () => {
    const [a, b, c] = ["a.png", "b.png", "c.png"].map((name) => workspace.put(name)) as [
      string,
      string,
      string,
    ];
    models.deploy("imageText");
    const indexer = workspace.newIndexer(models);
    await indexer.start();
    renameSync(a, path.join(workspace.pictures, "renamed.png"));
    copyFileSync(b, path.join(workspace.pictures, "copy.png"));
    unlinkSync(c);
    await indexer.start();
    assert.deepEqual(requested(), ["a.png", "b.png", "c.png"]);
    assert.deepEqual([...(await workspace.files()).keys()], ["b.png", "copy.png", "renamed.png"]);
    assert.equal(await searchable(), 3);
  });

  it("notes why a picture cannot be read, and indexes the rest", async () => {
    workspace.putMany(20);
    workspace.put("e.heic");
    models.unreadable = new Set(["3.png", "11.png"]);
    models.deploy("imageText");
    const indexer = workspace.newIndexer(models);
    await indexer.start();
    assert.equal(await searchable(), 18);
    const problems = await workspace.problems();
    assert.deepEqual([...problems.keys()], ["11.png", "3.png"]);
    assert.deepEqual((JSON.parse(problems.get("3.png")!) as { args: string[] }).args, ["3.png"]);
    assert.deepEqual(
      indexer.lastScan!.skipped.map(({ reason }) => reason),
      ["heic"],
    );
    await indexer.start();
    assert.equal(requested().length, 20);
  });

  it("counts a picture that vanished since the scan as gone, and takes another file with its content", async () => {
    workspace.put("a.png", "same");
    workspace.put("b.png", "same");
    workspace.put("c.png");
    workspace.put("d.png");
    models.deploy("imageText");
    models.onRequest = (names) => {
      for (const name of ["a.png", "c.png"].filter((gone) => names.includes(gone))) {
        unlinkSync(path.join(workspace.pictures, name));
      }
    };
    const indexer = workspace.newIndexer(models);
    await indexer.start();
    assert.deepEqual(await workspace.problems(), new Map());
    assert.deepEqual([...(await workspace.files()).keys()], ["b.png", "d.png"]);
    assert.equal(await searchable(), 2);
  });

  it("does not take what a model saw of a file that was changed since the scan", async () => {
    const file = workspace.put("a.png", "first");
    models.deploy("imageText");
    let changes = 0;
    models.onRequest = () => {
      if (changes++ === 0) {
        workspace.put("a.png", "second");
        utimesSync(file, 1, 1);
      }
    };
    const indexer = workspace.newIndexer(models);
    await indexer.start();
    assert.equal(await searchable(), 1);
    workspace.put("a.png", "first");
    await indexer.start();
    assert.equal(await searchable(), 1);
    const { fileId } = (await workspace.files()).get("a.png")!;
    const first = await workspace.store.request("vectorOfFile", { space: space(), fileId });
    const again = await models.imageText()!.embedImages([{ path: file }], {
      priority: "batch",
      signal: new AbortController().signal,
    });
    assert.deepEqual(first, again.vectors);
  });

  it("waits for a model, and goes on by itself when one runs", async () => {
    workspace.putMany(10);
    const indexer = workspace.newIndexer(models);
    await indexer.start();
    assert.deepEqual(indexer.state, { type: "needsModel", waiting: 10 });
    models.deploy("imageText");
    await untilType(indexer, "ready");
    assert.equal(await searchable(), 10);
  });

  it("goes on with the same model after it was stopped in the middle, and does nothing twice", async () => {
    workspace.putMany(200);
    models.deploy("imageText");
    let requests = 0;
    models.onRequest = () => {
      if (++requests === 5) {
        models.stop("imageText");
      }
    };
    const indexer = workspace.newIndexer(models);
    await indexer.start();
    assert.equal(indexer.state.type, "needsModel");
    models.deploy("imageText");
    await untilType(indexer, "ready");
    assert.equal(await searchable(), 200);
    // Two batches may have been under way.
    assert.ok(requested().length <= 200 + 64, String(requested().length));
  });

  it("never mixes the vectors of two models when one replaces the other in the middle", async () => {
    workspace.putMany(60);
    models.deploy("imageText", "first@1");
    const first = space();
    let requests = 0;
    models.onRequest = () => {
      if (++requests === 3) {
        models.stop("imageText");
        models.deploy("imageText", "second@1");
      }
    };
    const indexer = workspace.newIndexer(models);
    await indexer.start();
    assert.equal(indexer.state.type, "ready");
    assert.equal(await searchable(), 60);
    const before = await workspace.store.request("countMedia", { space: first });
    assert.ok(before.searchable > 0 && before.searchable < 60, String(before.searchable));
  });

  it("asks before it begins anew with another model", async () => {
    workspace.putMany(10);
    models.deploy("imageText", "first@1");
    const indexer = workspace.newIndexer(models);
    await indexer.start();
    models.stop("imageText");
    models.deploy("imageText", "second@1");
    await untilType(indexer, "paused");
    assert.deepEqual(indexer.state, { type: "paused", done: 0, total: 10 });
    await indexer.resume();
    assert.equal(await searchable(), 10);
  });

  it("pauses and resumes at once, whatever it does", async () => {
    workspace.putMany(150);
    models.deploy("imageText");
    const indexer = workspace.newIndexer(models);
    let running = indexer.start();
    for (let pauses = 0; indexer.state.type !== "ready"; pauses++) {
      await new Promise((resolve) => setTimeout(resolve, (pauses % 7) * 3));
      indexer.pause();
      if (indexer.state.type === "paused") {
        await running;
        assert.equal(indexer.state.type, "paused");
        running = indexer.resume();
        assert.ok(["scanning", "indexing"].includes(indexer.state.type));
      }
    }
    await running;
    assert.equal(await searchable(), 150);
  });

  it("holds while it is paused, also when files change, but no longer shows what is gone", async () => {
    workspace.putMany(40);
    const gone = workspace.put("gone.png");
    models.deploy("imageText");
    const letGo = holdRequests();
    const indexer = workspace.newIndexer(models);
    const started = indexer.start();
    await until(() => models.requests.length > 0, "the first batch");
    indexer.pause();
    await started;
    letGo();
    unlinkSync(gone);
    indexer.filesChanged([gone]);
    const deadline = Date.now() + 10_000;
    while ((await workspace.files()).has("gone.png") && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.equal((await workspace.files()).size, 40);
    await until(() => indexer.state.type === "paused", "the pause");
    const asked = models.requests.length;
    await indexer.resume();
    assert.equal(await searchable(), 40);
    assert.ok(models.requests.length > asked);
  });

  it("is cancelled at once, keeps what it has, and says in the next window that more waits", async () => {
    workspace.putMany(100);
    models.deploy("imageText");
    const indexer = workspace.newIndexer(models);
    let requests = 0;
    models.onRequest = () => {
      if (++requests === 4) {
        indexer.cancel();
      }
    };
    await indexer.start();
    await until(() => ["ready", "none"].includes(indexer.state.type), "the end");
    const kept = await searchable();
    assert.ok(kept < 100);
    const asked = models.requests.length;
    indexer.filesChanged([workspace.put("later.png")]);
    await until(() => indexer.lastScan?.changed === 1, "the scan");
    assert.equal(models.requests.length, asked);

    await workspace.reopen();
    const later = workspace.newIndexer(models);
    await untilType(later, "paused");
    assert.deepEqual(later.state, { type: "paused", done: kept, total: 101 });
    await later.resume();
    assert.equal(await searchable(), 101);
  });

  it("shows pictures to the model while it still reads others", async () => {
    for (let number = 0; number < 400; number++) {
      workspace.put(`${number}.png`, Buffer.alloc(600_000, number));
    }
    models.deploy("imageText");
    const recorded: number[] = [];
    models.onRequest = async () => {
      recorded.push((await workspace.store.request("listKnownFiles", null)).sizes.length);
    };
    const indexer = workspace.newIndexer(models);
    await indexer.start();
    assert.ok(recorded[0]! < 400, `${recorded[0]} files were recorded before the first request`);
    assert.equal((await workspace.store.request("countMedia", { space: space() })).pending, 0);
  });

  it("does not start twice", async () => {
    workspace.putMany(30);
    models.deploy("imageText");
    const indexer = workspace.newIndexer(models);
    await Promise.all([indexer.start(), indexer.start(), indexer.start()]);
    assert.equal(requested().length, 30);
    assert.equal(indexer.state.type, "ready");
  });

  it("fails with the reason when the store is gone, and works with the next one", async () => {
    workspace.putMany(60);
    models.deploy("imageText");
    const indexer = workspace.newIndexer(models);
    let requests = 0;
    models.onRequest = async () => {
      if (++requests === 3) {
        await workspace.store.close();
      }
    };
    await indexer.start();
    assert.equal(indexer.state.type, "failed");
    await workspace.reopen();
    const later = workspace.newIndexer(models);
    await untilType(later, "paused");
    await later.start();
    assert.equal(await searchable(), 60);
  });

  it("indexes what a watcher tells, and only that", async () => {
    workspace.put("a.png");
    workspace.put("sub/b.png");
    models.deploy("imageText");
    const indexer = workspace.newIndexer(models);
    indexer.filesChanged([workspace.put("ignored.png")]);
    await indexer.start();
    const revision = indexer.revision;
    workspace.put("untold.png");
    const told = workspace.put("new/c.png");
    rmSync(path.join(workspace.pictures, "sub"), { recursive: true });
    indexer.filesChanged([path.dirname(told), path.join(workspace.pictures, "sub")]);
    await until(() => requested().includes("c.png") && indexer.state.type === "ready", "the change");
    assert.ok(indexer.revision > revision);
    assert.deepEqual([...(await workspace.files()).keys()], ["a.png", "ignored.png", "new/c.png"]);
    assert.equal(await searchable(), 3);
  });

  it("shows how fast it is and how long it will take", async () => {
    workspace.putMany(200);
    models.deploy("imageText");
    models.onRequest = () => new Promise((resolve) => setTimeout(resolve, 60));
    const indexer = workspace.newIndexer(models);
    const states: Extract<IndexState, { type: "indexing" }>[] = [];
    indexer.onDidChange(() => {
      if (indexer.state.type === "indexing") {
        states.push(indexer.state);
      }
    });
    await indexer.start();
    assert.ok(states.length > 2);
    assert.ok(states.every(({ total }) => total === 200));
    assert.ok(states.some(({ perSecond }) => perSecond > 0));
    assert.deepEqual(
      states.map(({ done }) => done),
      states.map(({ done }) => done).sort((a, b) => a - b),
    );
  });
});
