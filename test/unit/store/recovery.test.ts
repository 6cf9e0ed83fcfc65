import assert from "node:assert/strict";
import {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { AppError } from "../../../src/common/errors";
import { encodeChange, scanJournal } from "../../../src/store/worker/journal-codec";
import { latestSchemaVersion } from "../../../src/store/worker/migrations";
import { listChats } from "../../../src/store/worker/chats";
import { copyStore, unsyncedFiles } from "../../fixtures/store/files";
import { removeTemporaryFolders, temporaryFolder } from "../../fixtures/store/folders";
import { add, messageIds, newChat, openSession, withSession } from "../../fixtures/store/sessions";

const options = { files: unsyncedFiles };

/**
 * A folder with a database, a backup that is older, the journal between them, and changes after the
 * database. Left as by a crash.
 */
async function makeStore(): Promise<{ folder: string; ids: string[] }> {
  const source = temporaryFolder();
  const session1 = await openSession(source, options);
  await session1.write(newChat("c"));
  await add(session1, "c", "in backup 1");
  await add(session1, "c", "in backup 2");
  await session1.close();
  const session2 = await openSession(source, options);
  await add(session2, "c", "in database");
  await session2.checkpoint();
  await add(session2, "c", "in journal 1");
  await add(session2, "c", "in journal 2");
  const folder = join(temporaryFolder(), "store");
  copyStore(source, folder);
  await session2.close();
  return { folder, ids: ["in backup 1", "in backup 2", "in database", "in journal 1", "in journal 2"] };
}

function journals(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => /^journal-\d+\.log$/.test(name))
    .sort()
    .map((name) => join(folder, name));
}

function aside(folder: string): string[] {
  return readdirSync(folder).filter((name) => /\.(damaged|unapplied)-\d{14}/.test(name));
}

async function reopen(folder: string) {
  return withSession(
    folder,
    async (session) => {
      const ids = await messageIds(session, "c");
      if ((await session.read(listChats)).length > 0) {
        await add(session, "c", `new ${ids.length}`);
      }
      return { ids, repairs: session.opened.repairs };
    },
    options,
  );
}

