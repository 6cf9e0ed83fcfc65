import assert from "node:assert/strict";
import path from "node:path";
import { splitPaths } from "../../../src/protocol/joined-paths";
import type { Handlers } from "../../../src/protocol/rpc";
import type { StoreMediaWire } from "../../../src/protocol/store-media";
import { MediaService } from "../../../src/store/worker/media/media-service";
import type { StoreSession } from "../../../src/store/worker/session";
import { removeTemporaryFolders, temporaryFolder } from "../../fixtures/store/folders";
import { assembledKernel } from "../../fixtures/store/kernel";
import { openSession } from "../../fixtures/store/sessions";

const pictures = { fingerprint: "pictures@1", dimensions: 2 };
const texts = { fingerprint: "texts@1", dimensions: 2 };
const noContext = { signal: new AbortController().signal, emit: () => {} };

describe("captions in the store", () => {
  let session: StoreSession;
  let media: MediaService;
  let kernelPath: string;
  let folder: string;

  async function open(): Promise<void> {
    session = await openSession(folder);
    media = new MediaService(() => Promise.resolve(session));
    media.setPlace({ directory: folder, kernelPath });
  }
  async function close(): Promise<void> {
    await media.close();
    await session.close();
  }

  before(async () => (kernelPath = await assembledKernel()));
  beforeEach(async () => {
    folder = temporaryFolder();
    await open();
    const file = (name: string, hash: string) => ({ path: `/${name}`, size: 1, modified: 1, hash });
    const unreadable = { ...file("broken", "h3"), problem: "It is broken." };
    await ask("recordFiles", {
      found: [file("a", "h1"), file("copy", "h1"), file("b", "h2"), unreadable],
      gone: [],
    });
  });
  afterEach(close);
  after(removeTemporaryFolders);

  function ask<K extends keyof StoreMediaWire>(
    method: K,
    params: StoreMediaWire[K]["params"],
  ): Promise<StoreMediaWire[K]["result"]> {
    const handler: Handlers<StoreMediaWire>[K] = media.handlers[method];
    return Promise.resolve(handler(params, noContext));
  }

  const uncaptioned = async () =>
    (await ask("listUncaptioned", { afterId: 0, limit: 9 })).map(({ contentId }) => contentId);
  const pending = (space = texts) => ask("listPendingCaptions", { space, afterId: 0, limit: 9 });
  const record = (...captions: [contentId: number, caption: string][]) =>
    ask("recordCaptions", {
      by: "Captioner",
      captions: captions.map(([contentId, caption]) => ({ contentId, caption })),
    });
  const embed = (contentId: number, caption: string, vector: number[], space = texts) =>
    ask("recordCaptionVectors", {
      space,
      vectors: Float32Array.from(vector),
      captions: [{ contentId, caption }],
    });
  const search = async (vector: number[], space = texts) => {
    const query = Float32Array.from(vector);
    const { fileIds, scores } = await ask("searchMedia", { space, query, filter: {}, limit: 9 });
    return [...fileIds].filter((_, index) => scores[index]! > 0.5);
  };

  it("lists readable contents without one, each once", async () => {
    assert.deepEqual(await uncaptioned(), [1, 2]);
    assert.deepEqual(await ask("countCaptions", { space: null }), {
      captioned: 0,
      uncaptioned: 2,
      pending: 0,
    });
    await record([1, " A dog. "], [2, ""]);
    assert.deepEqual(await uncaptioned(), []);
    assert.deepEqual(await pending(), [{ contentId: 1, caption: "A dog." }]);
    assert.deepEqual(await ask("countCaptions", { space: texts }), {
      captioned: 1,
      uncaptioned: 0,
      pending: 1,
    });
  });

  it("keeps what a person wrote, and their wish for none", async () => {
    await ask("setCaption", { fileId: 1, caption: "Mine", by: "person" });
    await ask("setCaption", { fileId: 3, caption: "", by: "person" });
    await record([1, "A dog."], [2, "A cat."]);
    const [first, , third] = await ask("getFiles", { fileIds: [1, 2, 3] });
    assert.deepEqual([first!.caption, first!.captionBy], ["Mine", "person"]);
    assert.equal(third!.caption, undefined);
    assert.deepEqual(await uncaptioned(), []);
  });

  it("finds files by the vectors of their captions, apart from those of the pictures", async () => {
    const contents = [{ contentId: 1, width: 1, height: 1 }];
    await record([1, "A dog."], [2, "A cat."]);
    await ask("recordEmbedded", { space: pictures, vectors: Float32Array.of(1, 0), contents, problems: [] });
    await embed(1, "A dog.", [1, 0]);
    await embed(2, "A cat.", [0, 1]);
    assert.deepEqual(await search([1, 0]), [1, 2]);
    assert.deepEqual(await search([0, 1]), [3]);
    assert.deepEqual(await pending(), []);
    assert.equal((await pending(pictures)).length, 2);
    await close();
    await open();
    assert.deepEqual(await search([0, 1]), [3]);
    assert.deepEqual(await pending(), []);
  });

  it("removes the vectors of a former caption in every space, at once and for good", async () => {
    const others = { fingerprint: "texts@2", dimensions: 2 };
    const contents = [{ contentId: 1, width: 1, height: 1 }];
    await record([1, "A dog."]);
    await embed(1, "A dog.", [1, 0]);
    await embed(1, "A dog.", [1, 0], others);
    await ask("recordEmbedded", { space: pictures, vectors: Float32Array.of(1, 0), contents, problems: [] });
    await ask("setCaption", { fileId: 2, caption: "A wolf.", by: "person" });
    for (const moment of ["now", "later"]) {
      assert.deepEqual(await search([1, 0]), [], moment);
      assert.deepEqual(await search([1, 0], others), [], moment);
      assert.deepEqual(await search([1, 0], pictures), [1, 2], moment);
      assert.deepEqual(await pending(), [{ contentId: 1, caption: "A wolf." }]);
      await close();
      await open();
    }
  });

  it("does not take a vector of a caption that was changed while it was made", async () => {
    await record([1, "A dog."], [2, "A cat."]);
    await ask("setCaption", { fileId: 1, caption: "A wolf.", by: "person" });
    await ask("recordCaptionVectors", {
      space: texts,
      vectors: Float32Array.of(1, 0, 0, 1),
      captions: [
        { contentId: 1, caption: "A dog." },
        { contentId: 2, caption: "A cat." },
      ],
    });
    assert.deepEqual(await search([1, 0]), []);
    assert.deepEqual(await search([0, 1]), [3]);
    assert.deepEqual(await pending(), [{ contentId: 1, caption: "A wolf." }]);
  });

  it("says what no model has seen, when none runs", async () => {
    assert.equal((await ask("countMedia", { space: null })).pending, 2);
    const contents = [{ contentId: 2, width: 3, height: 4 }];
    await ask("recordEmbedded", { space: pictures, vectors: Float32Array.of(1, 0), contents, problems: [] });
    const { pending: waiting, searchable } = await ask("countMedia", { space: null });
    assert.deepEqual([waiting, searchable], [1, 0]);
  });
});

