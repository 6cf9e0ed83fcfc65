import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { AppError } from "../../src/common/errors";
import { runScan } from "../../src/photos/scan/run-scan";
import type { ScanProgress, ScanResult, ScanRoot } from "../../src/protocol/photo-scanner";
import { Store } from "../../src/store/store-client";
import { repoRoot } from "../support/engines";

const dist = (name: string) => path.join(repoRoot, "dist", name);
const space = { fingerprint: "test", dimensions: 2 };

describe("scanning a workspace for pictures", function () {
  this.timeout(60_000);
  let folder: string;
  let pictures: string;
  let store: Store;

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "local-models-scan-"));
    pictures = path.join(folder, "pictures");
    mkdirSync(pictures);
    store = newStore();
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function newStore(): Store {
    return new Store({
      directory: path.join(folder, "store"),
      workerPath: dist("store-worker.js"),
      wasmPath: dist("sql-wasm.wasm"),
      kernelPath: dist("vector-kernel.wasm"),
    });
  }

  function put(name: string, content = name): string {
    const file = path.join(pictures, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
    return file;
  }

  interface Options {
    roots?: ScanRoot[];
    signal?: AbortSignal;
    onProgress?: (progress: ScanProgress) => void;
  }

  function scan(options: Options = {}) {
    return runScan(
      { roots: options.roots ?? [{ folder: pictures, excluded: [] }] },
      {
        workerPath: dist("photo-scanner.js"),
        store,
        signal: options.signal ?? new AbortController().signal,
        onProgress: options.onProgress ?? (() => {}),
      },
    );
  }

  const numbers = ({ found, changed, gone }: ScanResult) => ({ found, changed, gone });
  const pending = async () =>
    (await store.request("listPending", { space, afterId: 0, limit: 1000 })).map(({ path: file }) =>
      path.basename(file),
    );

  /** As if a model had seen everything. */
  async function embedAll(): Promise<void> {
    const contents = await store.request("listPending", { space, afterId: 0, limit: 1000 });
    await store.request("recordEmbedded", {
      space,
      vectors: new Float32Array(contents.length * 2).fill(0.5),
      contents: contents.map(({ contentId }) => ({ contentId, width: 1, height: 1 })),
      problems: [],
    });
  }

  it("records new pictures, and reads nothing again that did not change", async () => {
    put("a.png");
    put("b/c.jpg");
    put("d.heic");
    put("notes.txt");
    const first = await scan();
    assert.deepEqual(numbers(first), { found: 2, changed: 2, gone: 0 });
    assert.deepEqual(first.skipped, [{ path: path.join(pictures, "d.heic"), reason: "heic" }]);
    assert.deepEqual(numbers(await scan()), { found: 2, changed: 0, gone: 0 });
    await store.close();
    store = newStore();
    assert.deepEqual(numbers(await scan()), { found: 2, changed: 0, gone: 0 });
  });

  it("asks for no vector of renamed and copied pictures, but for changed ones", async () => {
    const a = put("a.png");
    put("b.png");
    await scan();
    assert.deepEqual(await pending(), ["a.png", "b.png"]);
    await embedAll();

    renameSync(a, path.join(pictures, "renamed.png"));
    copyFileSync(path.join(pictures, "b.png"), path.join(pictures, "copy.png"));
    assert.deepEqual(numbers(await scan()), { found: 3, changed: 2, gone: 1 });
    assert.deepEqual(await pending(), []);

    put("b.png", "something else");
    assert.deepEqual(numbers(await scan()), { found: 3, changed: 1, gone: 0 });
    assert.deepEqual(await pending(), ["b.png"]);
  });

  it("reads a file again whose time changed, and finds it is the same", async () => {
    const a = put("a.png");
    await scan();
    await embedAll();
    utimesSync(a, new Date(), new Date(Date.now() + 5000));
    assert.deepEqual(numbers(await scan()), { found: 1, changed: 1, gone: 0 });
    assert.deepEqual(await pending(), []);
  });

  it("tells large files apart by what is in the middle, too", async () => {
    const large = Buffer.alloc(3_000_000, 7);
    put("a.png", large.toString("latin1"));
    large.fill(8, 1_400_000, 1_600_000);
    put("b.png", large.toString("latin1"));
    await scan();
    assert.equal((await pending()).length, 2);
  });

  it("forgets pictures of a folder that is gone", async () => {
    put("a.png");
    put("b/c.png");
    await scan();
    rmSync(path.join(pictures, "b"), { recursive: true });
    assert.deepEqual(numbers(await scan()), { found: 1, changed: 0, gone: 1 });
  });

  it("takes several workspace folders, each with its own settings, and forgets one that was removed", async () => {
    put("one/a.png");
    put("one/private/b.png");
    put("two/private/c.png");
    put("two/copy of a.png", "one/a.png");
    const one = { folder: path.join(pictures, "one"), excluded: ["**/private"] };
    const two = { folder: path.join(pictures, "two"), excluded: [] };
    assert.deepEqual(numbers(await scan({ roots: [one, two] })), { found: 3, changed: 3, gone: 0 });
    assert.deepEqual((await pending()).sort(), ["a.png", "c.png"]);
    await embedAll();
    assert.deepEqual(numbers(await scan({ roots: [two] })), { found: 2, changed: 0, gone: 1 });
    // A folder of the workspace may lie in another one.
    const all = { folder: pictures, excluded: [] };
    assert.deepEqual(numbers(await scan({ roots: [two, all] })), { found: 4, changed: 2, gone: 0 });
    assert.deepEqual(await pending(), ["b.png"]);
  });

  it("stops when it is cancelled, and goes on later where it was", async () => {
    for (let number = 0; number < 3000; number++) {
      put(`${number % 30}/${number}.png`, `${number} `.repeat(20_000));
    }
    const controller = new AbortController();
    await assert.rejects(
      scan({
        signal: controller.signal,
        onProgress: ({ read }) => {
          if (read > 0) {
            controller.abort();
          }
        },
      }),
      (error: AppError) => error.code === "aborted",
    );
    const known = (await store.request("listKnownFiles", null)).sizes.length;
    assert.ok(known > 0 && known < 3000, `${known} files were recorded`);
    assert.deepEqual(numbers(await scan()), { found: 3000, changed: 3000 - known, gone: 0 });
  });

  it("rejects when the store ends in the middle, and works with the next one", async () => {
    for (let number = 0; number < 300; number++) {
      put(`${number}.png`);
    }
    const scanning = scan();
    const rejected = assert.rejects(scanning, AppError);
    await store.close();
    await rejected;
    store = newStore();
    assert.equal((await scan()).found, 300);
    assert.equal((await store.request("listKnownFiles", null)).sizes.length, 300);
  });
});
