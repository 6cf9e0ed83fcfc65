import * as fs from "node:fs/promises";
import * as path from "node:path";
import { AppError } from "../common/errors";
import { formatBytes } from "../common/format";

/** Free bytes on the drive of a folder; undefined when the system does not tell. */
export type FreeSpace = (folder: string) => Promise<number | undefined>;

export const freeSpaceOf: FreeSpace = async (folder) => {
  try {
    const { bavail, bsize } = await fs.statfs(await nearestExisting(folder));
    return bavail * bsize;
  } catch {
    // Some network drives do not say; then only the writing itself can tell.
    return undefined;
  }
};

/** @throws AppError `no-space` when `neededBytes` do not fit. */
export async function checkFreeSpace(
  folder: string,
  neededBytes: number,
  freeSpace: FreeSpace,
): Promise<void> {
  const free = await freeSpace(folder);
  if (free !== undefined && neededBytes > free) {
    throw noSpaceError(folder, neededBytes, free);
  }
}

export function noSpaceError(
  folder: string,
  neededBytes: number,
  freeBytes: number,
  detail?: string,
): AppError {
  return new AppError(
    "no-space",
    "{0} more are needed in “{1}”, but only {2} are free there. Free some space, or choose another models folder.",
    [formatBytes(neededBytes), folder, formatBytes(freeBytes)],
    detail,
  );
}

async function nearestExisting(folder: string): Promise<string> {
  try {
    await fs.access(folder);
    return folder;
  } catch (error) {
    const parent = path.dirname(folder);
    if (parent === folder) {
      throw error;
    }
    return nearestExisting(parent);
  }
}
