import assert from "node:assert/strict";
import { readdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  listKnownFiles,
  presentContents,
  recordFiles,
  recordProblem,
} from "../../../src/store/worker/media/files";
import { VectorSpaces } from "../../../src/store/worker/media/vector-spaces";
import type { StoreSession } from "../../../src/store/worker/session";
import { compileVectorKernel } from "../../../src/store/worker/vectors/kernel";
import { unsyncedFiles } from "../../fixtures/store/files";
import { removeTemporaryFolders, temporaryFolder } from "../../fixtures/store/folders";
import { assembledKernel } from "../../fixtures/store/kernel";
import { openSession } from "../../fixtures/store/sessions";

const space = { fingerprint: "model@1", dimensions: 4 };
const east = Float32Array.of(1, 0, 0, 0);
const north = Float32Array.of(0, 1, 0, 0);
const up = Float32Array.of(0, 0, 1, 0);

function joined(...vectors: Float32Array[]): Float32Array {
  return Float32Array.from(vectors.flatMap((vector) => [...vector]));
}

describe("media in the store", () => {
  let folder: string;
  let kernel: WebAssembly.Module;
  let session: StoreSession;
  let spaces: VectorSpaces;

  before(async () => (kernel = compileVectorKernel(await assembledKernel())));
  beforeEach(async () => {
    folder = temporaryFolder();
    await open();
  });
  afterEach(() => close());
  after(removeTemporaryFolders);

  async function open(): Promise<void> {
    session = await openSession(folder, { files: unsyncedFiles });
    spaces = new VectorSpaces(session, unsyncedFiles, join(folder, "vectors"), kernel);
  }

  async function close(): Promise<void> {
    await spaces.close();
    await session.close();
  }

  const file = (path: string, hash?: string) => ({ path, size: 7, modified: 1_700_000_000_123.456, hash });
  const nearest = async (query: Float32Array, isAllowed: (id: number) => boolean = () => true) => {
    const { hits } = await spaces.search(space, query, 10, isAllowed);
    return hits.map(({ contentId, score }) => [contentId, Math.round(score * 1000) / 1000]);
  };

  it("knows files with size and time to the fraction of a millisecond, also after reopening", async () => {
    const paths = ["/a b/ü.png", "/new\nline, comma.jpg", "/😀.webp"];
    await session.write(
      recordFiles(
        paths.map((path) => file(path)),
        [],
      ),
    );
    await close();
    await open();
    const known = await session.read(listKnownFiles);
    assert.deepEqual(known, {
      paths,
      sizes: Float64Array.of(7, 7, 7),
      modified: Float64Array.of(...paths.map(() => 1_700_000_000_123.456)),
    });
  });

  it("is empty at first", async () => {
    assert.deepEqual(await session.read(listKnownFiles), {
      paths: [],
      sizes: new Float64Array(),
      modified: new Float64Array(),
    });
    assert.deepEqual(await nearest(east), []);
  });

  it("gives copies one content, and forgets a content with its last file", async () => {
    await session.write(recordFiles([file("/a", "h1"), file("/copy", "h1"), file("/b", "h2")], []));
    assert.equal((await session.read(presentContents)).size, 2);
    await session.write(recordFiles([], ["/a"]));
    assert.equal((await session.read(presentContents)).size, 2);
    await session.write(recordFiles([], ["/copy"]));
    assert.equal((await session.read(presentContents)).size, 1);
  });

  it("notes what could not be read for every file with that content", async () => {
    await session.write(recordFiles([file("/a", "h1"), file("/copy", "h1"), file("/b", "h2")], []));
    await session.write(recordProblem("h1", "It is broken."));
    const rows = await session.read(({ query }) => query("SELECT path, problem FROM files ORDER BY path"));
    assert.deepEqual(
      rows.map(({ path, problem }) => [path, problem]),
      [
        ["/a", "It is broken."],
        ["/b", null],
        ["/copy", "It is broken."],
      ],
    );
  });

  async function addThree(): Promise<void> {
    await session.write(recordFiles([file("/1", "h1"), file("/2", "h2"), file("/3", "h3")], []));
    await spaces.add(space, joined(east, north), [
      { contentId: 1, part: 0 },
      { contentId: 2, part: 0 },
    ]);
    await spaces.add(space, up, [{ contentId: 3, part: 0 }]);
  }

  it("finds the nearest contents, also after reopening", async () => {
    await addThree();
    const query = Float32Array.of(0.8, 0.6, 0, 0);
    const expected = [
      [1, 0.8],
      [2, 0.6],
      [3, 0],
    ];
    assert.deepEqual(await nearest(query), expected);
    await close();
    await open();
    assert.deepEqual(await nearest(query), expected);
    assert.deepEqual(await nearest(query, (id) => id !== 1), expected.slice(1));
    assert.deepEqual(await spaces.vectorOf(space, 2), north);
    assert.equal(await spaces.vectorOf(space, 9), undefined);
  });

  it("replaces the vector of a content that is embedded again", async () => {
    await addThree();
    await spaces.add(space, up, [{ contentId: 1, part: 0 }]);
    const expected = [
      [1, 1],
      [3, 1],
      [2, 0],
    ];
    const sorted = async () => (await nearest(up)).sort((a, b) => b[1]! - a[1]! || a[0]! - b[0]!);
    assert.deepEqual(await sorted(), expected);
    await close();
    await open();
    assert.deepEqual(await sorted(), expected);
  });

  it("keeps the vectors of two models apart", async () => {
    await addThree();
    const other = { fingerprint: "model@2", dimensions: 2 };
    await spaces.add(other, Float32Array.of(0, 1), [{ contentId: 1, part: 0 }]);
    const { hits } = await spaces.search(other, Float32Array.of(0, 1), 10, () => true);
    assert.deepEqual(hits, [{ contentId: 1, part: 0, score: 1 }]);
    assert.equal((await nearest(east)).length, 3);
  });

  it("refuses the same model with vectors of another length", async () => {
    await addThree();
    await close();
    await open();
    await assert.rejects(
      spaces.search({ ...space, dimensions: 5 }, new Float32Array(5), 1, () => true),
      { code: "internal" },
    );
    assert.equal((await nearest(east)).length, 3);
  });

  it("goes on with what a cut or foreign file still has; the rest can be embedded again", async () => {
    await addThree();
    await close();
    const vectors = join(folder, "vectors");
    const path = join(vectors, readdirSync(vectors)[0]!);
    truncateSync(path, 64 + 2 * 16 + 5);
    await open();
    assert.deepEqual(await nearest(north), [
      [2, 1],
      [1, 0],
    ]);
    await spaces.add(space, up, [{ contentId: 3, part: 0 }]);
    assert.equal((await nearest(up)).length, 3);
    await close();
    writeFileSync(path, "something else");
    await open();
    assert.deepEqual(await nearest(north), []);
    await spaces.add(space, up, [{ contentId: 3, part: 0 }]);
    assert.deepEqual(await nearest(up), [[3, 1]]);
  });

  it("does not keep a vector whose origin could not be written", async () => {
    await addThree();
    await assert.rejects(spaces.add(space, east, [{ contentId: 99, part: 0 }]));
    assert.equal((await nearest(east)).length, 3);
    await spaces.add(space, north, [{ contentId: 1, part: 0 }]);
    const expected = [
      [1, 1],
      [2, 1],
      [3, 0],
    ];
    const sorted = async () => (await nearest(north)).sort((a, b) => b[1]! - a[1]! || a[0]! - b[0]!);
    assert.deepEqual(await sorted(), expected);
    await close();
    await open();
    assert.deepEqual(await sorted(), expected);
  });
});
