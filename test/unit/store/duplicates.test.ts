import assert from "node:assert/strict";
import type { StoreSession } from "../../../src/store/worker/session";
import { removeTemporaryFolders, temporaryFolder } from "../../fixtures/store/folders";
import { openMedia } from "../../fixtures/store/media";
import { openSession } from "../../fixtures/store/sessions";
import { seededRandom } from "../../support/engines";

const dimensions = 64;
const space = { fingerprint: "model@1", dimensions };
const random = seededRandom(7);

interface Picture {
  path: string;
  hash: string;
  size?: number;
  modified?: number;
  width?: number;
  height?: number;
  vector?: Float32Array;
}

describe("pictures that are nearly the same", function () {
  this.timeout(30_000);
  let session: StoreSession;
  let media: Awaited<ReturnType<typeof openMedia>>;

  beforeEach(async () => {
    const folder = temporaryFolder();
    session = await openSession(folder);
    media = await openMedia(session, folder);
  });
  afterEach(async () => {
    await media.close();
    await session.close();
  });
  after(removeTemporaryFolders);

  async function add(pictures: readonly Picture[]): Promise<void> {
    const found = pictures.map(({ path, hash, size = 100, modified = 1000 }) => ({
      path,
      hash,
      size,
      modified,
    }));
    await media.ask("recordFiles", { found, gone: [] });
    const ofPath = new Map(pictures.map((picture) => [picture.path, picture]));
    const pending = await media.ask("listPending", { space, afterId: 0, limit: 100_000 });
    const seen = pending.map(({ contentId, path }) => ({ contentId, ...ofPath.get(path)! }));
    const embedded = seen.filter(({ vector }) => vector);
    await media.ask("recordEmbedded", {
      space,
      vectors: Float32Array.from(embedded.flatMap(({ vector }) => [...vector!])),
      contents: embedded.map(({ contentId, width = 40, height = 30 }) => ({ contentId, width, height })),
      problems: [],
    });
  }

  async function groups(filter = {}, of: typeof space | null = space) {
    const found = await media.ask("findDuplicates", { space: of, filter });
    const files = await media.ask("getFiles", { fileIds: [...found.fileIds] });
    let start = 0;
    return Array.from(found.counts, (count, at) => {
      const paths = files.slice(start, start + count).map(({ path }) => path);
      start += count;
      return { paths, bytes: found.reclaimableBytes[at]! };
    });
  }

  it("are copies with the same content, whether a model saw them or not", async () => {
    await add([
      { path: "/a", hash: "1", size: 10, modified: 2 },
      { path: "/b", hash: "1", size: 10, modified: 1 },
      { path: "/c", hash: "2", size: 99 },
      { path: "/x/d", hash: "3", size: 50 },
      { path: "/x/e", hash: "3", size: 50 },
      { path: "/x/f", hash: "3", size: 50 },
    ]);
    const expected = [
      { paths: ["/x/d", "/x/e", "/x/f"], bytes: 100 },
      { paths: ["/b", "/a"], bytes: 10 },
    ];
    assert.deepEqual(await groups({}, null), expected);
    assert.deepEqual(await groups(), expected);
    assert.deepEqual(await groups({ folder: "/x" }), expected.slice(0, 1));
  });

  it("are those whose vectors are near and whose shapes agree, the best one first", async () => {
    const vector = unit();
    await add([
      { path: "/small", hash: "1", size: 900, width: 20, height: 15, vector: near(vector, 0.99) },
      { path: "/large", hash: "2", size: 500, width: 400, height: 300, vector },
      { path: "/heavy", hash: "3", size: 700, width: 400, height: 300, vector: near(vector, 0.995) },
      { path: "/heavy copy", hash: "3", size: 700, width: 400, height: 300 },
      { path: "/cut", hash: "4", width: 300, height: 400, vector: near(vector, 0.99) },
      { path: "/other", hash: "5", vector: near(vector, 0.94) },
      { path: "/unseen", hash: "6" },
    ]);
    assert.deepEqual(await groups(), [
      { paths: ["/heavy", "/heavy copy", "/large", "/small"], bytes: 700 + 500 + 900 },
    ]);
    assert.deepEqual(await groups({ atLeast: 800 }), []);
  });

  it("do not hang together by a chain", async () => {
    const [first, towards] = [unit(), unit()];
    const at = (angle: number) => turned(first, towards, angle);
    await add(
      [0, 0.2, 0.4, 0.6].map((angle, number) => ({
        path: `/${number}`,
        hash: `${number}`,
        vector: at(angle),
      })),
    );
    assert.deepEqual(
      (await groups()).map(({ paths }) => paths),
      [
        ["/0", "/1"],
        ["/2", "/3"],
      ],
    );
  });

  it("follow changes", async () => {
    const vector = unit();
    await add([{ path: "/a", hash: "1", vector }]);
    assert.deepEqual(await groups(), []);
    await add([{ path: "/b", hash: "2", vector: near(vector, 0.99) }]);
    assert.equal((await groups()).length, 1);
    await media.ask("recordFiles", { found: [], gone: ["/a"] });
    assert.deepEqual(await groups(), []);
  });

  it("are found among many in clusters, and nothing else is", async () => {
    const centres = Array.from({ length: 20 }, unit);
    const common = unit();
    const pictures: Picture[] = [];
    const planted: [string, string][] = [];
    for (let number = 0; number < 3000; number++) {
      const vector = mixed([centres[number % 20]!, common, unit()], [0.6, 1, 0.8]);
      pictures.push({ path: `/${number}`, hash: `${number}`, vector });
      if (number % 10 === 0) {
        const similarity = 0.972 + 0.02 * random();
        pictures.push({ path: `/${number}'`, hash: `${number}'`, vector: near(vector, similarity) });
        planted.push([`/${number}`, `/${number}'`]);
      }
    }
    await add(pictures);
    const found = await groups();
    const groupOf = new Map(found.flatMap(({ paths }, group) => paths.map((path) => [path, group])));
    const together = planted.filter(([a, b]) => groupOf.has(a) && groupOf.get(a) === groupOf.get(b));
    assert.ok(together.length >= 0.95 * planted.length, `${together.length} of ${planted.length}`);
    assert.ok(found.length <= planted.length);
  });

  it("let a thousand alike ones be one group, and a long series hang together by its middle", async () => {
    const vector = unit();
    const pictures = Array.from({ length: 1000 }, (_, number) => ({
      path: `/${number}`,
      hash: `${number}`,
      vector,
    }));
    const series = Array.from({ length: 2000 }, (_, number) => {
      return { path: `/s${number}`, hash: `s${number}`, vector: near(vector, 0.985), width: 90, height: 10 };
    });
    const others = Array.from({ length: 200 }, (_, number) => {
      return { path: `/o${number}`, hash: `o${number}`, vector: unit() };
    });
    await add([...pictures, ...series, ...others]);
    const [first, ...more] = (await groups()).sort((a, b) => b.paths.length - a.paths.length);
    const sizes = [first!, ...more].map(({ paths }) => paths.length);
    assert.ok(sizes.includes(1000), sizes.join());
    const inSeries = [first!, ...more].filter(({ paths }) => paths.some((path) => path.startsWith("/s")));
    const grouped = inSeries.reduce((sum, { paths }) => sum + paths.length, 0);
    assert.ok(grouped > 1500, `${grouped} of 2000 in ${inSeries.length} groups`);
    assert.ok(more.every(({ paths }) => !paths.some((path) => path.startsWith("/o"))));
  });

  it("end soon when nobody waits, and let others be answered meanwhile", async () => {
    await add(
      Array.from({ length: 4000 }, (_, number) => ({
        path: `/${number}`,
        hash: `${number}`,
        vector: unit(),
      })),
    );
    const controller = new AbortController();
    const finding = media.ask("findDuplicates", { space, filter: {} }, controller.signal);
    const rejected = assert.rejects(finding, { code: "aborted" });
    setImmediate(() => controller.abort());
    await rejected;
    const order: string[] = [];
    const again = media.ask("findDuplicates", { space, filter: {} }).then(({ counts }) => {
      order.push("duplicates");
      return counts.length;
    });
    await new Promise((resolve) => setImmediate(resolve));
    await media.ask("countMedia", { space });
    order.push("count");
    assert.equal(await again, 0);
    assert.deepEqual(order, ["count", "duplicates"]);
  });
});

