import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { compareLockfiles, driftOf } from "../../../src/evaluation/lockfile/compare";
import {
  hardwareFacts,
  type LockedJudge,
  type LockedModel,
  type Lockfile,
  withJudge,
} from "../../../src/evaluation/lockfile/lockfile";
import { WeightHashes } from "../../../src/evaluation/lockfile/weight-files";
import type { LoadParams } from "../../../src/protocol/engine";
import { removeTemporaryFolders, temporaryFolder } from "../../fixtures/store/folders";

const model: LockedModel = {
  id: "org/a",
  revision: "abc",
  files: [{ path: "a.gguf", bytes: 5, sha256: "11" }],
  engine: "llama",
  engineVersion: "node-llama-cpp 3, llama.cpp b1",
  architecture: "llama",
  chatTemplateHash: undefined,
  contextLength: 1024,
  sequences: 4,
  device: "CPU",
  gpuLayers: 0,
  threads: 2,
  promptThreads: 2,
};

const lockfile: Lockfile = {
  version: 1,
  suiteHash: "s",
  configHash: "c",
  settings: { temperature: 0, reproducible: true },
  hardware: { processor: "P", cores: 2, memoryBytes: 1e9, platform: "linux", arch: "x64" },
  models: [model],
};

describe("comparison of lockfiles", () => {
  it("finds nothing where nothing differs that could matter", () => {
    const other = structuredClone(lockfile);
    other.hardware.memoryBytes = 2e9;
    assert.deepEqual(compareLockfiles(lockfile, other), []);
  });

  it("names every difference with both values", () => {
    const other: Lockfile = {
      ...lockfile,
      suiteHash: "t",
      settings: { temperature: 0.5, parallel: 2, reproducible: true },
      hardware: { ...lockfile.hardware, cores: 8 },
      models: [
        { ...model, chatTemplateHash: "aa", threads: 4, files: [{ path: "a.gguf", bytes: 5, sha256: "22" }] },
        { ...model, id: "org/b" },
      ],
    };
    assert.deepEqual(compareLockfiles(lockfile, other), [
      { model: undefined, name: "suiteHash", before: "s", after: "t" },
      { model: undefined, name: "settings.temperature", before: "0", after: "0.5" },
      { model: undefined, name: "settings.parallel", before: undefined, after: "2" },
      { model: undefined, name: "hardware.cores", before: "2", after: "8" },
      { model: "org/a", name: "chatTemplateHash", before: undefined, after: "aa" },
      { model: "org/a", name: "threads", before: "2", after: "4" },
      { model: "org/a", name: "sha256 of a.gguf", before: "11", after: "22" },
      { model: "org/b", name: "loaded", before: "false", after: "true" },
    ]);
  });

  describe("with judges", () => {
    const judge: LockedJudge = {
      ...model,
      id: "org/judge",
      name: "Judge Q8_0",
      task: "score",
      settings: { temperature: 0.3, repeats: 1 },
      criteriaHash: "k",
    };
    const judged = (...judges: LockedJudge[]) => judges.reduce(withJudge, lockfile);

    it("keeps each judge once for each task, as it was last", () => {
      const { judges } = judged(
        judge,
        { ...judge, task: "compare" },
        { ...judge, id: "org/other" },
        { ...judge, criteriaHash: "l" },
      );
      assert.deepEqual(
        judges?.map(({ id, task, criteriaHash }) => [id, task, criteriaHash]),
        [
          ["org/judge", "compare", "k"],
          ["org/other", "score", "k"],
          ["org/judge", "score", "l"],
        ],
      );
    });

    it("names what differs in the judge of both", () => {
      const other = {
        ...judge,
        threads: 8,
        files: [{ path: "a.gguf", bytes: 5, sha256: "22" }],
        settings: { temperature: 0, repeats: 1 },
        criteriaHash: "l",
      };
      assert.deepEqual(compareLockfiles(judged(judge), judged(other)), [
        { model: "org/judge", name: "judge.threads", before: "2", after: "8" },
        { model: "org/judge", name: "judge.sha256 of a.gguf", before: "11", after: "22" },
        { model: "org/judge", name: "judge.settings.temperature", before: "0.3", after: "0" },
        { model: "org/judge", name: "judge.criteriaHash", before: "k", after: "l" },
      ]);
      assert.deepEqual(compareLockfiles(judged(judge), judged(judge)), []);
    });

    it("says that another model judged, and that it is not known who did before", () => {
      const other = { ...judge, id: "org/other" };
      assert.deepEqual(compareLockfiles(judged(judge), judged(other)), [
        { model: undefined, name: "judge", before: "org/judge", after: "org/other" },
      ]);
      assert.deepEqual(compareLockfiles(judged({ ...judge, task: "compare" }), judged(judge)), [
        { model: undefined, name: "judge", before: undefined, after: "org/judge" },
      ]);
      assert.deepEqual(compareLockfiles(lockfile, judged(judge)), [
        { model: undefined, name: "judge", before: undefined, after: "org/judge" },
      ]);
      assert.deepEqual(
        compareLockfiles(judged(judge), lockfile),
        [],
        "what was not judged again cannot differ",
      );
    });
  });

  it("tells identical, drifted and missing responses apart", () => {
    assert.equal(driftOf({ before: "a", after: "a" }), "identical");
    assert.equal(driftOf({ before: "a", after: "a " }), "drifted");
    assert.equal(driftOf({ before: "", after: undefined }), "missing");
  });

  it("knows this machine", () => {
    const { cores, memoryBytes, platform } = hardwareFacts();
    assert.ok(cores >= 1 && memoryBytes > 1e6);
    assert.equal(platform, process.platform);
  });
});

