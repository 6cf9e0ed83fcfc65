import assert from "node:assert/strict";
import { join } from "node:path";
import { AppError } from "../../../src/common/errors";
import type { Files } from "../../../src/store/worker/files";
import { copyStore, interruptibleFiles, systemError, unsyncedFiles } from "../../fixtures/store/files";
import { removeTemporaryFolders, temporaryFolder } from "../../fixtures/store/folders";
import { add, messageIds, newChat, openSession, withSession } from "../../fixtures/store/sessions";

const limits = { journalBytes: 100_000, journalFiles: 2 };

/** Several windows' lives: writes, checkpoints with writes meanwhile, backups, closing, reopening. */
async function liveThrough(folder: string, files: Files, acknowledged: string[]): Promise<void> {
  for (let life = 0; life < 3; life++) {
    await withSession(
      folder,
      async (session) => {
        if (life === 0) {
          await session.write(newChat("c"));
        }
        for (let round = 0; round < 3; round++) {
          const ids = [0, 1, 2].map((index) => `${life}-${round}-${index}`);
          const checkpoint = round > 0 ? session.checkpoint() : undefined;
          await Promise.all(
            ids.map(async (id) => {
              await add(session, "c", id);
              acknowledged.push(id);
            }),
          );
          await checkpoint;
        }
      },
      { files, limits },
    );
  }
}

describe("a store that is cut off", function () {
  this.timeout(120_000);
  after(removeTemporaryFolders);

  it("has every acknowledged change, whichever step of its life was the last", async () => {
    const live = temporaryFolder();
    const copies = temporaryFolder();
    const snapshots: { folder: string; step: string; acknowledged: string[] }[] = [];
    const acknowledged: string[] = [];
    const files = interruptibleFiles(unsyncedFiles, (operation) => {
      const folder = join(copies, String(snapshots.length));
      copyStore(live, folder);
      snapshots.push({ folder, step: `${snapshots.length} ${operation}`, acknowledged: [...acknowledged] });
    });
    await liveThrough(live, files, acknowledged);
    assert.equal(acknowledged.length, 27);
    assert.ok(snapshots.length > 150, `only ${snapshots.length} steps`);

    for (const { folder, step, acknowledged: expected } of snapshots) {
      const first = await withSession(
        folder,
        async (session) => {
          assert.deepEqual(
            session.opened.repairs.filter((repair) => !repair.includes("unfinished change")),
            [],
            step,
          );
          const ids = await messageIds(session, "c");
          // Changes that were under way may be there; nothing else may be, and nothing may be missing.
          assert.deepEqual(ids.slice(0, expected.length), expected, step);
          assert.ok(ids.length <= expected.length + 3, step);
          if (expected.length > 0) {
            await add(session, "c", "after");
          }
          return messageIds(session, "c");
        },
        { files: unsyncedFiles, limits },
      );
      await withSession(
        folder,
        async (session) => {
          assert.deepEqual(session.opened.repairs, [], step);
          assert.deepEqual(await messageIds(session, "c"), first, step);
        },
        { files: unsyncedFiles, limits },
      );
    }
  });

  it("survives a crash during the recovery from a crash during the recovery from damage", async () => {
    const live = temporaryFolder();
    await liveThrough(live, unsyncedFiles, []);
    const expected = await withSession(live, (session) => messageIds(session, "c"), {
      files: unsyncedFiles,
      limits,
    });
    const { truncateSync } = await import("node:fs");
    truncateSync(join(live, "store.sqlite"), 5000);
    const copies = temporaryFolder();
    let count = 0;
    const files = interruptibleFiles(unsyncedFiles, () => copyStore(live, join(copies, String(count++))));
    const session = await openSession(live, { files, limits });
    assert.equal(session.opened.repairs.length, 2);
    await session.close();
    assert.ok(count > 5);
    for (let index = 0; index < count; index++) {
      await withSession(
        join(copies, String(index)),
        async (again) => {
          assert.deepEqual(await messageIds(again, "c"), expected, `step ${index}`);
        },
        { files: unsyncedFiles, limits },
      );
    }
  });

  it("makes bytes durable before it puts them in place or acknowledges them", async () => {
    const folder = temporaryFolder();
    const trace: string[] = [];
    const files = interruptibleFiles(unsyncedFiles, (operation) => trace.push(operation));
    await withSession(
      folder,
      async (session) => {
        trace.length = 0;
        await session.write(newChat("c"));
        assert.deepEqual(trace, ["write", "write", "sync"]);
        trace.length = 0;
        await session.checkpoint();
        assert.deepEqual(trace, [
          ...["open", "write", "write", "sync"],
          ...["write", "write", "sync"],
          ...["writeWhole", "writeWhole", "rename"],
        ]);
      },
      { files },
    );
  });

  it("shares one fsync among changes that arrive together", async () => {
    let syncs = 0;
    const files: Files = {
      ...unsyncedFiles,
      sync: () => {
        syncs++;
      },
    };
    await withSession(
      temporaryFolder(),
      async (session) => {
        await session.write(newChat("c"));
        syncs = 0;
        await Promise.all(Array.from({ length: 50 }, (_, index) => add(session, "c", `m${index}`)));
        assert.equal(syncs, 1);
      },
      { files },
    );
  });
});

