import * as assert from "node:assert/strict";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { silentLogger } from "../../../src/common/logger";
import { isSafeRepoPath, repoLayout, safeJoin } from "../../../src/library/cache-layout";
import { Library, type LibraryOptions } from "../../../src/library/library";
import type { CatalogueEntry, PullProgress } from "../../../src/library/model";
import { linkIntoSnapshot } from "../../../src/library/snapshot-link";
import { HubServer } from "../../fixtures/hub-server";
import { ggufContent, never, pullAll, pullContext, sha256, tree, useTemporaryFolder } from "./support";

const id = "org/tiny-gguf";
const small = "tiny-Q4_K_M.gguf";
const large = "tiny-Q8_0.gguf";
const smallContent = ggufContent("q4", 1_000_000);
const largeContent = ggufContent("q8", 2_000_000);
const root = "hub/models--org--tiny-gguf";

const entry: CatalogueEntry = {
  repoId: id,
  name: "Tiny Model",
  kind: "chat",
  description: "d",
  primaryFile: small,
  sizeBytes: 1_000_000,
  memoryBytes: 2_000_000,
  license: "mit",
  parameters: "1M",
  contextLength: 128,
};

describe("library", () => {
  const folder = useTemporaryFolder();
  let hub: HubServer;
  let commit: string;
  let models: string;
  beforeEach(async () => {
    models = path.join(folder(), "models");
    hub = await HubServer.start();
    commit = hub.addRepo({
      id,
      files: { "README.md": "# Tiny", [small]: smallContent, [large]: largeContent },
      pipelineTag: "text-generation",
    });
  });
  afterEach(() => hub.close());

  function newLibrary(change: Partial<LibraryOptions> = {}): Library {
    return new Library({
      modelsFolder: () => models,
      catalogue: [entry],
      endpoint: () => hub.url,
      token: () => Promise.resolve(undefined),
      logger: silentLogger,
      environment: { HF_HOME: folder() },
      network: { retryDelayMs: 5 },
      ...change,
    });
  }

  async function drain(library: Library, primaryFile: string, signal = never) {
    const pulling = library.pull({ repoId: id, primaryFile }, signal);
    for (;;) {
      const step = await pulling.next();
      if (step.done === true) {
        return step.value;
      }
    }
  }

  it("goes from recommended over partial to downloaded", async () => {
    hub.bytesPerSecond = 3_000_000;
    const library = newLibrary();
    await library.refresh();
    assert.deepEqual(library.content().recommended, [entry]);
    let changes = 0;
    library.onDidChange(() => changes++);
    const seen: PullProgress[] = [];
    const pulling = library.pull({ repoId: id, primaryFile: small }, never);
    let model;
    for (;;) {
      const step = await pulling.next();
      if (step.done === true) {
        model = step.value;
        break;
      }
      seen.push(step.value);
      if (step.value.phase === "downloading") {
        const { partial, recommended, downloaded } = library.content();
        assert.deepEqual([partial.length, recommended.length, downloaded.length], [1, 0, 0]);
        assert.equal(partial[0]?.activity, step.value);
        assert.equal(partial[0].doneBytes, step.value.doneBytes);
        assert.equal(partial[0].name, "Tiny Model");
      }
    }
    assert.ok(seen.some((progress) => progress.phase === "downloading"));
    assert.ok(changes > 0);
    assert.deepEqual(library.content(), { recommended: [], downloaded: [model], partial: [] });
    assert.deepEqual(model, {
      id: `${id}/${small}`,
      repoId: id,
      revision: commit,
      name: "Tiny Model",
      variantLabel: "Q4_K_M",
      kind: "chat",
      engine: "llama",
      primaryFile: small,
      primaryPath: path.join(models, root, "snapshots", commit, small),
      snapshotPath: path.join(models, root, "snapshots", commit),
      weightFiles: [small],
      sizeBytes: smallContent.length + 6,
      isDemo: false,
    });
    assert.equal(library.find(model.id), model);
  });

  it("shows a cancelled pull after a restart, goes on with it or throws it away", async () => {
    hub.bytesPerSecond = 3_000_000;
    const library = newLibrary();
    const abort = new AbortController();
    await assert.rejects(
      async () => {
        for await (const progress of library.pull({ repoId: id, primaryFile: large }, abort.signal)) {
          if (progress.doneBytes > 300_000) {
            await assert.rejects(library.discardPartial(`${id}/${large}`), { code: "model-busy" });
            abort.abort();
          }
        }
      },
      { code: "aborted" },
    );
    hub.bytesPerSecond = undefined;

    const restarted = newLibrary();
    await restarted.refresh();
    const [partial] = restarted.content().partial;
    assert.equal(partial?.id, `${id}/${large}`);
    assert.equal(partial.activity, undefined);
    assert.ok(partial.doneBytes > 300_000 && partial.doneBytes < partial.totalBytes);

    await drain(restarted, small);
    await restarted.discardPartial(partial.id);
    assert.deepEqual(restarted.content().partial, []);
    assert.equal(restarted.content().downloaded.length, 1);
    assert.equal(
      (await tree(models)).some((name) => name.endsWith(".incomplete")),
      false,
    );
    assert.equal((await drain(restarted, large)).primaryFile, large);
  });

  it("removes the whole repository when the only pull of it is discarded", async () => {
    hub.bytesPerSecond = 3_000_000;
    const library = newLibrary();
    const pulling = library.pull({ repoId: id, primaryFile: large }, never);
    for (let step = await pulling.next(); step.done !== true && step.value.doneBytes < 200_000;) {
      step = await pulling.next();
    }
    await pulling.return(undefined as never);
    assert.equal(library.content().partial.length, 1);
    await library.discardPartial(`${id}/${large}`);
    assert.deepEqual(await tree(models), [".gitignore"]);
  });

  it("deletes a variant and keeps what another one uses", async () => {
    const library = newLibrary();
    await drain(library, small);
    await drain(library, large);
    await library.delete(`${id}/${large}`);
    assert.deepEqual(
      library.content().downloaded.map((model) => model.primaryFile),
      [small],
    );
    const blobs = await fs.readdir(path.join(models, root, "blobs"));
    assert.equal(blobs.includes(sha256(largeContent)), false);
    assert.equal(blobs.length, 2);
    assert.equal(
      await fs.readFile(path.join(models, root, "snapshots", commit, "README.md"), "utf8"),
      "# Tiny",
    );
    await library.delete(`${id}/${small}`);
    assert.deepEqual(await tree(models), [".gitignore"]);
    assert.deepEqual(await fs.readdir(path.join(models, "hub")), []);
    await assert.rejects(library.delete(`${id}/${small}`), { code: "file-missing" });
  });

  it("deletes a blob that two snapshots share only with the last of them", async () => {
    const library = newLibrary();
    await drain(library, small);
    hub.addRepo({ id, files: { "README.md": "# New", "renamed-Q4_K_M.gguf": smallContent } });
    await drain(library, "renamed-Q4_K_M.gguf");
    assert.equal(
      hub.requests.filter((request) => request.server === "storage").length,
      1,
      "content is shared",
    );
    await library.delete(`${id}/${small}`);
    const [left] = library.content().downloaded;
    assert.equal(left?.primaryFile, "renamed-Q4_K_M.gguf");
    assert.equal(sha256(await fs.readFile(left.primaryPath)), sha256(smallContent));
  });

  it("does not delete what is running, or what lies elsewhere", async () => {
    let isRunning = true;
    const library = newLibrary({ isInUse: () => isRunning });
    await drain(library, small);
    await assert.rejects(library.delete(`${id}/${small}`), {
      code: "model-busy",
      message: /is running\. Stop it/,
    });
    isRunning = false;
    const outside = path.join(folder(), "outside");
    await fs.rename(path.join(models, root), outside);
    await fs.symlink(outside, path.join(models, root));
    await library.refresh();
    assert.equal(library.content().downloaded.length, 1);
    await assert.rejects(library.delete(`${id}/${small}`), {
      code: "file-error",
      message: /not a folder inside the models folder/,
    });
    assert.ok((await tree(outside)).length > 3);
  });

  it("keeps the files of other programs in the same repository", async () => {
    const library = newLibrary();
    const model = await drain(library, small);
    await fs.writeFile(path.join(model.snapshotPath, "model.safetensors"), "weights of a Python tool");
    await library.delete(model.id);
    assert.deepEqual((await fs.readdir(model.snapshotPath)).sort(), ["README.md", "model.safetensors"]);
  });

  it("refuses everything without a folder, and has nothing to show", async () => {
    const library = newLibrary({ modelsFolder: () => undefined });
    await library.refresh();
    assert.deepEqual(library.content().downloaded, []);
    await assert.rejects(drain(library, small), { code: "no-folder" });
    await assert.rejects(library.delete("a/b/c"), { code: "no-folder" });
  });

  it("answers what the hub has", async () => {
    const library = newLibrary();
    const details = await library.variants(id, undefined, never);
    assert.equal(details.name, "Tiny Model");
    assert.equal(details.recommended?.label, "Q4_K_M");
    assert.equal(details.pageUrl, `${hub.url}/${id}`);
    assert.equal((await library.search("tiny", never))[0]?.repoId, id);
    assert.ok(library.machine().totalMemoryBytes > 0);
    await assert.rejects(library.variants("nonsense", undefined, never), { code: "invalid-model-id" });
  });

  it("a refresh during a refresh sees what happened in between", async () => {
    const library = newLibrary();
    const first = library.refresh();
    await pullAll({ repoId: id, primaryFile: small }, pullContext(hub, models));
    await Promise.all([first, library.refresh(), library.refresh()]);
    assert.equal(library.content().downloaded.length, 1);
  });

  describe("reads caches of other tools", () => {
    const gguf = "GGUF and more";
    async function put(file: string, content: string): Promise<void> {
      const target = path.join(models, file);
      await fs.mkdir(path.dirname(target), { recursive: true });
      await fs.writeFile(target, content);
    }
    async function found() {
      const library = newLibrary();
      await library.refresh();
      return library.content().downloaded;
    }

    it("with real files, without refs, and with sub-folders", async () => {
      const snapshot = `hub/models--a--b/snapshots/${"1".repeat(40)}`;
      await put(`${snapshot}/Q4/m-Q4_0.gguf`, gguf);
      await put(`${snapshot}/README.md`, "---\npipeline_tag: feature-extraction\n---\n");
      await put(`hub/models--a--onnx/snapshots/${"2".repeat(40)}/onnx/model_fp16.onnx`, "x");
      await put(`hub/models--a--onnx/snapshots/${"2".repeat(40)}/config.json`, '{"model_type":"clip"}');
      assert.deepEqual(
        (await found()).map(({ id: modelId, kind, engine, variantLabel }) => [
          modelId,
          kind,
          engine,
          variantLabel,
        ]),
        [
          ["a/b/Q4/m-Q4_0.gguf", "embedding", "llama", "Q4_0"],
          ["a/onnx/onnx/model_fp16.onnx", "image-text", "onnx", "fp16"],
        ],
      );
    });

    it("with several revisions: what refs/main names, else the newest", async () => {
      const [old, main, newest] = ["1", "2", "3"].map((digit) => digit.repeat(40)) as [
        string,
        string,
        string,
      ];
      for (const [index, each] of [old, main, newest].entries()) {
        await put(`hub/models--a--b/snapshots/${each}/m.gguf`, gguf);
        const at = new Date(2020, 1, index + 1);
        await fs.utimes(path.join(models, `hub/models--a--b/snapshots/${each}`), at, at);
      }
      await put(`hub/models--a--b/snapshots/${old}/only-old.gguf`, gguf);
      await fs.utimes(path.join(models, `hub/models--a--b/snapshots/${old}`), 1, 1);
      assert.deepEqual(
        (await found()).map((model) => [model.primaryFile, model.revision]),
        [
          ["m.gguf", newest],
          ["only-old.gguf", old],
        ],
      );
      await put("hub/models--a--b/refs/main", `${main}\n`);
      assert.equal((await found())[0]?.revision, main);
    });

    it("and leaves out what is broken, unfinished, or something else", async () => {
      const snapshot = (name: string) => `hub/models--a--${name}/snapshots/${"1".repeat(40)}`;
      await put(`${snapshot("split")}/m-00001-of-00002.gguf`, gguf);
      await put(`${snapshot("empty")}/m.gguf`, "");
      await put(`${snapshot("noconfig")}/onnx/model.onnx`, "x");
      await put(`hub/models--a--begun/blobs/${"a".repeat(64)}.incomplete`, gguf);
      await put("hub/datasets--a--b/snapshots/1/m.gguf", gguf);
      await put("hub/models--..--evil/snapshots/1/m.gguf", gguf);
      await put("hub/version.txt", "1");
      await fs.mkdir(path.join(models, snapshot("dangling")), { recursive: true });
      await fs.symlink("../../blobs/none", path.join(models, snapshot("dangling"), "m.gguf"));
      await fs.symlink(".", path.join(models, snapshot("dangling"), "loop"));
      assert.deepEqual(await found(), []);
    });
  });
});