describe("hashes of weights", () => {
  const signal = new AbortController().signal;
  const load = (modelPath: string, weightFiles: string[], engine: LoadParams["engine"] = "llama") =>
    ({ engine, modelPath, weightFiles }) as LoadParams;
  const sha256OfHello = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
  after(removeTemporaryFolders);

  it("are computed from plain files, once as long as they do not change", async () => {
    const folder = temporaryFolder();
    const file = path.join(folder, "a.gguf");
    writeFileSync(file, "hello");
    const hashes = new WeightHashes();
    const expected = [{ path: "a.gguf", bytes: 5, sha256: sha256OfHello }];
    assert.deepEqual(await hashes.of(load(file, []), signal), expected);
    assert.deepEqual(await hashes.of(load(file, ["a.gguf"]), signal), expected);
    writeFileSync(file, "hello!");
    assert.notDeepEqual(await hashes.of(load(file, []), signal), expected);
  });

  it("are the names of a cache's blobs, of split files and of those in folders", async () => {
    const root = temporaryFolder();
    const snapshot = path.join(root, "snapshots/abc");
    mkdirSync(path.join(root, "blobs"));
    mkdirSync(path.join(snapshot, "sub"), { recursive: true });
    const names = ["sub/m-00001-of-00002.gguf", "sub/m-00002-of-00002.gguf"];
    const blobs = ["a".repeat(64), "b".repeat(64)];
    for (const [index, name] of names.entries()) {
      writeFileSync(path.join(root, "blobs", blobs[index]!), "x");
      symlinkSync(path.join(root, "blobs", blobs[index]!), path.join(snapshot, name));
    }
    const hashes = new WeightHashes();
    const expected = names.map((name, index) => ({ path: name, bytes: 1, sha256: blobs[index] }));
    assert.deepEqual(await hashes.of(load(path.join(snapshot, names[0]!), names), signal), expected);
    assert.deepEqual(await hashes.of(load(snapshot, names, "onnx"), signal), expected);
    // A name alone proves nothing outside of a cache.
    writeFileSync(path.join(root, "c".repeat(64)), "hello");
    const [plain] = await hashes.of(load(path.join(root, "c".repeat(64)), []), signal);
    assert.equal(plain?.sha256, sha256OfHello);
  });

  it("say which file is gone, and stop when they are told to", async () => {
    const folder = temporaryFolder();
    await assert.rejects(new WeightHashes().of(load(path.join(folder, "none.gguf"), []), signal), {
      code: "file-missing",
      message: "The model's file is gone: none.gguf. Pull the model again.",
    });
    writeFileSync(path.join(folder, "a.gguf"), "hello");
    await assert.rejects(new WeightHashes().of(load(path.join(folder, "a.gguf"), []), AbortSignal.abort()), {
      name: "AbortError",
    });
  });
});
