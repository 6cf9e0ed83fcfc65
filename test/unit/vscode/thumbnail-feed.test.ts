import assert from "node:assert/strict";
import { deferred, type Deferred } from "../../../src/common/async";
import { abortError, AppError } from "../../../src/common/errors";
import { silentLogger } from "../../../src/common/logger";
import { type Thumbnail, ThumbnailFeed } from "../../../src/vscode/photos/thumbnails";

/** A feed whose thumbnails are made when the test says so. */
function createFeed() {
  const cache = new Map<string, string>();
  const making = new Map<string, Deferred<string>>();
  const sent: Thumbnail[][] = [];
  const arrived = { next: deferred<undefined>() };
  const feed = new ThumbnailFeed({
    cached: (hash) => cache.get(hash),
    make: ({ hash }, signal) => {
      const made = deferred<string>();
      making.set(hash, made);
      signal.addEventListener("abort", () => made.reject(abortError()));
      return made.promise;
    },
    send: (thumbnails) => {
      sent.push(thumbnails);
      arrived.next.resolve(undefined);
      arrived.next = deferred();
    },
    logger: silentLogger,
  });
  const get = (fileId: number, hash: string | undefined, resultsId = 1) =>
    feed.get({ fileId, path: `/${fileId}.png`, hash }, resultsId);
  return { feed, get, cache, making, sent, arrived };
}

describe("thumbnails for the photo page", () => {
  it("come at once when they are there, and are sent together when they were made", async () => {
    const { get, cache, making, sent, arrived } = createFeed();
    cache.set("a", "/cache/a.webp");
    assert.equal(get(1, "a"), "/cache/a.webp");
    assert.equal(get(2, "b"), undefined);
    assert.equal(get(3, "c"), undefined);
    making.get("b")!.resolve("/cache/b.webp");
    making.get("c")!.resolve("/cache/c.webp");
    await arrived.next.promise;
    assert.deepEqual(sent, [
      [
        { photoId: 2, file: "/cache/b.webp" },
        { photoId: 3, file: "/cache/c.webp" },
      ],
    ]);
  });

  it("are made once for files with the same content", async () => {
    const { get, making, sent, arrived } = createFeed();
    get(1, "a");
    get(2, "a");
    assert.equal(making.size, 1);
    making.get("a")!.resolve("/cache/a.webp");
    await arrived.next.promise;
    assert.deepEqual(
      sent.flat().map(({ photoId }) => photoId),
      [1, 2],
    );
  });

  it("are said to be impossible, from then on at once, where a picture cannot be decoded", async () => {
    const { get, making, sent, arrived } = createFeed();
    assert.equal(get(1, undefined), null);
    get(2, "broken");
    making.get("broken")!.reject(new AppError("invalid-input", "No picture."));
    await arrived.next.promise;
    assert.deepEqual(sent, [[{ photoId: 2, file: null }]]);
    assert.equal(get(3, "broken"), null);
  });

  it("are tried again when it was not the picture's fault", async () => {
    const { get, making, arrived } = createFeed();
    get(1, "a");
    making.get("a")!.reject(new AppError("engine-crashed", "The process crashed."));
    await arrived.next.promise;
    making.clear();
    assert.equal(get(1, "a"), undefined);
    assert.ok(making.has("a"));
  });

  it("of results that nobody looks at any more are given up, and can be asked for again", async () => {
    const { feed, get, making, sent } = createFeed();
    get(1, "old", 1);
    get(2, "both", 1);
    get(3, "new", 3);
    get(2, "both", 3);
    const old = making.get("old")!;
    feed.forgetOld(3);
    await assert.rejects(old.promise, { code: "aborted" });
    making.clear();
    assert.equal(get(1, "old", 4), undefined);
    assert.deepEqual([...making.keys()], ["old"]);
    assert.deepEqual(sent, []);
    feed.dispose();
  });
});