describe("paths in a cache", () => {
  const folder = useTemporaryFolder();

  it("never leave their folder", () => {
    assert.equal(safeJoin("/a", "b/c.gguf"), path.join("/a", "b", "c.gguf"));
    const wrong = [
      "",
      "..",
      "../x",
      "a/../x",
      "/x",
      "C:x",
      "a\\b",
      "a\0b",
      "a//b",
      "a/",
      "NUL",
      "lpt1.txt",
      "a. ",
    ];
    for (const name of wrong) {
      assert.throws(() => safeJoin("/a", name), { code: "hub-error" }, JSON.stringify(name));
      assert.equal(isSafeRepoPath(name), false);
    }
    assert.ok([".gitattributes", "a..b", "con-fig.json", "onnx/model.onnx_data"].every(isSafeRepoPath));
  });

  const file = { path: "onnx/model.onnx", sizeBytes: 3, sha256: "a".repeat(64) };
  const commit = "b".repeat(40);
  const refused = (code: string) => () => Promise.reject(Object.assign(new Error(code), { code }));

  async function linkWith(symlink: () => Promise<void>, link: (from: string, to: string) => Promise<void>) {
    const hub = path.join(folder(), "hub");
    const layout = repoLayout(hub, "org/name");
    await fs.mkdir(layout.blobs, { recursive: true });
    await fs.writeFile(path.join(layout.blobs, file.sha256), "abc");
    await linkIntoSnapshot(file, commit, layout, hub, { symlink, link });
    const entry = path.join(layout.snapshots, commit, "onnx", "model.onnx");
    assert.equal(await fs.readFile(entry, "utf8"), "abc");
    return { entry: await fs.lstat(entry), blobs: await fs.readdir(layout.blobs) };
  }

  it("become hard links where a drive or Windows allows no symbolic ones", async () => {
    const { entry, blobs } = await linkWith(refused("EPERM"), fs.link);
    assert.deepEqual([entry.isFile(), entry.nlink, blobs.length], [true, 2, 1]);
  });

  it("become the file itself where there are no links at all", async () => {
    const { entry, blobs } = await linkWith(refused("ENOSYS"), refused("ENOTSUP"));
    assert.deepEqual([entry.isFile(), entry.nlink, blobs.length], [true, 1, 0]);
  });

  it("report other failures instead of working around them", async () => {
    await assert.rejects(linkWith(refused("ENOSPC"), fs.link), { code: "no-space" });
  });
});