describe("known files in the store", () => {
  after(removeTemporaryFolders);

  it("are listed for paths and what is below them, and without a time when they could not be read", async () => {
    const folder = temporaryFolder();
    const session = await openSession(folder);
    const media = new MediaService(() => Promise.resolve(session));
    const at = (name: string) => path.join(path.sep, "w", name);
    const names = ["in", "in/a.png", "in/deep/b.png", "in-side.png", "inn/c.png", "d.png"];
    const found = names.map((name) => ({ path: at(name), size: 1, modified: 5, hash: name }));
    const unread = { path: at("in/unread.png"), size: 1, modified: 5, problem: "No permission." };
    await media.handlers.recordFiles({ found: [...found, unread], gone: [] }, noContext);
    const below = async (...paths: string[]) => {
      const known = await media.handlers.listKnownFiles({ below: paths.map(at) }, noContext);
      return splitPaths(known.paths).map(
        (file, index) => `${path.relative(at(""), file)} ${known.modified[index]}`,
      );
    };
    assert.deepEqual(await below("in"), [
      "in 5",
      `${path.join("in", "a.png")} 5`,
      `${path.join("in", "deep", "b.png")} 5`,
      `${path.join("in", "unread.png")} -1`,
    ]);
    assert.deepEqual(await below("d.png", "gone"), ["d.png 5"]);
    assert.equal((await below("")).length, 7);
    assert.deepEqual(await below(), []);
    await session.close();
  });
});
