import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import * as fs from "node:fs";
import { delay } from "../../common/async";
import { AppError, errnoCode } from "../../common/errors";
import { fileError } from "./file-errors";
import { isProcessGone, processIdentity } from "./process-identity";

/** What the lock file says about its owner, as JSON. */
interface Owner {
  host: string;
  pid: number;
  /** Tells two processes with the same number apart; null where the system does not say. */
  process: string | null;
  /** Stays the same when one client starts its worker again. */
  client: string;
  /** Unique for every lock taken. */
  token: string;
}

interface LockOptions {
  path: string;
  client: string;
  waitMs?: number;
}

const defaultWaitMs = 10_000;
const pollMs = 100;
const heartbeatMs = 2_000;

/**
 * One process per folder. The owner touches the file every two seconds; a file whose owner is known to
 * be gone is taken over at once, and one whose owner cannot be examined (another machine, a system that
 * does not tell processes apart) when nobody touches it for the whole waiting time.
 */
export class FolderLock {
  readonly #heartbeat: NodeJS.Timeout;

  private constructor(
    private readonly path: string,
    private readonly content: string,
  ) {
    this.#heartbeat = setInterval(() => this.#touch(), heartbeatMs);
    this.#heartbeat.unref();
  }

  static async acquire({ path, client, waitMs = defaultWaitMs }: LockOptions): Promise<FolderLock> {
    const owner: Owner = {
      host: hostname(),
      pid: process.pid,
      process: processIdentity(process.pid) ?? null,
      client,
      token: randomUUID(),
    };
    const content = JSON.stringify(owner);
    const first = look(path);
    for (const deadline = Date.now() + waitMs; ;) {
      if (create(path, content)) {
        return new FolderLock(path, content);
      }
      const seen = look(path);
      if (!seen) {
        continue;
      }
      const state = examine(seen.content, owner);
      const isSilent = Date.now() >= deadline && waitMs > 2 * heartbeatMs && isSame(seen, first);
      if (state === "gone" || (state === "unknown" && isSilent)) {
        takeAway(path, seen.content);
      } else if (Date.now() >= deadline) {
        throw lockedError(seen.content);
      } else {
        await delay(pollMs);
      }
    }
  }

  /** Throws when the folder is no longer this owner's: taken over after a long sleep, or deleted. */
  assertHeld(): void {
    const content = look(this.path)?.content;
    if (content === undefined) {
      throw new AppError(
        "file-missing",
        "“{0}” was removed while it was in use, so nothing can be saved there. Reload the window.",
        [this.path],
      );
    }
    if (content !== this.content) {
      throw lockedError(content);
    }
  }

  release(): void {
    clearInterval(this.#heartbeat);
    takeAway(this.path, this.content);
  }

  #touch(): void {
    try {
      const now = new Date();
      fs.utimesSync(this.path, now, now);
    } catch {
      // A lock that is gone shows at the next commit, where there is someone to tell.
    }
  }
}

/** False when the file exists. It never exists without its whole content, where links are possible. */
function create(path: string, content: string): boolean {
  const beside = `${path}.${randomUUID()}`;
  try {
    fs.writeFileSync(beside, content, { flag: "wx" });
    try {
      fs.linkSync(beside, path);
    } catch (error) {
      if (errnoCode(error) === "EEXIST") {
        return false;
      }
      fs.writeFileSync(path, content, { flag: "wx" });
    } finally {
      fs.rmSync(beside, { force: true });
    }
    return true;
  } catch (error) {
    if (errnoCode(error) === "EEXIST") {
      return false;
    }
    throw fileError(error, path);
  }
}

function look(path: string): { content: string; touched: number } | undefined {
  try {
    return { content: fs.readFileSync(path, "utf8"), touched: fs.statSync(path).mtimeMs };
  } catch (error) {
    if (errnoCode(error) === "ENOENT") {
      return undefined;
    }
    throw fileError(error, path);
  }
}

function isSame(one: ReturnType<typeof look>, other: ReturnType<typeof look>): boolean {
  return one?.content === other?.content && one?.touched === other?.touched;
}

function examine(content: string, self: Owner): "alive" | "gone" | "unknown" {
  const owner = parse(content);
  if (!owner || owner.host !== self.host) {
    return "unknown";
  }
  if (owner.pid === self.pid && (owner.process === self.process || owner.process === null)) {
    // Workers of one process share its number. A client never runs two, so its former one is gone.
    return owner.client === self.client ? "gone" : "alive";
  }
  if (isProcessGone(owner.pid)) {
    return "gone";
  }
  const identity = processIdentity(owner.pid);
  if (identity === undefined || owner.process === null) {
    return "unknown";
  }
  return identity === owner.process ? "alive" : "gone";
}

/** Removes the lock if it is the one with this content; another that came in between stays. */
function takeAway(path: string, content: string): void {
  if (look(path)?.content !== content) {
    return;
  }
  const moved = `${path}.${randomUUID()}`;
  try {
    fs.renameSync(path, moved);
  } catch (error) {
    if (errnoCode(error) === "ENOENT") {
      return;
    }
    throw fileError(error, path);
  }
  try {
    if (fs.readFileSync(moved, "utf8") !== content) {
      fs.linkSync(moved, path);
    }
  } catch (error) {
    if (errnoCode(error) !== "EEXIST") {
      throw fileError(error, path);
    }
  } finally {
    fs.rmSync(moved, { force: true });
  }
}

function parse(content: string): Owner | undefined {
  try {
    const value: unknown = JSON.parse(content);
    return isOwner(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isOwner(value: unknown): value is Owner {
  return (
    typeof value === "object" &&
    value !== null &&
    "host" in value &&
    "pid" in value &&
    typeof value.pid === "number" &&
    "process" in value &&
    "client" in value
  );
}

function lockedError(owner: string): AppError {
  return new AppError(
    "store-locked",
    "Another window has the chats, evaluations and picture index of this workspace open. Close it, then reload this window.",
    [],
    `Lock: ${owner}`,
  );
}