describe("queries among common words", () => {
  it("tells how many words describe a picture better", async () => {
    const folder = temporaryFolder();
    const session = await openSession(folder);
    const { ask, close } = await openMedia(session, folder);
    const flat = { fingerprint: "flat", dimensions: 2 };
    const found = ["/east", "/north", "/unseen"].map((path) => ({ path, size: 1, modified: 1, hash: path }));
    await ask("recordFiles", { found, gone: [] });
    const contents = [1, 2].map((contentId) => ({ contentId, width: 1, height: 1 }));
    await ask("recordEmbedded", {
      space: flat,
      vectors: Float32Array.of(1, 0, 0, 1),
      contents,
      problems: [],
    });
    const words = { name: "test", vectors: Float32Array.of(1, 0, 0.9, 0.1, 0.5, 0.5, 0, 1) };
    const ranks = (...queries: number[]) =>
      ask("rankAmongWords", {
        space: flat,
        fileIds: [1, 2, 3, 99],
        words,
        queries: Float32Array.from(queries),
      });
    assert.deepEqual([...(await ranks(0.95, 0.2))], [1, 2, 255, 255]);
    assert.deepEqual([...(await ranks(1, 0, 0.6, 0))], [0, 3, 255, 255, 2, 3, 255, 255]);
    const others = { name: "others", vectors: Float32Array.of(0, 1) };
    const again = { space: flat, fileIds: [1], words: others, queries: Float32Array.of(0.5, 0) };
    assert.deepEqual([...(await ask("rankAmongWords", again))], [0]);
    await close();
    await session.close();
    removeTemporaryFolders();
  });
});

function unit(): Float32Array {
  return mixed([Float32Array.from({ length: dimensions }, gaussian)], [1]);
}

function gaussian(): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** A weighted sum in unit length. */
function mixed(vectors: Float32Array[], weights: number[]): Float32Array {
  const sum = new Float32Array(dimensions).map((_, at) =>
    vectors.reduce((total, vector, number) => total + vector[at]! * weights[number]!, 0),
  );
  const length = Math.hypot(...sum);
  return sum.map((value) => value / length);
}

/** With this cosine. */
function near(vector: Float32Array, cosine: number): Float32Array {
  return turned(vector, unit(), Math.acos(cosine));
}

function turned(vector: Float32Array, towards: Float32Array, angle: number): Float32Array {
  const along = vector.reduce((sum, value, at) => sum + value * towards[at]!, 0);
  const across = mixed([towards, vector], [1, -along]);
  return mixed([vector, across], [Math.cos(angle), Math.sin(angle)]);
}
