import assert from "node:assert/strict";
import { cpSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Files } from "../../../src/store/worker/files";
import { listPending } from "../../../src/store/worker/media/contents";
import { recordFiles } from "../../../src/store/worker/media/files";
import { type OpenSpace, VectorSpaces } from "../../../src/store/worker/media/vector-spaces";
import type { StoreSession } from "../../../src/store/worker/session";
import { compileVectorKernel } from "../../../src/store/worker/vectors/kernel";
import { copyStore, interruptibleFiles, systemError, unsyncedFiles } from "../../fixtures/store/files";
import { removeTemporaryFolders, temporaryFolder } from "../../fixtures/store/folders";
import { assembledKernel } from "../../fixtures/store/kernel";
import { withSession } from "../../fixtures/store/sessions";

const space = { fingerprint: "model@1", dimensions: 2 };
const other = { fingerprint: "model@2", dimensions: 2 };
const contents = 1200;

describe("compaction of vectors", function () {
  this.timeout(60_000);
  let kernel: WebAssembly.Module;
  before(async () => (kernel = compileVectorKernel(await assembledKernel())));
  after(removeTemporaryFolders);

  /** A window's life with the vectors. */
  function live<T>(
    folder: string,
    work: (spaces: VectorSpaces, session: StoreSession) => Promise<T>,
    files: Files = unsyncedFiles,
    report: (message: string) => void = (message) => assert.fail(message),
  ): Promise<T> {
    return withSession(
      folder,
      async (session) => {
        const spaces = new VectorSpaces(session, files, join(folder, "vectors"), kernel, report);
        try {
          return await work(spaces, session);
        } finally {
          await spaces.close();
        }
      },
      { files },
    );
  }

  const vectorOf = (contentId: number, age: number) => [contentId, age];
  const range = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, index) => from + index);
  async function put(spaces: VectorSpaces, ids: number[], age: number, into = space): Promise<void> {
    const vectors = Float32Array.from(ids.flatMap((id) => vectorOf(id, age)));
    const origins = ids.map((contentId) => ({ contentId, part: 0 }));
    await spaces.add(into, vectors, origins);
  }

  /** Contents 1 to 300 have their first vector, the others their second: 900 of 2,100 rows are dead. */
  async function wasteful(): Promise<string> {
    const folder = temporaryFolder();
    await live(folder, async (spaces, session) => {
      const found = range(1, contents).map((id) => ({
        path: `/${id}`,
        size: id,
        modified: id,
        hash: `h${id}`,
      }));
      await session.write(recordFiles(found, []));
      await put(spaces, range(1, contents), 1);
      await put(spaces, range(301, contents), 2);
      await put(spaces, range(1, 5), 7, other);
    });
    return folder;
  }

  function assertAllRight({ index, rows }: OpenSpace, what: string): void {
    for (const id of range(1, contents)) {
      const row = rows.rowOf(id, 0);
      assert.ok(row !== undefined, `${what}: no vector of ${id}`);
      assert.deepEqual([...index.vector(row)], vectorOf(id, id > 300 ? 2 : 1), `${what}: ${id}`);
      assert.equal(rows.contentOf(row), id);
    }
    const query = Float32Array.of(1, 0);
    const [best] = index.search({ query, limit: 1, allowed: rows.maskOf(() => true) }).hits;
    assert.equal(rows.contentOf(best!.row), contents);
  }

  const vectorFiles = (folder: string) => readdirSync(join(folder, "vectors"));
  const sizes = (folder: string) =>
    vectorFiles(folder)
      .map((name) => (statSync(join(folder, "vectors", name)).size - 64) / 8)
      .sort((a, b) => b - a);

  it("leaves out the dead rows, and nothing else", async () => {
    const folder = await wasteful();
    assert.deepEqual(sizes(folder), [2100, 5]);
    for (const opening of ["compacting", "compacted"]) {
      await live(folder, async (spaces) => {
        const open = await spaces.open(space);
        assertAllRight(open, opening);
        assert.equal(open.rows.deadRows, 0);
        const others = await spaces.open(other);
        assert.deepEqual([...others.index.vector(others.rows.rowOf(5, 0)!)], [5, 7]);
      });
      assert.deepEqual(sizes(folder), [contents, 5]);
    }
    await live(folder, async (spaces) => {
      await put(spaces, [4], 9);
      const { index, rows } = await spaces.open(space);
      assert.deepEqual([...index.vector(rows.rowOf(4, 0)!)], [4, 9]);
    });
  });

  it("has every vector, whichever step was the last", async () => {
    const folder = await wasteful();
    const copies = temporaryFolder();
    const steps: string[] = [];
    const files = interruptibleFiles(unsyncedFiles, (operation) => {
      copyStore(folder, join(copies, String(steps.length)));
      steps.push(operation);
    });
    await live(folder, (spaces) => spaces.open(space), files);
    assert.ok(steps.length > 15, steps.join(" "));
    for (const [number, operation] of steps.entries()) {
      const copy = join(copies, String(number));
      await live(copy, async (spaces) => assertAllRight(await spaces.open(space), `${number} ${operation}`));
      assert.deepEqual(sizes(copy), [contents, 5], `${number} ${operation}`);
    }
  });

  it("works with what there is when the disk is full, and compacts another time", async () => {
    const folder = await wasteful();
    const reports: string[] = [];
    let writes = 0;
    const files: Files = {
      ...unsyncedFiles,
      write: (descriptor, bytes, position) => {
        if (bytes.length > 5000 && ++writes === 1) {
          throw systemError("ENOSPC");
        }
        unsyncedFiles.write(descriptor, bytes, position);
      },
    };
    await live(
      folder,
      async (spaces) => assertAllRight(await spaces.open(space), "full"),
      files,
      (message) => reports.push(message),
    );
    assert.match(reports.join(), /no space left/);
    assert.deepEqual(sizes(folder), [2100, 5]);
    await live(folder, async (spaces) => assertAllRight(await spaces.open(space), "later"));
    assert.deepEqual(sizes(folder), [contents, 5]);
  });

  it("asks for all vectors again, and gives no wrong one, when the database is older than the file", async () => {
    const folder = await wasteful();
    const older = temporaryFolder();
    copyStore(folder, older);
    await live(folder, (spaces) => spaces.open(space));
    rmSync(join(older, "vectors"), { recursive: true });
    cpSync(join(folder, "vectors"), join(older, "vectors"), { recursive: true });
    await live(older, async (spaces, session) => {
      const { id, rows } = await spaces.open(space);
      assert.equal(rows.length, 0);
      assert.equal((await session.read(listPending(id, 0, 9999))).length, contents);
      await put(spaces, range(1, 3), 5);
    });
    await live(older, async (spaces) => {
      const { index, rows } = await spaces.open(space);
      assert.deepEqual([...index.vector(rows.rowOf(2, 0)!)], [2, 5]);
    });
  });

  it("forgets the vectors of contents that no file has, once they are most", async () => {
    const folder = temporaryFolder();
    const file = (id: number) => ({ path: `/${id}`, size: id, modified: id, hash: `h${id}` });
    await live(folder, async (spaces, session) => {
      await session.write(recordFiles(range(1, contents).map(file), []));
      await put(spaces, range(1, contents), 1);
      await session.write(
        recordFiles(
          [],
          range(1, 500).map((id) => `/${id}`),
        ),
      );
    });
    await live(folder, async (spaces, session) => {
      // They may come back.
      assert.equal((await spaces.open(space)).rows.deadRows, 0);
      await session.write(
        recordFiles(
          [],
          range(501, 900).map((id) => `/${id}`),
        ),
      );
    });
    await live(folder, async (spaces) => {
      const { rows, index } = await spaces.open(space);
      assert.deepEqual([rows.length, rows.deadRows], [300, 0]);
      assert.deepEqual([...index.vector(rows.rowOf(1000, 0)!)], [1000, 1]);
    });
    assert.deepEqual(sizes(folder), [300]);
  });
});