describe("store recovery", function () {
  this.timeout(180_000);
  let store: Awaited<ReturnType<typeof makeStore>>;
  let template: string;

  before(async () => {
    store = await makeStore();
    template = store.folder;
  });
  after(removeTemporaryFolders);

  function copy(): string {
    const folder = join(temporaryFolder(), "store");
    copyStore(template, folder);
    return folder;
  }

  it("opens what a crash left, without a repair", async () => {
    assert.deepEqual(await reopen(copy()), { ids: store.ids, repairs: [] });
  });

  it("cuts a torn tail at every byte of the last record and reports it", async () => {
    const last = journals(template).at(-1)!;
    const records = scanJournal(readFileSync(last)).records;
    const { start, end } = records.at(-1)!;
    for (let length = start + 1; length < end; length++) {
      const folder = copy();
      truncateSync(journals(folder).at(-1)!, length);
      const { ids, repairs } = await reopen(folder);
      assert.deepEqual(ids, store.ids.slice(0, -1), `cut at ${length}`);
      assert.equal(repairs.length, 1);
      assert.match(repairs[0]!, new RegExp(`${length - start} bytes of an unfinished change`));
      const again = await reopen(folder);
      assert.deepEqual(again, { ids: [...ids, `new ${ids.length}`], repairs: [] });
    }
  });

  it("loses nothing to a flipped bit anywhere in the database file", async () => {
    const size = statSync(join(template, "store.sqlite")).size;
    for (let offset = 0; offset < size; offset += offset < 200 ? 7 : 211) {
      const folder = copy();
      const path = join(folder, "store.sqlite");
      const bytes = readFileSync(path);
      bytes[offset]! ^= 1 << (offset % 8);
      writeFileSync(path, bytes);
      const { ids, repairs } = await reopen(folder);
      assert.deepEqual(ids, store.ids, `offset ${offset}`);
      assert.equal(repairs.length, 2, `offset ${offset}: ${repairs.join()}`);
      const kept = aside(folder).find((name) => name.startsWith("store.damaged-"));
      assert.ok(kept && readFileSync(join(folder, kept)).equals(bytes));
      const again = await reopen(folder);
      assert.deepEqual(again, { ids: [...ids, `new ${ids.length}`], repairs: [] });
    }
  });

  it("loses nothing to a flipped bit in the backup", async () => {
    const folder = copy();
    const path = join(folder, "store.sqlite.backup");
    const bytes = readFileSync(path);
    bytes[500]! ^= 4;
    writeFileSync(path, bytes);
    assert.deepEqual(await reopen(folder), { ids: store.ids, repairs: [] });
    truncateSync(join(folder, "store.sqlite"), 100);
    const { ids } = await reopen(folder);
    assert.deepEqual(ids, [...store.ids, `new ${store.ids.length}`]);
  });

  it("never loses a change silently to a flipped bit in the journal", async () => {
    const last = journals(template).at(-1)!;
    const original = readFileSync(last);
    for (let offset = 0; offset < original.length; offset += 3) {
      const folder = copy();
      const path = journals(folder).at(-1)!;
      const bytes = Buffer.from(original);
      bytes[offset]! ^= 1 << (offset % 8);
      writeFileSync(path, bytes);
      const { ids, repairs } = await reopen(folder);
      assert.deepEqual(ids, store.ids.slice(0, ids.length), `offset ${offset}`);
      assert.ok(ids.length >= 3, `offset ${offset}`);
      if (ids.length < store.ids.length) {
        assert.notEqual(repairs.length, 0, `offset ${offset}`);
        if (!repairs.some((repair) => repair.includes("unfinished"))) {
          const kept = aside(folder).find((name) => name.startsWith("journal-"));
          assert.ok(kept && readFileSync(join(folder, kept)).equals(bytes), `offset ${offset}`);
        }
      }
      const again = await reopen(folder);
      assert.deepEqual(again.ids, [...ids, `new ${ids.length}`], `offset ${offset}`);
      assert.deepEqual(again.repairs, [], `offset ${offset}`);
    }
  });

  it("makes the backup from the file that was opened, byte for byte", async () => {
    const folder = copy();
    const opened = readFileSync(join(folder, "store.sqlite"));
    await reopen(folder);
    assert.ok(readFileSync(join(folder, "store.sqlite.backup")).equals(opened));
  });

  it("does not need the journal between backup and database while the database is sound", async () => {
    const folder = copy();
    const [older] = journals(folder);
    const bytes = readFileSync(older!);
    bytes[bytes.length - 20]! ^= 1;
    writeFileSync(older!, bytes);
    assert.deepEqual(await reopen(folder), { ids: store.ids, repairs: [] });
  });

  it("uses backup and journal when the database file is missing or empty", async () => {
    for (const damage of [(path: string) => rmSync(path), (path: string) => truncateSync(path, 0)]) {
      const folder = copy();
      damage(join(folder, "store.sqlite"));
      const { ids, repairs } = await reopen(folder);
      assert.deepEqual(ids, store.ids);
      assert.match(repairs[0]!, /the backup and the journal were used/);
    }
  });

  it("makes the database again from the journal when there is no backup yet", async () => {
    const folder = temporaryFolder();
    await withSession(
      folder,
      async (session) => {
        await session.write(newChat("c"));
        await add(session, "c", "a", "b");
      },
      options,
    );
    truncateSync(join(folder, "store.sqlite"), 3000);
    const { ids, repairs } = await reopen(folder);
    assert.deepEqual(ids, ["a", "b"]);
    assert.match(repairs[0]!, /made again from the journal/);
  });

  it("says where everything was put when nothing can restore it, and then begins anew", async () => {
    const folder = copy();
    const damaged = Buffer.alloc(3000, 7);
    writeFileSync(join(folder, "store.sqlite"), damaged);
    writeFileSync(join(folder, "store.sqlite.backup"), damaged);
    const kept = await openSession(folder, options).then(
      () => assert.fail("opened"),
      (error: unknown) => {
        assert.ok(error instanceof AppError && error.code === "store-damaged");
        const path = String(error.args[0]);
        assert.ok(error.message.includes(path));
        return path;
      },
    );
    assert.ok(readFileSync(kept).equals(damaged));
    assert.equal(journals(folder).length, 0);
    assert.deepEqual(await reopen(folder), { ids: [], repairs: [] });
    assert.ok(existsSync(kept));
  });

  it("stops at a change that cannot be applied, and keeps the rest of the journal aside", async () => {
    const folder = copy();
    const path = journals(folder).at(-1)!;
    const bytes = readFileSync(path);
    const sequence = scanJournal(bytes).records.at(-1)!.sequence;
    const bad = Buffer.concat([
      bytes,
      encodeChange(sequence + 1, [
        { sql: "DELETE FROM chats", params: [] },
        { sql: "INSERT INTO no_such_table VALUES (1)", params: [] },
      ]),
      encodeChange(sequence + 2, [{ sql: "DELETE FROM chats", params: [] }]),
    ]);
    writeFileSync(path, bad);
    const { ids, repairs } = await reopen(folder);
    assert.deepEqual(ids, store.ids);
    assert.match(repairs[0]!, new RegExp(`change ${sequence + 1} could not be applied .*no_such_table`));
    assert.ok(readFileSync(join(folder, aside(folder)[0]!)).equals(bad));
    assert.deepEqual(await reopen(folder), { ids: [...ids, `new ${ids.length}`], repairs: [] });
  });

  it("reports a gap in the journal and sets aside what follows it", async () => {
    const folder = copy();
    const [older, newer] = journals(folder);
    rmSync(join(folder, "store.sqlite"));
    rmSync(older!);
    const content = readFileSync(newer!);
    const { ids, repairs } = await reopen(folder);
    assert.deepEqual(ids, store.ids.slice(0, 2));
    assert.ok(repairs.some((repair) => /change \d+ is missing/.test(repair)));
    assert.ok(aside(folder).some((name) => readFileSync(join(folder, name)).equals(content)));
    assert.deepEqual(await reopen(folder), { ids: [...ids, `new ${ids.length}`], repairs: [] });
  });

  it("uses a database without its journal, and says that changes may be missing", async () => {
    const folder = copy();
    for (const path of [...journals(folder), join(folder, "store.sqlite.backup")]) {
      rmSync(path);
    }
    const { ids, repairs } = await reopen(folder);
    assert.deepEqual(ids, store.ids.slice(0, 3));
    assert.match(repairs.join(), /journal was missing/);
    assert.deepEqual(await reopen(folder), { ids: [...ids, `new ${ids.length}`], repairs: [] });
  });

  it("keeps the number of journal files bounded, and can still restore everything", async () => {
    const folder = temporaryFolder();
    const limits = { journalBytes: 2000, journalFiles: 3 };
    const expected: string[] = [];
    const crashed = join(temporaryFolder(), "copy");
    await withSession(
      folder,
      async (session) => {
        await session.write(newChat("c"));
        for (let index = 0; index < 60; index++) {
          expected.push(`m${index}`);
          await add(session, "c", `m${index}`);
          if (index % 10 === 9) {
            await session.checkpoint();
          }
        }
        assert.ok(journals(folder).length <= limits.journalFiles + 1, journals(folder).join());
        copyStore(folder, crashed);
      },
      { ...options, limits },
    );
    truncateSync(join(crashed, "store.sqlite"), 4096);
    assert.deepEqual((await reopen(crashed)).ids, expected);
  });
});

