import * as assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { createInterface } from "node:readline";
import { tryLock } from "../../../src/library/file-lock";
import { toFileError } from "../../../src/library/cache-layout";
import { scanDownloaded, scanPartial } from "../../../src/library/downloaded";
import { HubServer } from "../../fixtures/hub-server";
import { ggufContent, pullAll, pullContext, sha256, useTemporaryFolder } from "./support";

const id = "org/tiny-gguf";
const primaryFile = "tiny-Q4_K_M.gguf";
const content = ggufContent("q4", 6_000_000);
const child = path.join(__dirname, "pull-child.ts");

describe("pull across processes", function () {
  this.timeout(30_000);
  const folder = useTemporaryFolder();
  let hub: HubServer;
  beforeEach(async () => {
    hub = await HubServer.start();
    hub.addRepo({ id, files: { "README.md": "# Tiny", [primaryFile]: content } });
  });
  afterEach(() => hub.close());

  function start(models: string): ChildProcess {
    return spawn(process.execPath, ["--import", "tsx", child, hub.url, models, id, primaryFile], {
      stdio: ["ignore", "pipe", "inherit"],
    });
  }

  /** Starts a pull and returns once it has downloaded more than `bytes`. */
  async function startUntil(models: string, bytes: number): Promise<ChildProcess> {
    const pulling = start(models);
    for await (const line of createInterface({ input: pulling.stdout! })) {
      const [phase, done] = line.split(" ");
      assert.notEqual(phase, "error", line);
      if (phase === "downloading" && Number(done) > bytes) {
        break;
      }
    }
    return pulling;
  }

  it("goes on in a new process after kill -9", async () => {
    const models = path.join(folder(), "models");
    hub.bytesPerSecond = 4_000_000;
    const pulling = await startUntil(models, 2_000_000);
    pulling.kill("SIGKILL");
    await once(pulling, "exit");
    hub.bytesPerSecond = undefined;

    assert.deepEqual(await scanDownloaded(models, []), []);
    const [partial] = await scanPartial(models);
    assert.ok(partial !== undefined && partial.doneBytes >= 1_000_000 && partial.doneBytes < content.length);

    const next = start(models);
    const [code] = (await once(next, "exit")) as [number];
    assert.equal(code, 0);
    const range = hub.requests.filter((request) => request.server === "storage").at(-1)?.range;
    assert.equal(range, `bytes=${partial.doneBytes - "# Tiny".length}-`);
    const [model] = await scanDownloaded(models, []);
    assert.equal(sha256(await fs.readFile(model!.primaryPath)), sha256(content));
    assert.deepEqual(await fs.readdir(path.join(models, ".pulls")), []);
  });

  it("respects the pull of another living process", async () => {
    const models = path.join(folder(), "models");
    hub.bytesPerSecond = 4_000_000;
    const pulling = await startUntil(models, 500_000);
    try {
      await assert.rejects(pullAll({ repoId: id, primaryFile }, pullContext(hub, models)), {
        code: "model-busy",
      });
    } finally {
      pulling.kill("SIGKILL");
      await once(pulling, "exit");
    }
    hub.bytesPerSecond = undefined;
    await pullAll({ repoId: id, primaryFile }, pullContext(hub, models));
    const [model] = await scanDownloaded(models, []);
    assert.equal(sha256(await fs.readFile(model!.primaryPath)), sha256(content));
  });
});

describe("a lock file", () => {
  const folder = useTemporaryFolder();
  const file = () => path.join(folder(), "a.lock");

  it("is held by one, and free after its release", async () => {
    const first = await tryLock(file());
    assert.ok(first);
    assert.equal(await tryLock(file()), undefined);
    await first.release();
    const second = await tryLock(file());
    assert.ok(second);
    await second.release();
    assert.deepEqual(await fs.readdir(folder()), []);
  });

  it("goes to exactly one of many who find a dead holder", async () => {
    const gone = spawn(process.execPath, ["-e", ""]);
    await once(gone, "exit");
    const { hostname } = await import("node:os");
    await fs.writeFile(file(), JSON.stringify({ token: "old", pid: gone.pid, host: hostname() }));
    const locks = await Promise.all(Array.from({ length: 10 }, () => tryLock(file())));
    assert.equal(locks.filter((lock) => lock !== undefined).length, 1);
  });

  it("of another machine counts until it was silent for long", async () => {
    await fs.writeFile(file(), JSON.stringify({ token: "t", pid: 1, host: "elsewhere" }));
    assert.equal(await tryLock(file()), undefined);
    const longAgo = new Date(Date.now() - 600_000);
    await fs.utimes(file(), longAgo, longAgo);
    assert.ok(await tryLock(file()));
  });

  it("that is still being written is respected, but not for ever", async () => {
    await fs.writeFile(file(), "");
    assert.equal(await tryLock(file()), undefined);
    const aWhileAgo = new Date(Date.now() - 20_000);
    await fs.utimes(file(), aWhileAgo, aWhileAgo);
    assert.ok(await tryLock(file()));
  });
});

describe("a drive without room", () => {
  const folder = useTemporaryFolder();

  it("is named as what it is when writing fails", async function () {
    const handle = await fs.open("/dev/full", "w").catch(() => undefined);
    if (handle === undefined) {
      this.skip();
    }
    const failure: unknown = await handle.write("x").catch((error: unknown) => error);
    await handle.close();
    assert.equal(toFileError(failure, "/models").code, "no-space");
  });

  it("keeps the part and says both numbers when it fills up meanwhile", async function () {
    const drive = path.join(folder(), "drive");
    await fs.mkdir(drive);
    try {
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", drive], { stdio: "ignore" });
    } catch {
      this.skip();
    }
    const hub = await HubServer.start();
    try {
      hub.addRepo({ id, files: { [primaryFile]: content } });
      let asked = 0;
      // The first two answers let it begin, as if the drive had been filled by someone else since.
      const freeSpace = () => Promise.resolve(asked++ < 2 ? 1e12 : 4096);
      const models = path.join(drive, "models");
      await assert.rejects(pullAll({ repoId: id, primaryFile }, pullContext(hub, models, { freeSpace })), {
        code: "no-space",
        message: /^\d\.\d MB more are needed in “.*blobs”, but only 4\.1 KB are free/,
      });
      const [partial] = await scanPartial(models);
      assert.ok(partial !== undefined && partial.doneBytes > 1_000_000);
      assert.deepEqual(await scanDownloaded(models, []), []);
    } finally {
      await hub.close();
      execFileSync("umount", [drive]);
    }
  });
});
