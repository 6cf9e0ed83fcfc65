import * as assert from "node:assert/strict";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { readPullRecords } from "../../../src/library/pull-record";
import type { RemoteFile } from "../../../src/library/model";
import type { HubServer } from "../../fixtures/hub-server";
import { content, hash, primaryFile, repoFolder, request, usePullBench } from "./pull-bench";
import { clientOf, pullAll, pullContext, sha256, tree } from "./support";

describe("pull, when something is wrong,", () => {
  const bench = usePullBench();
  const { blob, storageRequests, pullAndCancel } = bench;
  let hub: HubServer;
  let models: string;
  beforeEach(() => {
    ({ hub, models } = bench);
  });

  for (const [name, at] of [
    ["large", 1_500_000],
    ["resumed", 2_900_000],
  ] as const) {
    it(`never gives damaged bytes a name (${name})`, async () => {
      if (name === "resumed") {
        await pullAndCancel(1_000_000);
      }
      hub.fault({ server: "storage", corruptByteAt: at });
      await assert.rejects(pullAll(request, pullContext(hub, models)), {
        code: "checksum-mismatch",
        message: /arrived damaged.*deleted; pull again/,
      });
      assert.deepEqual(await tree(models), [".gitignore"]);
      await pullAll(request, pullContext(hub, models));
      assert.equal(sha256(await fs.readFile(blob(hash))), hash);
    });
  }

  it("never gives a damaged small file a name", async () => {
    hub.fault({ path: "/resolve/", corruptByteAt: 1 });
    await assert.rejects(pullAll(request, pullContext(hub, models)), { code: "checksum-mismatch" });
    assert.deepEqual(await tree(models), [".gitignore"]);
  });

  it("notices a beginning that was changed on disk meanwhile", async () => {
    await pullAndCancel(1_500_000);
    const handle = await fs.open(blob(`${hash}.incomplete`), "r+");
    await handle.write("damage", 1000);
    await handle.close();
    await assert.rejects(pullAll(request, pullContext(hub, models)), { code: "checksum-mismatch" });
    await pullAll(request, pullContext(hub, models));
    assert.equal(sha256(await fs.readFile(blob(hash))), hash);
  });

  it("does not believe a storage that sends more, less, or another part than was listed", async () => {
    const send = (headers: Record<string, string>, status = 200) =>
      hub.fault({ server: "storage", status, body: "GGUF-short", headers });
    send({ "content-length": "10" });
    await assert.rejects(pullAll(request, pullContext(hub, models)), { code: "hub-error" });
    hub.fault({ server: "storage", status: 200, body: "x".repeat(content.length + 1) });
    await assert.rejects(pullAll(request, pullContext(hub, models)), { code: "checksum-mismatch" });
    assert.deepEqual(await tree(models), [".gitignore"]);
    await pullAndCancel(1_500_000);
    send({ "content-range": `bytes 5-9/${content.length}` }, 206);
    await assert.rejects(pullAll(request, pullContext(hub, models)), {
      code: "hub-error",
      message: /another part/,
    });
  });

  it("refuses a file that is no GGUF, and forgets it", async () => {
    hub.addRepo({ id: "org/fake-gguf", files: { "fake.gguf": "<html>not a model</html>" } });
    await assert.rejects(pullAll({ repoId: "org/fake-gguf" }, pullContext(hub, models)), {
      code: "not-a-model",
      message: /is not a GGUF model/,
    });
    assert.deepEqual(await tree(models), [".gitignore"]);
  });

  it("says what to do about a gated model, with and without a token", async () => {
    hub.addRepo({ id: "org/gated-gguf", gated: true, files: { "README.md": "hi", "m.gguf": content } });
    await assert.rejects(pullAll({ repoId: "org/gated-gguf" }, pullContext(hub, models)), {
      code: "gated-model",
      message: new RegExp(`Open ${hub.url}/org/gated-gguf and accept them, set a Hugging Face token`),
    });
    const withToken = pullContext(hub, models, { client: clientOf(hub, "good") });
    await assert.rejects(pullAll({ repoId: "org/gated-gguf" }, withToken), {
      code: "gated-model",
      message: /with the account of your Hugging Face token/,
    });
    assert.deepEqual(await tree(models), [".gitignore"]);
  });

  it("says which models have nothing to run", async () => {
    hub.addRepo({ id: "org/torch", files: { "model.safetensors": "x" } });
    await assert.rejects(pullAll({ repoId: "org/torch" }, pullContext(hub, models)), {
      code: "unsupported-model",
      message: /“torch GGUF”/,
    });
    await assert.rejects(fs.stat(models), { code: "ENOENT" });
  });

  it("checks the space first, with both numbers", async () => {
    const context = pullContext(hub, models, { freeSpace: () => Promise.resolve(1_000_000) });
    await assert.rejects(pullAll(request, context), {
      code: "no-space",
      message: /^3\.0 MB more are needed in “.*”, but only 1\.0 MB are free/,
    });
    assert.equal(storageRequests().length, 0);
    assert.deepEqual(await tree(models), [".gitignore"]);
  });

  it("explains a models folder that cannot be", async () => {
    await fs.writeFile(models, "a file");
    await assert.rejects(pullAll(request, pullContext(hub, models)), {
      code: "file-error",
      message: /a file is in the way/,
    });
    await assert.rejects(pullAll(request, pullContext(hub, "/proc/models")), {
      code: "file-error",
      message: /“\/proc\/models\/hub” could not be written/,
    });
  });

  it("does not write through links that lead out of the folder", async () => {
    const outside = path.join(path.dirname(models), "outside");
    await fs.mkdir(outside);
    await fs.mkdir(path.join(models, repoFolder), { recursive: true });
    await fs.symlink(outside, path.join(models, repoFolder, "blobs"));
    await assert.rejects(pullAll(request, pullContext(hub, models)), {
      code: "file-error",
      message: /leads out of the models folder/,
    });
    await fs.rm(path.join(models, repoFolder, "blobs"));
    await fs.mkdir(path.join(models, repoFolder, "blobs"));
    await fs.symlink(path.join(outside, "target"), blob(`${hash}.incomplete`));
    await pullAll(request, pullContext(hub, models));
    assert.deepEqual(await tree(outside), []);
  });

  it("does not take a record from a strange folder on trust", async () => {
    await pullAndCancel(1_500_000);
    const [record] = await readPullRecords(models);
    const bad: Partial<Record<string, unknown>>[] = [
      { repoId: "../../etc" },
      { commit: "../x" },
      { kind: "virus" },
      { files: [{ path: "../x", sizeBytes: 1, sha256: hash } satisfies RemoteFile] },
      { files: [{ path: primaryFile, sizeBytes: 1, sha256: "../../../x" } satisfies RemoteFile] },
      { version: 2 },
    ];
    for (const [index, change] of bad.entries()) {
      await fs.writeFile(
        path.join(models, ".pulls", `${index}.json`),
        JSON.stringify({ ...record, ...change }),
      );
    }
    await fs.writeFile(path.join(models, ".pulls/nonsense.json"), "{");
    assert.equal((await readPullRecords(models)).length, 1);
  });
});
