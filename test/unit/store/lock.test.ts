import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FolderLock } from "../../../src/store/worker/lock";
import { processIdentity } from "../../../src/store/worker/process-identity";
import { removeTemporaryFolders, temporaryFolder } from "../../fixtures/store/folders";
import { newChat, openSession } from "../../fixtures/store/sessions";

describe("store lock", function () {
  this.timeout(30_000);
  let folder: string;
  let path: string;
  const children: ChildProcess[] = [];

  beforeEach(() => {
    folder = temporaryFolder();
    path = join(folder, "store.lock");
  });
  afterEach(() => {
    for (const child of children.splice(0)) {
      child.kill("SIGKILL");
    }
  });
  after(removeTemporaryFolders);

  async function startProcess(): Promise<number> {
    const child = spawn(process.execPath, ["-e", "console.log(1); setInterval(() => {}, 1000)"]);
    children.push(child);
    await once(child.stdout, "data");
    return child.pid!;
  }

  /** Rewrites who owns the lock, as another process would have written it. */
  async function pretendOwner(change: Record<string, unknown>): Promise<void> {
    const lock = await FolderLock.acquire({ path, client: "other", waitMs: 0 });
    const owner = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
    lock.release();
    writeFileSync(path, JSON.stringify({ ...owner, ...change }));
  }

  it("is held by one owner, and free again after its release", async () => {
    const lock = await FolderLock.acquire({ path, client: "one", waitMs: 0 });
    await assert.rejects(FolderLock.acquire({ path, client: "two", waitMs: 0 }), {
      code: "store-locked",
      message:
        "Another window has the chats, evaluations and picture index of this workspace open. Close it, then reload this window.",
    });
    lock.assertHeld();
    lock.release();
    const next = await FolderLock.acquire({ path, client: "two", waitMs: 0 });
    next.release();
    assert.deepEqual(readdirSync(folder), []);
  });

  it("is waited for, as a window that reloads needs it", async () => {
    const lock = await FolderLock.acquire({ path, client: "one", waitMs: 0 });
    const waiting = FolderLock.acquire({ path, client: "two", waitMs: 20_000 });
    setTimeout(() => lock.release(), 300);
    (await waiting).release();
  });

  it("is taken over at once from a process that was killed", async () => {
    const pid = await startProcess();
    await pretendOwner({ pid, process: processIdentity(pid) ?? null });
    await assert.rejects(FolderLock.acquire({ path, client: "two", waitMs: 0 }), { code: "store-locked" });
    children[0]!.kill("SIGKILL");
    await once(children[0]!, "exit");
    (await FolderLock.acquire({ path, client: "two", waitMs: 0 })).release();
  });

  it("is taken over at once when another process has the owner's number now", async function () {
    const pid = await startProcess();
    if (processIdentity(pid) === undefined) {
      this.skip();
    }
    await pretendOwner({ pid, process: "another boot:123" });
    (await FolderLock.acquire({ path, client: "two", waitMs: 0 })).release();
  });

  it("is taken over at once by the successor of a worker that died in the same process", async () => {
    await pretendOwner({ client: "same" });
    await assert.rejects(FolderLock.acquire({ path, client: "different", waitMs: 0 }), {
      code: "store-locked",
    });
    (await FolderLock.acquire({ path, client: "same", waitMs: 0 })).release();
  });

  it("of another machine is respected while it is touched, and taken over when it stays silent", async () => {
    await pretendOwner({ host: "elsewhere" });
    const heart = setInterval(() => utimesSync(path, new Date(), new Date()), 200);
    await assert.rejects(FolderLock.acquire({ path, client: "two", waitMs: 4_200 }), {
      code: "store-locked",
    });
    clearInterval(heart);
    (await FolderLock.acquire({ path, client: "two", waitMs: 4_200 })).release();
  });

  it("with unreadable content is taken over only when it stays silent", async () => {
    writeFileSync(path, "");
    await assert.rejects(FolderLock.acquire({ path, client: "two", waitMs: 0 }), { code: "store-locked" });
    (await FolderLock.acquire({ path, client: "two", waitMs: 4_200 })).release();
  });

  it("goes to exactly one of many who find it stale", async () => {
    for (let round = 0; round < 20; round++) {
      await pretendOwner({ pid: 2 ** 22 + 1, process: "gone" });
      const results = await Promise.allSettled(
        Array.from({ length: 8 }, (_, index) => FolderLock.acquire({ path, client: `${index}`, waitMs: 0 })),
      );
      const held = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
      assert.equal(held.length, 1);
      held[0]!.release();
    }
  });

  it("that was lost makes the store refuse changes instead of writing beside the new owner", async () => {
    const session = await openSession(folder);
    await session.write(newChat("a"));
    const mine = readFileSync(path, "utf8");
    writeFileSync(path, mine.replace(/"token":"[^"]+"/, '"token":"someone else"'));
    await assert.rejects(session.write(newChat("b")), { code: "store-locked" });
    rmSync(path);
    await assert.rejects(session.write(newChat("b")), { code: "file-missing" });
    writeFileSync(path, mine);
    await session.write(newChat("b"));
    await session.close();
    assert.equal(existsSync(path), false);
  });
});
