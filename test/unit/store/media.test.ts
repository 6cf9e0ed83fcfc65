import assert from "node:assert/strict";
import { readdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Handlers } from "../../../src/protocol/rpc";
import type { MediaFilter, StoreMediaWire } from "../../../src/protocol/store-media";
import { MediaService } from "../../../src/store/worker/media/media-service";
import type { StoreSession } from "../../../src/store/worker/session";
import { removeTemporaryFolders, temporaryFolder } from "../../fixtures/store/folders";
import { assembledKernel } from "../../fixtures/store/kernel";
import { openSession } from "../../fixtures/store/sessions";

const space = { fingerprint: "model@1", dimensions: 4 };
const east = [1, 0, 0, 0];
const north = [0, 1, 0, 0];
const up = [0, 0, 1, 0];
const noContext = { signal: new AbortController().signal, emit: () => {} };

describe("media in the store", () => {
  let folder: string;
  let kernelPath: string;
  let session: StoreSession;
  let media: MediaService;

  before(async () => (kernelPath = await assembledKernel()));
  beforeEach(async () => {
    folder = temporaryFolder();
    await open();
  });
  afterEach(() => close());
  after(removeTemporaryFolders);

  async function open(): Promise<void> {
    session = await openSession(folder);
    media = new MediaService(() => Promise.resolve(session));
    media.setPlace({ directory: folder, kernelPath });
  }

  async function close(): Promise<void> {
    await media.close();
    await session.close();
  }

  async function reopen(): Promise<void> {
    await close();
    await open();
  }

  function ask<K extends keyof StoreMediaWire>(
    method: K,
    params: StoreMediaWire[K]["params"],
  ): Promise<StoreMediaWire[K]["result"]> {
    const handler: Handlers<StoreMediaWire>[K] = media.handlers[method];
    return Promise.resolve(handler(params, noContext));
  }

  const file = (path: string, hash?: string, change: { size?: number; modified?: number } = {}) => ({
    path,
    size: 7,
    modified: 1_700_000_000_123.456,
    hash,
    ...change,
  });

  const waiting = (contentId: number, path: string) => ({
    contentId,
    path,
    size: 7,
    modified: 1_700_000_000_123.456,
  });

  function embed(...vectors: [contentId: number, vector: number[]][]): Promise<null> {
    return ask("recordEmbedded", {
      space,
      vectors: Float32Array.from(vectors.flatMap(([, vector]) => vector)),
      contents: vectors.map(([contentId]) => ({ contentId, width: 640, height: 480 })),
      problems: [],
    });
  }

  /** Paths and scores, best first; of equal scores the first path. */
  async function nearest(query: number[], filter: MediaFilter = {}) {
    const hits = await ask("searchMedia", { space, query: Float32Array.from(query), filter, limit: 10 });
    const files = await ask("getFiles", { fileIds: [...hits.fileIds] });
    const found = files.map(
      ({ path }, index) => [path, Math.round(hits.scores[index]! * 1000) / 1000] as const,
    );
    return found.sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
  }

  async function addThree(): Promise<void> {
    await ask("recordFiles", {
      found: [file("/1.png", "h1"), file("/2.png", "h2"), file("/3.png", "h3")],
      gone: [],
    });
    await embed([1, east], [2, north]);
    await embed([3, up]);
  }

  it("knows files with size and time to the fraction of a millisecond, also after reopening", async () => {
    const paths = ["/a b/ü.png", "/new\nline, comma.jpg", "/😀.webp"];
    await ask("recordFiles", { found: paths.map((path) => file(path, "h")), gone: [] });
    await reopen();
    assert.deepEqual(await ask("listKnownFiles", null), {
      paths: paths.map((path) => `${path}//`).join(""),
      sizes: Float64Array.of(7, 7, 7),
      modified: Float64Array.of(...paths.map(() => 1_700_000_000_123.456)),
    });
  });

  it("is empty at first", async () => {
    assert.deepEqual(await ask("listKnownFiles", null), {
      paths: "",
      sizes: new Float64Array(),
      modified: new Float64Array(),
    });
    assert.deepEqual(await nearest(east), []);
    assert.deepEqual(await ask("listPending", { space, afterId: 0, limit: 9 }), []);
    assert.deepEqual([...(await ask("browseMedia", { filter: {}, sort: "name" }))], []);
  });

  it("asks for each content once, however many files have it, until it has a vector", async () => {
    await ask("recordFiles", { found: [file("/a", "h1"), file("/copy", "h1"), file("/b", "h2")], gone: [] });
    const pending = (afterId = 0) => ask("listPending", { space, afterId, limit: 9 });
    assert.deepEqual(await pending(), [waiting(1, "/a"), waiting(2, "/b")]);
    assert.deepEqual(await pending(1), [waiting(2, "/b")]);
    await embed([1, east]);
    assert.deepEqual(await pending(), [waiting(2, "/b")]);
    assert.deepEqual(await ask("countMedia", { space }), {
      files: 3,
      searchable: 2,
      pending: 1,
      problems: 0,
      captions: 0,
    });
  });

  it("does not embed a renamed or copied file again, and finds both copies", async () => {
    await addThree();
    await ask("recordFiles", {
      found: [file("/renamed.png", "h1"), file("/copy.png", "h1")],
      gone: ["/1.png"],
    });
    assert.deepEqual(await ask("listPending", { space, afterId: 0, limit: 9 }), []);
    assert.deepEqual((await nearest(east)).slice(0, 2), [
      ["/copy.png", 1],
      ["/renamed.png", 1],
    ]);
  });

  it("does not find files that are gone", async () => {
    await addThree();
    await ask("recordFiles", { found: [], gone: ["/1.png", "/3.png"] });
    assert.deepEqual(await nearest(east), [["/2.png", 0]]);
    assert.equal((await ask("countMedia", { space })).searchable, 1);
  });

  it("embeds a changed file again and no longer finds what it was", async () => {
    await addThree();
    await ask("recordFiles", { found: [file("/1.png", "h4")], gone: [] });
    assert.deepEqual(await ask("listPending", { space, afterId: 0, limit: 9 }), [waiting(4, "/1.png")]);
    await embed([4, up]);
    assert.deepEqual((await nearest(up)).slice(0, 2), [
      ["/1.png", 1],
      ["/3.png", 1],
    ]);
  });

  it("notes what could not be read for every file with that content, until it changes", async () => {
    await ask("recordFiles", {
      found: [
        file("/a", "h1"),
        file("/copy", "h1"),
        file("/b", "h2"),
        { ...file("/c"), problem: "No permission." },
      ],
      gone: [],
    });
    await ask("recordEmbedded", {
      space,
      vectors: new Float32Array(),
      contents: [],
      problems: [{ contentId: 1, problem: "It is broken." }],
    });
    assert.deepEqual(await ask("listProblems", null), [
      { path: "/a", problem: "It is broken." },
      { path: "/c", problem: "No permission." },
      { path: "/copy", problem: "It is broken." },
    ]);
    assert.deepEqual(await ask("listPending", { space, afterId: 0, limit: 9 }), [waiting(2, "/b")]);
    await ask("recordFiles", { found: [file("/a", "h9")], gone: [] });
    assert.equal((await ask("listProblems", null)).length, 2);
    assert.equal((await ask("listPending", { space, afterId: 0, limit: 9 })).length, 2);
  });

  it("finds the nearest, also after reopening", async () => {
    await addThree();
    const expected = [
      ["/1.png", 0.8],
      ["/2.png", 0.6],
      ["/3.png", 0],
    ];
    assert.deepEqual(await nearest([0.8, 0.6, 0, 0]), expected);
    await reopen();
    assert.deepEqual(await nearest([0.8, 0.6, 0, 0]), expected);
    assert.deepEqual(await ask("vectorOfFile", { space, fileId: 2 }), Float32Array.from(north));
    assert.equal(await ask("vectorOfFile", { space, fileId: 9 }), undefined);
  });

  it("filters by folder, time, format and size", async () => {
    await ask("recordFiles", {
      found: [
        file("/in/a.PNG", "h1", { size: 10, modified: 100 }),
        file("/in/deep/b.jpg", "h2", { size: 20, modified: 200 }),
        file("/inside/c.png", "h3", { size: 30, modified: 300 }),
      ],
      gone: [],
    });
    await embed([1, east], [2, north], [3, up]);
    const names = async (filter: MediaFilter) => (await nearest([1, 1, 1, 0], filter)).map(([path]) => path);
    assert.deepEqual(await names({ folder: "/in" }), ["/in/a.PNG", "/in/deep/b.jpg"]);
    assert.deepEqual(await names({ extensions: ["png"] }), ["/in/a.PNG", "/inside/c.png"]);
    assert.deepEqual(await names({ extensions: [] }), []);
    assert.deepEqual(await names({ from: 200 }), ["/in/deep/b.jpg", "/inside/c.png"]);
    assert.deepEqual(await names({ to: 199 }), ["/in/a.PNG"]);
    assert.deepEqual(await names({ atLeast: 20, atMost: 20 }), ["/in/deep/b.jpg"]);
    const browsed = await ask("browseMedia", { filter: { folder: "/in" }, sort: "largest" });
    assert.deepEqual([...browsed], [2, 1]);
  });

  it("keeps a caption and who wrote it with the content", async () => {
    await ask("recordFiles", { found: [file("/a", "h1"), file("/copy", "h1")], gone: [] });
    await ask("setCaption", { fileId: 1, caption: " A red car. ", by: "person" });
    const [copy] = await ask("getFiles", { fileIds: [2, 77] });
    assert.deepEqual([copy!.caption, copy!.captionBy], ["A red car.", "person"]);
    await ask("setCaption", { fileId: 2, caption: "", by: "person" });
    const [first] = await ask("getFiles", { fileIds: [1] });
    assert.deepEqual([first!.caption, first!.captionBy], [undefined, "person"]);
  });

  it("keeps the vectors of two models apart", async () => {
    await addThree();
    const other = { fingerprint: "model@2", dimensions: 2 };
    const contents = [{ contentId: 1, width: 1, height: 1 }];
    await ask("recordEmbedded", { space: other, vectors: Float32Array.of(0, 1), contents, problems: [] });
    const query = Float32Array.of(0, 1);
    const { fileIds, scores } = await ask("searchMedia", { space: other, query, filter: {}, limit: 9 });
    assert.deepEqual([[...fileIds], [...scores]], [[1], [1]]);
    assert.equal((await nearest(east)).length, 3);
  });

  it("refuses the same model with vectors of another length", async () => {
    await addThree();
    await reopen();
    const longer = { ...space, dimensions: 5 };
    await assert.rejects(ask("listPending", { space: longer, afterId: 0, limit: 1 }), { code: "internal" });
    assert.equal((await nearest(east)).length, 3);
  });

  it("goes on with what a cut or foreign vector file still has, and asks for the rest again", async () => {
    await addThree();
    await close();
    const vectors = join(folder, "vectors");
    const path = join(vectors, readdirSync(vectors)[0]!);
    truncateSync(path, 64 + 2 * 16 + 5);
    await open();
    assert.equal((await nearest(north)).length, 2);
    assert.deepEqual(await ask("listPending", { space, afterId: 0, limit: 9 }), [waiting(3, "/3.png")]);
    await embed([3, up]);
    assert.deepEqual((await nearest(up))[0], ["/3.png", 1]);
    await close();
    writeFileSync(path, "something else");
    await open();
    assert.deepEqual(await nearest(north), []);
    assert.equal((await ask("listPending", { space, afterId: 0, limit: 9 })).length, 3);
  });

  it("does not keep a vector whose content is unknown, and goes on", async () => {
    await addThree();
    await assert.rejects(embed([99, east]));
    assert.equal((await nearest(east)).length, 3);
    await embed([1, north]);
    const expected = [
      ["/1.png", 1],
      ["/2.png", 1],
      ["/3.png", 0],
    ];
    assert.deepEqual(await nearest(north), expected);
    await reopen();
    assert.deepEqual(await nearest(north), expected);
  });
});
