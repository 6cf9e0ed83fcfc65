import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { type Deferred, deferred } from "../../../src/common/async";
import { abortError, AppError, toAppError } from "../../../src/common/errors";
import { silentLogger } from "../../../src/common/logger";
import { NewestFirst } from "../../../src/photos/pictures/newest-first";
import { PictureCache } from "../../../src/photos/pictures/picture-cache";
import { PictureQueue } from "../../../src/photos/pictures/picture-queue";
import { trimFolder } from "../../../src/photos/pictures/trim-folder";
import { contentHash, readContentHash } from "../../../src/photos/scan/content-hash";
import { until } from "../../support/engines";

describe("entries that wait, newest first", () => {
  it("leave in that order, each once, also when added again", () => {
    const waiting = new NewestFirst<number>();
    for (const entry of [1, 2, 3, 4, 1]) {
      waiting.add(entry);
    }
    assert.equal(waiting.delete(3), true);
    assert.equal(waiting.delete(3), false);
    assert.equal(waiting.size, 3);
    assert.deepEqual(
      [1, 2, 3, 4].map(() => waiting.takeNewest()),
      [1, 4, 2, undefined],
    );
  });

  it("keep their order through a hundred thousand changes", () => {
    const waiting = new NewestFirst<number>();
    for (let entry = 0; entry < 100_000; entry++) {
      waiting.add(entry % 5_000);
      waiting.delete((entry * 7) % 5_000);
    }
    for (let entry = 0; entry < 10; entry++) {
      waiting.add(entry);
    }
    assert.deepEqual(waiting.takeAll().slice(-10), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert.equal(waiting.size, 0);
    assert.equal(waiting.takeNewest(), undefined);
  });
});

describe("the queue of pictures", () => {
  const timing = { pictureMs: 60_000, idleMs: 0, pauseMs: 60_000 };
  let running: Map<string, Deferred<undefined>>;
  let started: string[];
  let queue: PictureQueue;

  beforeEach(() => {
    running = new Map();
    started = [];
    queue = newQueue();
  });
  afterEach(() => queue.dispose());

  function newQueue(options: Partial<typeof timing> = {}): PictureQueue {
    return new PictureQueue(
      {
        convert: ({ target }) => {
          started.push(target);
          const conversion = deferred<undefined>();
          running.set(target, conversion);
          return conversion.promise;
        },
        kill: endProcess,
        dispose: () => {
          endProcess(abortError());
          return Promise.resolve();
        },
      },
      2,
      { ...timing, ...options },
    );
  }

  /** Settles with what became of the picture. */
  const convert = (target: string, signal?: AbortSignal) =>
    queue.convert({ source: target, name: target, target, longestSide: 1, format: "webp" }, signal).then(
      () => "made",
      (error: unknown) => toAppError(error).code,
    );
  const finish = async (target: string) => {
    const conversion = running.get(target);
    running.delete(target);
    conversion!.resolve(undefined);
    await settled();
  };
  function endProcess(error = new AppError("engine-crashed", "Crashed.")): void {
    const ended = [...running.values()];
    running.clear();
    ended.forEach(({ reject }) => reject(error));
  }
  const crash = async () => {
    endProcess();
    await settled();
  };
  const settled = () => new Promise((resolve) => setImmediate(resolve));

  it("starts the newest first, so many at a time", async () => {
    const made = ["a", "b", "c", "d", "e"].map((target) => convert(target));
    void convert("c");
    assert.deepEqual(started, ["a", "b"]);
    for (const target of ["b", "c", "a", "e", "d"]) {
      await finish(target);
    }
    assert.deepEqual(started, ["a", "b", "c", "e", "d"]);
    assert.deepEqual(new Set(await Promise.all(made)), new Set(["made"]));
  });

  it("forgets what everybody gave up, unless it runs", async () => {
    const aborting = new AbortController();
    const answers = ["a", "b", "c", "d"].map((target) => convert(target, aborting.signal));
    const stays = convert("d");
    aborting.abort();
    assert.deepEqual(new Set(await Promise.all(answers)), new Set(["aborted"]));
    const again = convert("a");
    await finish("a");
    await finish("b");
    await finish("d");
    assert.deepEqual(await Promise.all([stays, again]), ["made", "made"]);
    assert.deepEqual(started, ["a", "b", "d"]);
    assert.equal(await convert("e", aborting.signal), "aborted");
  });

  it("finds the picture that crashes the process by trying each alone", async () => {
    const [bad, good, next] = ["bad", "good", "next"].map((target) => convert(target));
    await crash();
    assert.deepEqual(started.slice(2), ["bad"]);
    await crash();
    assert.equal(await bad, "invalid-input");
    assert.deepEqual(started.slice(3), ["good"]);
    await finish("good");
    await finish("next");
    assert.deepEqual(await Promise.all([good, next]), ["made", "made"]);
  });

  it("does not try again what nobody waits for", async () => {
    const aborting = new AbortController();
    void convert("a", aborting.signal);
    const other = convert("b");
    aborting.abort();
    await crash();
    assert.deepEqual(started, ["a", "b", "b"]);
    await finish("b");
    assert.equal(await other, "made");
  });

  it("gives up the oldest of those that take too long", async () => {
    queue = newQueue({ pictureMs: 40 });
    const made = ["stuck", "innocent"].map((target) => convert(target));
    assert.equal(await made[0], "invalid-input");
    await settled();
    assert.deepEqual(started, ["stuck", "innocent", "innocent"]);
    await finish("innocent");
    assert.equal(await made[1], "made");
  });

  it("stops trying when every process ends, tries once after a pause, and goes on after a success", async () => {
    queue = newQueue({ pauseMs: 300 });
    const made = Array.from({ length: 12 }, (_, index) => convert(String(index)));
    while (running.size > 0) {
      await crash();
    }
    const codes = await Promise.all(made);
    assert.ok(codes.includes("invalid-input") && codes.includes("engine-crashed"));
    assert.equal(await convert("refused"), "engine-crashed");
    const before = started.length;
    assert.ok(before <= 8, `${before} conversions`);

    await new Promise((resolve) => setTimeout(resolve, 320));
    const once = convert("once");
    await crash();
    assert.equal(await once, "engine-crashed");
    assert.equal(started.length, before + 1);

    await new Promise((resolve) => setTimeout(resolve, 320));
    const works = convert("works");
    await finish("works");
    assert.equal(await works, "made");
    const later = convert("later");
    await crash();
    assert.equal(started.at(-1), "later");
    await finish("later");
    assert.equal(await later, "made");
  });

  it("cancels everything when it is disposed", async () => {
    const made = ["a", "b", "c"].map((target) => convert(target));
    await queue.dispose();
    assert.deepEqual(new Set(await Promise.all(made)), new Set(["aborted"]));
    assert.equal(await convert("d"), "aborted");
    assert.deepEqual(started, ["a", "b"]);
  });
});

describe("the folder of thumbnails", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "local-models-pictures-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function put(name: string, bytes: number, ageMinutes = 0): string {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, new Uint8Array(bytes));
    const at = Date.now() / 1000 - ageMinutes * 60;
    utimesSync(file, at, at);
    return file;
  }
  const hashOf = (digit: string) => digit.repeat(64);

  it("loses what was used the longest time ago, and what was left behind", async () => {
    const old = put("old", 10, 300);
    put("older", 10, 400);
    put("new", 10, 10);
    put("empty", 0);
    put("unfinished.tmp", 1);
    put("abandoned.tmp", 1, 60);
    mkdirSync(path.join(folder, "inner"));
    const deleted = await trimFolder(folder, 25, new Set(["old"]), new AbortController().signal);
    assert.deepEqual(deleted.sort(), ["abandoned.tmp", "empty", "older"]);
    assert.deepEqual(readdirSync(folder).sort(), ["inner", "new", "old", "unfinished.tmp"]);
    // So that other windows know.
    assert.ok(Date.now() - statSync(old).mtimeMs < 60_000);
    const aborted = trimFolder(folder, 0, new Set(), AbortSignal.abort());
    await assert.rejects(aborted, { code: "aborted" });
    assert.equal(readdirSync(folder).length, 4);
  });

  it("is known by its names, and others are not taken for thumbnails", async () => {
    put(`aa/${hashOf("a")}.webp`, 1);
    put(`aa/${hashOf("b")}.webp`, 1);
    put(`bb/${hashOf("b")}.webp.tmp`, 1);
    put(`kept/${hashOf("c")}`, 1);
    put("cc", 1);
    const cache = new PictureCache(folder, silentLogger);
    await cache.loaded;
    const known = ["a", "b", "c"].map((digit) => cache.thumbnail(hashOf(digit)) !== undefined);
    assert.deepEqual(known, [true, false, false]);
    await cache.dispose();
  });

  it("stays within its limit", async () => {
    const share = 100;
    const limits = { thumbnails: share * 256, previews: 100, kept: 100 };
    const cache = new PictureCache(folder, silentLogger, limits);
    await cache.loaded;
    const hashes = Array.from({ length: 49 }, (_, index) => `aa${String(index).padStart(62, "0")}`);
    for (const [index, hash] of hashes.entries()) {
      put(`aa/${hash}.webp`, 10, 1_000 - index);
      cache.recordMade("thumbnail", hash);
    }
    put(`previews/${hashOf("d")}.webp`, 60, 20);
    put(`previews/${hashOf("e")}.webp`, 60);
    cache.recordMade("preview", hashOf("e"));
    const namesIn = (name: string) => readdirSync(path.join(folder, name));
    await until(() => namesIn("aa").length <= share / 10 && namesIn("previews").length === 1, "the trims");
    await cache.dispose();
    assert.equal(namesIn("aa").length, share / 10);
    assert.equal(hashes.filter((hash) => cache.thumbnail(hash) !== undefined).length, share / 10);
    assert.deepEqual(namesIn("previews"), [`${hashOf("e")}.webp`]);
  });
});

describe("the hash of a content", () => {
  it("is the same whether the thread waits for it or not", async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "local-models-hash-"));
    try {
      for (const size of [0, 1, 65_536, 65_537, 1_048_576, 1_048_577, 3_000_000]) {
        const file = path.join(folder, String(size));
        writeFileSync(file, Buffer.alloc(size, "content"));
        assert.equal(await readContentHash(file), contentHash(file));
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