describe("store versions", () => {
  after(removeTemporaryFolders);

  it("refuses a newer database with a request to update, and changes no byte", async () => {
    for (const isInJournal of [false, true]) {
      const source = temporaryFolder();
      const session = await openSession(source, options);
      await session.write(newChat("c"));
      await session.write(({ run }) => run(`PRAGMA user_version = ${latestSchemaVersion + 1}`));
      if (!isInJournal) {
        await session.checkpoint();
      }
      const folder = join(temporaryFolder(), "store");
      copyStore(source, folder);
      await session.close();
      const content = () =>
        readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "latin1")]);
      const before = content();
      await assert.rejects(openSession(folder, options), {
        code: "store-newer",
        message: /Update the extension/,
      });
      assert.deepEqual(content(), before);
    }
  });

  it("refuses a newer journal format in the same way", async () => {
    const folder = temporaryFolder();
    await withSession(folder, (session) => session.write(newChat("c")), options);
    writeFileSync(journals(folder).at(-1)!, "LMJRNL02 and more");
    await assert.rejects(openSession(folder, options), { code: "store-newer" });
  });

  it("brings a database that has no schema yet to the latest, and again after a crash in between", async () => {
    const folder = temporaryFolder();
    await withSession(
      folder,
      async (session) => {
        assert.equal(session.opened.schemaVersion, latestSchemaVersion);
        assert.equal(session.opened.replayedRecords, 0);
        const copy = join(temporaryFolder(), "copy");
        copyStore(folder, copy);
        const journal = journals(copy)[0]!;
        truncateSync(journal, statSync(journal).size - 1);
        await withSession(
          copy,
          async (again) => {
            assert.equal(again.opened.schemaVersion, latestSchemaVersion);
            assert.equal(again.opened.repairs.length, 1);
            await again.write(newChat("c"));
          },
          options,
        );
      },
      options,
    );
  });
});
