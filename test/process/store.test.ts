import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { MessageChannel } from "node:worker_threads";
import { AppError } from "../../src/common/errors";
import { portTransport } from "../../src/protocol/port-transport";
import { RpcPeer } from "../../src/protocol/rpc";
import { Store } from "../../src/store/store-client";
import { buildStore } from "../fixtures/store/build";
import { copyStore } from "../fixtures/store/files";
import { removeTemporaryFolders, temporaryFolder } from "../fixtures/store/folders";

const at = 1_760_000_000_000;
const chat = (id: string) => ({ id, title: id, systemPrompt: "", createdAt: at });

describe("store worker", function () {
  this.timeout(300_000);
  let built: Awaited<ReturnType<typeof buildStore>>;
  const stores: Store[] = [];
  const children: ChildProcess[] = [];

  before(async () => {
    built = await buildStore(temporaryFolder());
  });
  afterEach(async () => {
    for (const child of children.splice(0)) {
      child.kill("SIGKILL");
    }
    await Promise.allSettled(stores.splice(0).map((store) => store.close()));
  });
  after(removeTemporaryFolders);

  function makeStore(directory: string, options: { workerPath?: string; log?: string[] } = {}): Store {
    const { workerPath = built.workerPath, log = [] } = options;
    const write = (text: string) => void log.push(text);
    const logger = { trace: write, debug: write, info: write, warn: write, error: write };
    const store = new Store({
      directory,
      workerPath,
      wasmPath: built.wasmPath,
      kernelPath: built.kernelPath,
      logger,
    });
    stores.push(store);
    return store;
  }

  function startHammer(directory: string, prefix: string) {
    const { hammerPath, workerPath, wasmPath, kernelPath } = built;
    const child = spawn(process.execPath, [hammerPath, directory, workerPath, wasmPath, kernelPath, prefix], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    children.push(child);
    let output = "";
    let errors = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
    return {
      child,
      errors: () => errors,
      /** A line that was cut by the kill says nothing. */
      lines: () => output.split("\n").slice(0, -1),
    };
  }

  it("keeps chats over a close and a new start", async () => {
    const folder = join(temporaryFolder(), "not", "there", "yet");
    const first = makeStore(folder);
    assert.deepEqual((await first.open()).repairs, []);
    assert.equal(await first.request("createChat", { chat: chat("c") }), null);
    await first.close();
    assert.equal(existsSync(join(folder, "store.lock")), false);
    await assert.rejects(first.request("listChats", null), { name: "AppError", code: "peer-closed" });
    const second = makeStore(folder);
    assert.deepEqual(await second.request("listChats", null), [
      { id: "c", title: "c", createdAt: at, updatedAt: at, messageCount: 0 },
    ]);
    await assert.rejects(second.request("deleteChat", { chatId: "nope" }), {
      name: "AppError",
      code: "invalid-input",
      message: "This chat no longer exists.",
    });
  });

  it("loses no acknowledged change to kill -9, at any moment, checkpoints included", async () => {
    const folder = temporaryFolder();
    const revisions = new Map<string, number>();
    const deleted = new Set<string>();
    let kills = 0;
    let killsDuringWrites = 0;
    for (; kills < 24; kills++) {
      const hammer = startHammer(folder, `k${kills}`);
      // A quarter of the kills falls into the start, the others into writing.
      if (kills % 4 === 0) {
        await wait(40 + Math.random() * 300);
      } else {
        const progress = 5 + ((kills * 7) % 36);
        while (hammer.lines().length < progress) {
          await once(hammer.child.stdout, "data");
        }
        await wait(Math.random() * 50);
      }
      hammer.child.kill("SIGKILL");
      await once(hammer.child, "close");
      assert.equal(hammer.errors(), "");
      for (const line of hammer.lines()) {
        const [id = "", revision = "1"] = line.slice(1).split(" ");
        if (line.startsWith("-")) {
          deleted.add(id);
        } else if (/^[+=]/.test(line)) {
          revisions.set(id, Number(revision));
        }
      }
      killsDuringWrites += hammer.lines().length > 1 ? 1 : 0;

      // What is looked at is a copy, so that the folder itself only ever knows crashes.
      const copy = join(temporaryFolder(), "copy");
      copyStore(folder, copy);
      const store = makeStore(copy);
      const { repairs } = await store.open();
      assert.deepEqual(
        repairs.filter((repair) => !repair.includes("unfinished change")),
        [],
        `kill ${kills}`,
      );
      const present = new Set((await store.request("listChats", null)).map(({ id }) => id));
      for (const [id, revision] of revisions) {
        if (deleted.has(id)) {
          assert.equal(present.has(id), false, `kill ${kills}: ${id} is back`);
          continue;
        }
        const text = (await store.request("getChat", { chatId: id }))?.messages[0]?.text;
        // A later revision, or the deletion, may have been under way.
        const isThere = text !== undefined && Number.parseInt(text) >= revision && text.includes(` ${id} `);
        const mayBeDeleted = text === undefined && revision === 4 && Number(id.split("-")[2]) % 3 === 1;
        assert.ok(
          isThere || mayBeDeleted,
          `kill ${kills}: ${id} lost revision ${revision}: ${text?.slice(0, 30)}`,
        );
      }
      await store.close();
      rmSync(copy, { recursive: true });
    }
    assert.ok(killsDuringWrites >= 18, `only ${killsDuringWrites} kills fell into writing`);
    assert.ok(revisions.size > 50, `only ${revisions.size} chats were written`);
  });

  it("tells a second window that the store is in use, and lets it in when the first is killed", async () => {
    const folder = temporaryFolder();
    const hammer = startHammer(folder, "h");
    await once(hammer.child.stdout, "data");
    const store = makeStore(folder);
    await assert.rejects(store.open(), {
      code: "store-locked",
      message:
        "Another window has the chats, evaluations and picture index of this workspace open. Close it, then reload this window.",
    });
    hammer.child.kill("SIGKILL");
    await once(hammer.child, "exit");
    await store.open();
    assert.ok((await store.request("listChats", null)).length > 0);
  });

  it("lets exactly one of several processes take over a stale lock", async () => {
    for (let round = 0; round < 3; round++) {
      const folder = temporaryFolder();
      const dead = startHammer(folder, "dead");
      await once(dead.child.stdout, "data");
      dead.child.kill("SIGKILL");
      await once(dead.child, "exit");
      const rivals = [0, 1, 2, 3].map((index) => startHammer(folder, `r${index}`));
      await Promise.race(rivals.map(({ child }) => once(child.stdout, "data")));
      await wait(500);
      assert.equal(rivals.filter(({ lines }) => lines().length > 0).length, 1);
      for (const { child } of rivals) {
        child.kill("SIGKILL");
      }
    }
  });

  it("starts again after its worker died, with everything that was acknowledged", async () => {
    const log: string[] = [];
    const store = makeStore(temporaryFolder(), { workerPath: built.fragileWorkerPath, log });
    await store.request("createChat", { chat: chat("a") });
    const pending = [store.request("getChat", { chatId: "crash" }), store.request("listChats", null)];
    for (const result of await Promise.allSettled(pending)) {
      assert.equal(result.status, "rejected");
      assert.ok(result.reason instanceof AppError && result.reason.code === "peer-closed");
    }
    assert.deepEqual(
      (await store.request("listChats", null)).map(({ id }) => id),
      ["a"],
    );
    await assert.rejects(store.request("getChat", { chatId: "throw" }), {
      code: "peer-closed",
      message: /Deliberate failure/,
    });
    await store.request("createChat", { chat: chat("b") });
    assert.ok(log.some((line) => line.includes("Deliberate failure")));
  });

  it("gives up for a while when its worker dies again and again", async () => {
    const store = makeStore(temporaryFolder(), { workerPath: built.fragileWorkerPath });
    for (let crash = 0; crash < 4; crash++) {
      await assert.rejects(store.request("getChat", { chatId: "crash" }), {
        code: "peer-closed",
        message: /exit code 9/,
      });
    }
    await assert.rejects(store.request("listChats", null), {
      code: "peer-closed",
      message: /stopped 4 times within a minute/,
    });
  });

  it("explains a missing worker file and a missing wasm file", async () => {
    const folder = temporaryFolder();
    await assert.rejects(makeStore(folder, { workerPath: join(folder, "none.js") }).open(), {
      code: "peer-closed",
    });
    const { workerPath } = built;
    const store = new Store({
      directory: folder,
      workerPath,
      wasmPath: join(folder, "none.wasm"),
      kernelPath: built.kernelPath,
    });
    stores.push(store);
    await assert.rejects(store.open(), { code: "file-error", message: /none\.wasm/ });
    assert.equal(existsSync(join(folder, "store.lock")), false);
  });

  it("explains a folder that cannot be one", async () => {
    const path = join(temporaryFolder(), "file");
    writeFileSync(path, "");
    await assert.rejects(makeStore(join(path, "store")).open(), { name: "AppError", code: "file-error" });
  });

  it("explains a folder it may not write to", async function () {
    if (process.getuid?.() === 0 || process.platform === "win32") {
      this.skip();
    }
    const folder = join(temporaryFolder(), "read-only");
    mkdirSync(folder);
    chmodSync(folder, 0o500);
    await assert.rejects(makeStore(folder).open(), { code: "read-only" });
  });

  it("refuses changes on a full disk, keeps what it had, and goes on when there is room", async function () {
    const folder = temporaryFolder();
    try {
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=400k", "tmpfs", folder], { stdio: "ignore" });
    } catch {
      // Only root may mount; the injected failures of the unit tests cover the rest.
      this.skip();
    }
    try {
      const store = makeStore(folder);
      await store.request("createChat", { chat: chat("c") });
      writeFileSync(join(folder, "ballast"), Buffer.alloc(100_000));
      const kept: string[] = [];
      const addMessage = (id: string) =>
        store.request("addMessages", {
          chatId: "c",
          messages: [{ id, role: "user", text: "x".repeat(20_000), status: "complete", createdAt: at }],
        });
      const failure = await (async () => {
        for (let index = 0; ; index++) {
          await addMessage(`m${index}`);
          kept.push(`m${index}`);
        }
      })().catch((error: unknown) => error);
      assert.ok(failure instanceof AppError && failure.code === "no-space", String(failure));
      assert.ok(kept.length > 3);
      await assert.rejects(store.request("checkpoint", null), { code: "no-space" });
      const ids = async () => (await store.request("getChat", { chatId: "c" }))?.messages.map(({ id }) => id);
      assert.deepEqual(await ids(), kept);
      rmSync(join(folder, "ballast"));
      await addMessage("after");
      kept.push("after");
      await store.close();
      const copy = join(temporaryFolder(), "copy");
      copyStore(folder, copy);
      const reopened = makeStore(copy);
      assert.deepEqual((await reopened.open()).repairs, []);
      const messages = (await reopened.request("getChat", { chatId: "c" }))?.messages;
      assert.deepEqual(
        messages?.map(({ id }) => id),
        kept,
      );
    } finally {
      await Promise.allSettled(stores.splice(0).map((store) => store.close()));
      execFileSync("umount", [folder]);
    }
  });

  it("folds a long journal into the database by itself", async () => {
    const folder = temporaryFolder();
    const store = makeStore(folder);
    await store.request("createChat", { chat: chat("c") });
    for (let index = 0; !existsSync(join(folder, "store.sqlite")); index++) {
      assert.ok(index < 100, "no checkpoint after ten megabytes");
      const text = "y".repeat(100_000);
      const messages = [
        { id: `m${index}`, role: "user" as const, text, status: "complete" as const, createdAt: at },
      ];
      await store.request("addMessages", { chatId: "c", messages });
    }
    assert.equal(readFileSync(join(folder, "store.sqlite")).toString("latin1", 0, 15), "SQLite format 3");
  });
});

describe("port transport", () => {
  it("rejects what is pending when the other end closes", async () => {
    const { port1, port2 } = new MessageChannel();
    type Wire = {
      never: { params: null; result: null; event: never };
      double: { params: number; result: number; event: never };
    };
    new RpcPeer<Wire, Record<never, never>>(portTransport(port2), {
      never: () => new Promise<null>(() => {}),
      double: (value) => value * 2,
    });
    const peer = new RpcPeer<Record<never, never>, Wire>(portTransport(port1), {});
    assert.equal(await peer.request("double", 21), 42);
    const pending = peer.request("never", null);
    port2.close();
    await assert.rejects(pending, { code: "peer-closed" });
    await assert.rejects(peer.request("double", 1), { code: "peer-closed" });
  });
});
