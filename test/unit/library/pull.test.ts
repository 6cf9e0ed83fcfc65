import * as assert from "node:assert/strict";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { scanDownloaded, scanPartial } from "../../../src/library/downloaded";
import { pull } from "../../../src/library/pull";
import { readPullRecords } from "../../../src/library/pull-record";
import type { HubServer } from "../../fixtures/hub-server";
import { content, hash, id, primaryFile, repoFolder, request, usePullBench } from "./pull-bench";
import { clientOf, ggufContent, never, pullAll, pullContext, sha256, tree } from "./support";

describe("pull", () => {
  const bench = usePullBench();
  const { blob, storageRequests, pullAndCancel } = bench;
  let hub: HubServer;
  let models: string;
  beforeEach(() => {
    ({ hub, models } = bench);
  });

  it("leaves exactly the layout of the Hugging Face cache", async () => {
    const reports = await pullAll(request, pullContext(hub, models));
    assert.deepEqual(
      [...new Set(reports.map((report) => report.phase))],
      ["resolving", "downloading", "verifying", "ready"],
    );
    const snapshot = `${repoFolder}/snapshots/${bench.commit}`;
    const names = await tree(models);
    assert.deepEqual(
      names.filter((name) => !name.includes("/blobs/")),
      [
        ".gitignore",
        `${repoFolder}/refs/main`,
        `${snapshot}/README.md`,
        `${snapshot}/config.json`,
        `${snapshot}/${primaryFile}`,
      ].sort(),
    );
    assert.equal(names.filter((name) => name.includes("/blobs/")).length, 3);
    assert.equal(await fs.readFile(path.join(models, repoFolder, "refs/main"), "utf8"), bench.commit);
    assert.equal(await fs.readlink(path.join(models, snapshot, primaryFile)), `../../blobs/${hash}`);
    assert.equal(sha256(await fs.readFile(path.join(models, snapshot, primaryFile))), hash);
    const total = content.length + 6 + 2;
    assert.deepEqual(reports.at(-1), {
      phase: "ready",
      doneBytes: total,
      totalBytes: total,
      bytesPerSecond: 0,
    });
  });

  it("asks for nothing again that is already there", async () => {
    await pullAll(request, pullContext(hub, models));
    const before = storageRequests().length;
    await pullAll(request, pullContext(hub, models));
    assert.equal(storageRequests().length, before);
  });

  it("writes no .gitignore over one that is there", async () => {
    await fs.mkdir(models);
    await fs.writeFile(path.join(models, ".gitignore"), "mine");
    await pullAll(request, pullContext(hub, models));
    assert.equal(await fs.readFile(path.join(models, ".gitignore"), "utf8"), "mine");
  });

  it("takes the best variant when none is named, and the one named otherwise", async () => {
    await pullAll({ repoId: id }, pullContext(hub, models));
    const [model] = await scanDownloaded(models, []);
    assert.equal(model?.primaryFile, primaryFile);
    await assert.rejects(pullAll({ repoId: id, primaryFile: "x.gguf" }, pullContext(hub, models)), {
      code: "file-missing",
      message: /has no file “x\.gguf”/,
    });
  });

  it("writes nested refs, and none for a commit", async () => {
    const next = hub.addRepo({ id, branch: "refs/pr/1", files: { [primaryFile]: content } });
    await pullAll({ ...request, revision: "refs/pr/1" }, pullContext(hub, models));
    assert.equal(await fs.readFile(path.join(models, repoFolder, "refs/refs/pr/1"), "utf8"), next);
    await pullAll({ ...request, revision: bench.commit }, pullContext(hub, models));
    assert.deepEqual(await fs.readdir(path.join(models, repoFolder, "refs")), ["refs"]);
  });

  it("sends the token to the hub and never to the storage", async () => {
    await pullAll(request, pullContext(hub, models, { client: clientOf(hub, "good") }));
    const [own, storage] = [false, true].map((isStorage) =>
      hub.requests.filter((each) => (each.server === "storage") === isStorage),
    );
    assert.ok(own!.length > 0 && own!.every((each) => each.authorization === "Bearer good"));
    assert.ok(storage!.length > 0 && storage!.every((each) => each.authorization === undefined));
  });

  it("continues after cuts exactly where they were", async () => {
    hub.fault({ server: "storage", cutAfterBytes: 1_200_000 });
    hub.fault({ server: "storage", cutAfterBytes: 500_000 });
    await pullAll(request, pullContext(hub, models));
    const ranges = storageRequests().map((each) => each.range);
    assert.equal(ranges.length, 3);
    const starts = ranges.map((range) => Number(/^bytes=(\d+)-$/.exec(range ?? "bytes=0-")?.[1]));
    assert.ok(starts[0] === 0 && starts[1]! > 0 && starts[2]! > starts[1]!, String(starts));
    assert.equal(sha256(await fs.readFile(blob(hash))), hash);
  });

  it("treats a stall like a cut", async () => {
    hub.fault({ server: "storage", stallAfterBytes: 1_000_000 });
    await pullAll(request, pullContext(hub, models, { stallMs: 150 }));
    assert.equal(storageRequests().length, 2);
    assert.equal(sha256(await fs.readFile(blob(hash))), hash);
  });

  it("gives up after several futile tries and keeps what it has", async () => {
    hub.fault({ server: "storage", cutAfterBytes: 700_000 });
    hub.fault({ server: "storage", cutAfterBytes: 0, times: 50 });
    await assert.rejects(pullAll(request, pullContext(hub, models)), { code: "offline" });
    assert.ok(storageRequests().length <= 7, String(storageRequests().length));
    const [partial] = await scanPartial(models);
    assert.ok(partial !== undefined && partial.doneBytes > 100_000 && partial.doneBytes < partial.totalBytes);
  });

  it("starts over when the storage cannot continue", async () => {
    hub.fault({ server: "storage", cutAfterBytes: 1_000_000 });
    hub.fault({ server: "storage", ignoreRange: true });
    await pullAll(request, pullContext(hub, models));
    assert.equal(sha256(await fs.readFile(blob(hash))), hash);
  });

  it("cancels, keeps the part, and continues there", async () => {
    await pullAndCancel(1_500_000);
    await assert.rejects(fs.stat(blob(hash)), { code: "ENOENT" });
    const { size } = await fs.stat(blob(`${hash}.incomplete`));
    assert.ok(size >= 1_400_000);
    assert.deepEqual(await scanDownloaded(models, []), []);
    const [partial] = await scanPartial(models);
    assert.deepEqual(
      [partial?.id, partial?.variantLabel, partial?.doneBytes],
      [`${id}/${primaryFile}`, "Q4_K_M", size + 8],
    );
    await pullAll(request, pullContext(hub, models));
    assert.equal(storageRequests().at(-1)?.range, `bytes=${size}-`);
    assert.equal(sha256(await fs.readFile(blob(hash))), hash);
    assert.deepEqual(await scanPartial(models), []);
  });

  it("leaves nothing behind when it is cancelled before any weights arrived", async () => {
    hub.fault({ server: "storage", hang: true });
    const abort = new AbortController();
    const pulling = pullAll(request, pullContext(hub, models), abort.signal);
    while (!hub.requests.some((each) => each.status === 302)) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    abort.abort();
    await assert.rejects(pulling, { code: "aborted" });
    assert.deepEqual(await tree(models), [".gitignore"]);
  });

  it("stops when its consumer stops", async () => {
    hub.bytesPerSecond = 5_000_000;
    let clock = 0;
    for await (const progress of pull(
      request,
      pullContext(hub, models, { now: () => (clock += 1000) }),
      never,
    )) {
      if (progress.doneBytes > 300_000) {
        break;
      }
    }
    const [partial] = await scanPartial(models);
    assert.ok(partial !== undefined && partial.doneBytes > 300_000);
    assert.equal(
      (await tree(models)).some((name) => name.endsWith(".lock")),
      false,
    );
  });

  it("needs space only for what is missing", async () => {
    await pullAndCancel(1_500_000);
    await pullAll(request, pullContext(hub, models, { freeSpace: () => Promise.resolve(1_700_000) }));
    assert.equal(sha256(await fs.readFile(blob(hash))), hash);
  });

  it("lets one pull of a model run at a time", async () => {
    hub.bytesPerSecond = 10_000_000;
    const first = pullAll(request, pullContext(hub, models));
    while (storageRequests().length === 0 && (await readPullRecords(models)).length === 0) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await assert.rejects(pullAll(request, pullContext(hub, models)), {
      code: "model-busy",
      message: /already being downloaded/,
    });
    await first;
    assert.equal(sha256(await fs.readFile(blob(hash))), hash);
  });

  it("pulls two variants of one repository side by side", async () => {
    hub.addRepo({
      id,
      files: { "README.md": "# Tiny", "a-Q4_0.gguf": content, "b-Q8_0.gguf": ggufContent("b", 2_000_000) },
    });
    const names = ["a-Q4_0.gguf", "b-Q8_0.gguf"];
    await Promise.all(
      names.map((name) => pullAll({ repoId: id, primaryFile: name }, pullContext(hub, models))),
    );
    const models_ = await scanDownloaded(models, []);
    assert.deepEqual(models_.map((model) => model.primaryFile).sort(), names);
    assert.equal(hub.requests.filter((each) => each.url.endsWith("/README.md")).length, 1);
  });

  it("forgets the part of a commit that was replaced", async () => {
    await pullAndCancel(1_500_000);
    const changed = ggufContent("changed", 1_000_000);
    hub.addRepo({ id, files: { [primaryFile]: changed } });
    await pullAll(request, pullContext(hub, models));
    assert.deepEqual(await fs.readdir(path.join(models, repoFolder, "blobs")), [sha256(changed)]);
  });

  it("reports speed and time left on the way", async () => {
    let clock = 0;
    const reports = await pullAll(request, pullContext(hub, models, { now: () => (clock += 250) }));
    const speeds = reports.filter((report) => report.phase === "downloading" && report.bytesPerSecond > 0);
    assert.ok(speeds.length > 0);
    assert.ok(speeds.every((report) => report.secondsLeft !== undefined && report.secondsLeft >= 0));
    assert.ok(reports.every((report) => report.doneBytes <= report.totalBytes || report.totalBytes === 0));
  });
});
