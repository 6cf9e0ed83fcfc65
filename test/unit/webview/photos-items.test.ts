import assert from "node:assert/strict";
import { abortError, AppError } from "../../../src/common/errors";
import type { PhotoItem } from "../../../src/protocol/photos-view";
import { PageCache, pageSize, pagesOf } from "../../../webview-ui/photos/page-cache";
import { PageLoader } from "../../../webview-ui/shared/page-loader";
import { droppedPictures, mayHoldPictures } from "../../../webview-ui/photos/search/dropped";

const page = (number: number): PhotoItem[] =>
  Array.from({ length: pageSize }, (_, at) => ({ photoId: number * pageSize + at, name: `${number}/${at}` }));

describe("pages of photos", () => {
  it("are those that hold the results", () => {
    assert.deepEqual(pagesOf(0, 1), [0]);
    assert.deepEqual(pagesOf(99, 101), [0, 1]);
    assert.deepEqual(pagesOf(250, 250), [2]);
    assert.deepEqual(pagesOf(-50, 100), [0]);
    assert.deepEqual(pagesOf(0, 0), []);
  });

  it("give the result at its place", () => {
    const cache = new PageCache();
    cache.set(3, page(3));
    assert.equal(cache.get(317)?.name, "3/17");
    assert.equal(cache.get(299), undefined);
    assert.equal(cache.get(400), undefined);
  });

  it("let go of what was shown the longest ago", () => {
    const cache = new PageCache(3);
    [0, 1, 2].forEach((number) => cache.set(number, page(number)));
    cache.touch([0]);
    cache.set(7, page(7));
    assert.deepEqual(
      [0, 1, 2, 7].map((number) => cache.has(number)),
      [true, false, true, true],
    );
  });

  it("change one picture and leave the others as they are", () => {
    const cache = new PageCache();
    cache.set(0, page(0));
    const neighbour = cache.get(6);
    assert.ok(cache.update(5, { thumbnail: "x" }));
    assert.equal(cache.get(5)?.thumbnail, "x");
    assert.equal(cache.get(5)?.name, "0/5");
    assert.equal(cache.get(6), neighbour);
    assert.ok(!cache.update(12345, { thumbnail: "x" }));
  });
});

/** A loader whose pages arrive when the test says so. */
function controlledLoader() {
  const asked: number[] = [];
  const cancelled: number[] = [];
  const errors: unknown[] = [];
  const pending = new Map<number, { resolve: () => void; reject: (error: Error) => void }>();
  const loader = new PageLoader({
    load: (number, signal) => {
      asked.push(number);
      signal.addEventListener("abort", () => cancelled.push(number));
      return new Promise((resolve, reject) => pending.set(number, { resolve, reject }));
    },
    onError: (error) => void errors.push(error),
  });
  const settle = () => new Promise((resolve) => setTimeout(resolve, 60));
  const arrive = async (number: number) => {
    pending.get(number)?.resolve();
    await settle();
  };
  const fail = async (number: number, error: Error) => {
    pending.get(number)?.reject(error);
    await settle();
  };
  return { loader, asked, cancelled, errors, settle, arrive, fail };
}

describe("the page loader", () => {
  it("loads few pages at once, the most urgent first", async () => {
    const { loader, asked, settle, arrive } = controlledLoader();
    loader.want([4, 5, 6]);
    await settle();
    assert.deepEqual(asked, [4, 5]);
    await arrive(5);
    assert.deepEqual(asked, [4, 5, 6]);
  });

  it("never asks for pages that were scrolled past", async () => {
    const { loader, asked, settle } = controlledLoader();
    for (let number = 0; number < 1000; number++) {
      loader.want([number]);
    }
    await settle();
    assert.deepEqual(asked, [999]);
  });

  it("cancels what is not looked at any more, and uses its place at once", async () => {
    const { loader, asked, cancelled, settle, arrive } = controlledLoader();
    loader.want([1, 2]);
    await settle();
    loader.want([2, 8, 9]);
    await settle();
    assert.deepEqual(cancelled, [1]);
    assert.deepEqual(asked, [1, 2, 8]);
    await arrive(1);
    assert.deepEqual(asked, [1, 2, 8]);
    await arrive(2);
    assert.deepEqual(asked, [1, 2, 8, 9]);
  });

  it("does not ask twice for what is under way", async () => {
    const { loader, asked, settle, arrive } = controlledLoader();
    loader.want([1]);
    await settle();
    loader.want([1]);
    await settle();
    await arrive(1);
    assert.deepEqual(asked, [1]);
  });

  it("reports a failure once and tries again when the page is looked at anew", async () => {
    const { loader, asked, errors, settle, fail } = controlledLoader();
    loader.want([1]);
    await settle();
    await fail(1, new AppError("internal", "Broken."));
    loader.want([1, 2]);
    await settle();
    assert.deepEqual(asked, [1, 2]);
    assert.equal(errors.length, 1);
    loader.want([2]);
    loader.want([1]);
    await settle();
    assert.deepEqual(asked, [1, 2, 1]);
  });

  it("says nothing about what was cancelled", async () => {
    const { loader, errors, settle, fail } = controlledLoader();
    loader.want([1]);
    await settle();
    loader.want([]);
    await fail(1, abortError());
    assert.deepEqual(errors, []);
  });
});

describe("dropped pictures", () => {
  const file = (name: string, type: string) => ({
    name,
    type,
    arrayBuffer: () => Promise.resolve(new Uint8Array([1, 2]).buffer),
  });
  const drop = (files: ReturnType<typeof file>[], data: Record<string, string> = {}) => ({
    types: [...(files.length > 0 ? ["Files"] : []), ...Object.keys(data)],
    files,
    getData: (type: string) => data[type] ?? "",
  });

  it("are files, by their type or by their name", async () => {
    const data = drop([file("a.png", "image/png"), file("b.JPG", ""), file("c.txt", "text/plain")]);
    assert.ok(mayHoldPictures(data));
    const pictures = droppedPictures(data);
    assert.deepEqual(
      pictures.map((picture) => "name" in picture && picture.name),
      ["a.png", "b.JPG"],
    );
    const [first] = pictures;
    assert.deepEqual("bytes" in first! && (await first.bytes()), new Uint8Array([1, 2]));
  });

  it("are addresses that the Explorer gives", () => {
    const data = drop([], {
      "application/vnd.code.uri-list": "file:///a%20b.png\r\nvscode-remote://wsl/c.png\r\nhttps://x/y.png",
      "text/uri-list": "file:///other.png",
    });
    assert.ok(mayHoldPictures(data));
    assert.deepEqual(droppedPictures(data), [
      { uri: "file:///a%20b.png" },
      { uri: "vscode-remote://wsl/c.png" },
    ]);
  });

  it("are not text", () => {
    const data = drop([], { "text/plain": "file:///a.png" });
    assert.ok(!mayHoldPictures(data));
    assert.deepEqual(droppedPictures(data), []);
    assert.deepEqual(droppedPictures(drop([file("c.txt", "text/plain")])), []);
  });
});
