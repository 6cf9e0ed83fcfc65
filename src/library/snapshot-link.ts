import * as fs from "node:fs/promises";
import * as path from "node:path";
import { errnoCode } from "../common/errors";
import { blobPath, ensureFolderInside, type RepoLayout, snapshotPath, toFileError } from "./cache-layout";
import type { RemoteFile } from "./model";

/** The two ways of linking, which not every drive offers. */
export interface LinkOperations {
  symlink(target: string, path: string): Promise<void>;
  link(existing: string, path: string): Promise<void>;
}

/** What drives say that have no links, and Windows to users who may not make them. */
const noLinks = new Set([
  "EPERM",
  "EACCES",
  "ENOSYS",
  "ENOTSUP",
  "EOPNOTSUPP",
  "EINVAL",
  "EMLINK",
  "UNKNOWN",
]);

/**
 * Gives a verified blob its name in the snapshot of a commit: a relative symbolic link, else a hard
 * link, else the file itself is moved there, as Python's huggingface_hub does where there are no links.
 */
export async function linkIntoSnapshot(
  file: RemoteFile,
  commit: string,
  layout: RepoLayout,
  hub: string,
  operations: LinkOperations = fs,
): Promise<void> {
  const entry = snapshotPath(layout, commit, file.path);
  const blob = blobPath(layout, file);
  await ensureFolderInside(hub, path.dirname(entry));
  try {
    if (await isSameFile(entry, blob)) {
      return;
    }
    await fs.rm(entry, { force: true });
    await link(blob, entry, operations);
  } catch (error) {
    throw toFileError(error, entry);
  }
}

/** True when a snapshot has the file as a whole, whether as a link or as a real file. */
export async function isInSnapshot(file: RemoteFile, commit: string, layout: RepoLayout): Promise<boolean> {
  const stat = await fs.stat(snapshotPath(layout, commit, file.path)).catch(() => undefined);
  return stat?.isFile() === true && stat.size === file.sizeBytes;
}

async function link(blob: string, entry: string, operations: LinkOperations): Promise<void> {
  try {
    await operations.symlink(path.relative(path.dirname(entry), blob), entry);
    return;
  } catch (error) {
    rethrowUnlessUnsupported(error);
  }
  try {
    await operations.link(blob, entry);
  } catch (error) {
    rethrowUnlessUnsupported(error);
    await fs.rename(blob, entry);
  }
}

function rethrowUnlessUnsupported(error: unknown): void {
  if (!noLinks.has(errnoCode(error) ?? "")) {
    throw error;
  }
}

async function isSameFile(entry: string, blob: string): Promise<boolean> {
  const [a, b] = await Promise.all(
    [entry, blob].map((each) => fs.stat(each, { bigint: true }).catch(() => undefined)),
  );
  return a !== undefined && b !== undefined && a.ino === b.ino && a.dev === b.dev;
}