describe("a store whose disk fails", function () {
  this.timeout(60_000);
  after(removeTemporaryFolders);

  const failures = [
    ["ENOSPC", "no-space"],
    ["EROFS", "read-only"],
    ["EIO", "file-error"],
  ] as const;

  for (const operation of ["write", "sync"] as const) {
    for (const [errno, code] of failures) {
      it(`refuses the change on ${errno} in ${operation}, undoes it, and goes on afterwards`, async () => {
        const folder = temporaryFolder();
        let countdown = -1;
        const files = interruptibleFiles(unsyncedFiles, (called) => {
          if (called === operation && countdown-- === 0) {
            throw systemError(errno);
          }
        });
        await withSession(
          folder,
          async (session) => {
            await session.write(newChat("c"));
            await add(session, "c", "before");
            // A write is interrupted in its middle, so that half a record stands in the file.
            countdown = operation === "write" ? 1 : 0;
            const results = await Promise.allSettled([
              add(session, "c", "lost 1"),
              add(session, "c", "lost 2"),
            ]);
            for (const result of results) {
              assert.equal(result.status, "rejected");
              assert.equal((result.reason as { code: string }).code, code);
            }
            assert.deepEqual(await messageIds(session, "c"), ["before"]);
            await add(session, "c", "after");
            const copy = join(temporaryFolder(), "copy");
            copyStore(folder, copy);
            await withSession(copy, async (reopened) => {
              assert.deepEqual(reopened.opened.repairs, []);
              assert.deepEqual(await messageIds(reopened, "c"), ["before", "after"]);
            });
          },
          { files },
        );
      });
    }
  }

  it("refuses changes while half a record cannot be cut off, and none of them comes back", async () => {
    const folder = temporaryFolder();
    let isFull = false;
    const files = interruptibleFiles(unsyncedFiles, (operation) => {
      if (isFull && (operation === "sync" || operation === "truncate")) {
        throw systemError("EIO");
      }
    });
    await withSession(
      folder,
      async (session) => {
        await session.write(newChat("c"));
        isFull = true;
        await assert.rejects(add(session, "c", "lost"), { code: "file-error" });
        await assert.rejects(add(session, "c", "lost too"), { code: "file-error" });
        isFull = false;
        await add(session, "c", "kept");
      },
      { files },
    );
    await withSession(folder, async (session) => assert.deepEqual(await messageIds(session, "c"), ["kept"]));
  });

  it("keeps everything when each step of a checkpoint fails in turn", async () => {
    for (let failAt = 0; failAt < 12; failAt++) {
      const folder = temporaryFolder();
      let countdown = -1;
      const files = interruptibleFiles(unsyncedFiles, () => {
        if (countdown-- === 0) {
          throw systemError("ENOSPC");
        }
      });
      const session = await openSession(folder, { files });
      await session.write(newChat("c"));
      await add(session, "c", "a");
      countdown = failAt;
      const failed = await session.checkpoint().then(
        () => false,
        (error: unknown) => error instanceof AppError && error.code === "no-space",
      );
      assert.equal(failed, failAt < 10, `step ${failAt}`);
      countdown = -1;
      await add(session, "c", "b");
      const crashed = join(temporaryFolder(), "copy");
      copyStore(folder, crashed);
      await session.checkpoint();
      await session.close();
      for (const path of [crashed, folder]) {
        await withSession(path, async (again) => {
          assert.deepEqual(again.opened.repairs, [], `step ${failAt}`);
          assert.deepEqual(await messageIds(again, "c"), ["a", "b"], `step ${failAt}`);
        });
      }
    }
  });
});
