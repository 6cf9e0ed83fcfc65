import { randomUUID } from "node:crypto";
import * as fs from "node:fs/promises";
import * as os from "node:os";
import { delay } from "../common/async";
import { errnoCode } from "../common/errors";
import { isRecord } from "../common/is-record";
import { toFileError } from "./cache-layout";

const heartbeatMs = 15_000;
/** A holder on this machine is asked after directly; one elsewhere counts as gone after this silence. */
const silenceMs = 120_000;
/** A lock whose content is not written yet belongs to someone who is just taking it. */
const takingMs = 5_000;
const pollMs = 200;

interface LockContent {
  token: string;
  pid: number;
  host: string;
}

export interface FileLock {
  release(): Promise<void>;
}

/**
 * Takes a lock that other processes, also on other machines with the same folder, respect.
 * Undefined when someone living holds it; the lock of a dead process is taken over.
 */
export async function tryLock(path: string): Promise<FileLock | undefined> {
  const content: LockContent = { token: randomUUID(), pid: process.pid, host: os.hostname() };
  if (!(await create(path, content)) && !((await removeIfStale(path)) && (await create(path, content)))) {
    return undefined;
  }
  const heartbeat = setInterval(() => {
    const now = new Date();
    fs.utimes(path, now, now).catch(() => undefined);
  }, heartbeatMs);
  heartbeat.unref();
  return {
    async release() {
      clearInterval(heartbeat);
      if ((await readContent(path))?.token === content.token) {
        await fs.rm(path, { force: true });
      }
    },
  };
}

/** Waits until the lock is free. */
export async function lock(path: string, signal: AbortSignal): Promise<FileLock> {
  for (;;) {
    const taken = await tryLock(path);
    if (taken !== undefined) {
      return taken;
    }
    await delay(pollMs, signal);
  }
}

async function create(path: string, content: LockContent): Promise<boolean> {
  try {
    await fs.writeFile(path, JSON.stringify(content), { flag: "wx" });
    return true;
  } catch (error) {
    if (errnoCode(error) === "EEXIST") {
      return false;
    }
    throw toFileError(error, path);
  }
}

async function removeIfStale(path: string): Promise<boolean> {
  const content = await readContent(path);
  if (!(await isStale(path, content))) {
    return false;
  }
  // Moved aside first: of several processes that see the same dead holder, only one can move it, and
  // whoever moved a newer lock by mistake puts it back.
  const aside = `${path}.${randomUUID()}`;
  try {
    await fs.rename(path, aside);
  } catch {
    return false;
  }
  const moved = await readContent(aside);
  const isSame = moved?.token === content?.token;
  if (!isSame) {
    await fs.link(aside, path).catch(() => undefined);
  }
  await fs.rm(aside, { force: true });
  return isSame;
}

async function isStale(path: string, content: LockContent | undefined): Promise<boolean> {
  const stat = await fs.stat(path).catch(() => undefined);
  const silence = stat === undefined ? Number.POSITIVE_INFINITY : Date.now() - stat.mtimeMs;
  if (content === undefined) {
    return silence > takingMs;
  }
  return silence > silenceMs || (content.host === os.hostname() && !isAlive(content.pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errnoCode(error) !== "ESRCH";
  }
}

async function readContent(path: string): Promise<LockContent | undefined> {
  try {
    const value: unknown = JSON.parse(await fs.readFile(path, "utf8"));
    if (isRecord(value)) {
      const { token, pid, host } = value;
      if (typeof token === "string" && Number.isInteger(pid) && typeof pid === "number" && pid > 0) {
        return { token, pid, host: typeof host === "string" ? host : "" };
      }
    }
  } catch {
    // Gone, or being written: the age of the file decides.
  }
  return undefined;
}
