import { readdir, rm, stat, utimes } from "node:fs/promises";
import path from "node:path";
import { throwIfAborted } from "../../common/async";

/** A file's time of use is written at most so often. */
const useResolutionMs = 60 * 60_000;
/** Unfinished files (`.tmp`) that are older were left behind by a process that ended. */
const unfinishedMs = 10 * 60_000;

/**
 * Deletes the files of a folder that were used the longest time ago, until the others are within `mostBytes`.
 * A file was used when it was last changed, and now if its name is in `used`. Empty files, which a power
 * failure leaves, go in any case; folders stay.
 * @returns the names of the deleted files
 */
export async function trimFolder(
  folder: string,
  mostBytes: number,
  used: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<string[]> {
  const now = Date.now();
  const files: { name: string; size: number; usedAt: number }[] = [];
  const deleted: string[] = [];
  for (const name of await readdir(folder)) {
    throwIfAborted(signal);
    const file = path.join(folder, name);
    // Another window may trim, too.
    const stats = await stat(file).catch(() => undefined);
    if (!stats?.isFile()) {
      continue;
    }
    if (name.endsWith(".tmp") ? now - stats.mtimeMs > unfinishedMs : stats.size === 0) {
      await rm(file, { force: true });
      deleted.push(name);
      continue;
    }
    const usedAt = used.has(name) ? now : stats.mtimeMs;
    if (usedAt - stats.mtimeMs > useResolutionMs) {
      await utimes(file, now / 1000, now / 1000).catch(() => undefined);
    }
    files.push({ name, size: stats.size, usedAt });
  }
  files.sort((a, b) => b.usedAt - a.usedAt);
  let bytes = 0;
  for (const { name, size } of files) {
    bytes += size;
    if (bytes > mostBytes) {
      throwIfAborted(signal);
      await rm(path.join(folder, name), { force: true });
      deleted.push(name);
    }
  }
  return deleted;
}
