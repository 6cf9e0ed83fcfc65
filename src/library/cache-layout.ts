import * as fs from "node:fs/promises";
import * as path from "node:path";
import { AppError, errnoCode } from "../common/errors";
import { checkRevision, repoFolderName } from "./model-id";
import type { RemoteFile, RepoId } from "./model";

/**
 * Paths of one repository in a Hugging Face cache
 * (https://huggingface.co/docs/hub/local-cache): contents in `blobs` under their hash, and per commit a
 * folder of links to them, named as in the repository.
 */
export interface RepoLayout {
  repoId: RepoId;
  root: string;
  blobs: string;
  refs: string;
  snapshots: string;
}

const commitPattern = /^[0-9a-f]{40}$/;
const hashPattern = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const reservedOnWindows = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** The cache folder below the models folder: what `HF_HOME=<models>` makes Python tools use. */
export function hubFolder(modelsFolder: string): string {
  return path.join(modelsFolder, "hub");
}

export function repoLayout(hub: string, repoId: RepoId): RepoLayout {
  return layoutAt(path.join(hub, repoFolderName(repoId)), repoId);
}

export function layoutAt(root: string, repoId: RepoId): RepoLayout {
  return {
    repoId,
    root,
    blobs: path.join(root, "blobs"),
    refs: path.join(root, "refs"),
    snapshots: path.join(root, "snapshots"),
  };
}

/** The hash that names a file's blob, the same as Python's huggingface_hub chooses (the file's ETag). */
export function blobName(file: RemoteFile): string {
  const name = file.sha256 ?? file.gitSha1;
  if (name === undefined || !hashPattern.test(name)) {
    throw new AppError(
      "hub-error",
      "The hub gives no checksum for “{0}”, so the file cannot be verified and is not downloaded.",
      [file.path],
    );
  }
  return name;
}

export function blobPath(layout: RepoLayout, file: RemoteFile): string {
  return path.join(layout.blobs, blobName(file));
}

export function incompletePath(layout: RepoLayout, file: RemoteFile): string {
  return `${blobPath(layout, file)}.incomplete`;
}

function snapshotFolder(layout: RepoLayout, commit: string): string {
  return path.join(layout.snapshots, checkCommit(commit));
}

export function snapshotPath(layout: RepoLayout, commit: string, filePath: string): string {
  return safeJoin(snapshotFolder(layout, commit), filePath);
}

export function refPath(layout: RepoLayout, revision: string): string {
  return safeJoin(layout.refs, checkRevision(revision));
}

export function isCommit(text: string): boolean {
  return commitPattern.test(text);
}

/** Joins a path of a repository to a folder. @throws AppError `hub-error` when it could lead out of it. */
export function safeJoin(folder: string, filePath: string): string {
  if (!isSafeRepoPath(filePath)) {
    throw new AppError("hub-error", "The hub lists a file with a name that is not safe to save: “{0}”.", [
      filePath,
    ]);
  }
  return path.join(folder, ...filePath.split("/"));
}

/**
 * True for a relative path with `/` between plain names: nothing absolute, no `..`, no drive letter or
 * stream (`:`), no backslash, no control character, no name that Windows reserves or rewrites.
 */
export function isSafeRepoPath(filePath: string): boolean {
  return filePath.length > 0 && filePath.length <= 1000 && filePath.split("/").every(isSafeName);
}

/**
 * Makes a folder, then makes sure that it really lies in `root`: a symbolic link on the way would let
 * files be written elsewhere.
 * @throws AppError `file-error`, `read-only`, `no-space`
 */
export async function ensureFolderInside(root: string, folder: string): Promise<void> {
  try {
    await makeFolder(folder);
    const [realRoot, realFolder] = await Promise.all([fs.realpath(root), fs.realpath(folder)]);
    if (!isInside(realRoot, realFolder)) {
      throw new AppError(
        "file-error",
        "“{0}” leads out of the models folder through a link. Remove that link, then try again.",
        [folder],
      );
    }
  } catch (error) {
    throw toFileError(error, folder);
  }
}

/**
 * Makes a folder and those above it. Node's own recursive mkdir never returns where the system denies
 * that a folder can be made by saying that there is none (ENOENT), as /proc does.
 */
export async function makeFolder(folder: string): Promise<void> {
  if (await isFolder(folder)) {
    return;
  }
  if (path.dirname(folder) !== folder) {
    await makeFolder(path.dirname(folder));
  }
  try {
    await fs.mkdir(folder);
  } catch (error) {
    // Someone else may have made it at the same time.
    if (!(await isFolder(folder))) {
      throw error;
    }
  }
}

async function isFolder(folder: string): Promise<boolean> {
  const stat = await fs.stat(folder).catch(() => undefined);
  return stat?.isDirectory() === true;
}

/** True when `inner` is `outer` or lies below it; both absolute. */
export function isInside(outer: string, inner: string): boolean {
  const relative = path.relative(outer, inner);
  return relative === "" || (!relative.startsWith("..") && !path.isAbsolute(relative));
}

/** Turns a file system error into a sentence about `target`; leaves an AppError as it is. */
export function toFileError(error: unknown, target: string): AppError {
  if (error instanceof AppError) {
    return error;
  }
  const detail = error instanceof Error ? error.stack : undefined;
  switch (errnoCode(error)) {
    case "ENOSPC":
    case "EDQUOT":
      return new AppError(
        "no-space",
        "The drive of “{0}” is full. Free some space, then try again.",
        [target],
        detail,
      );
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return new AppError(
        "read-only",
        "“{0}” cannot be written. Check its permissions, or choose another models folder.",
        [target],
        detail,
      );
    case "ENOTDIR":
    case "EEXIST":
      return new AppError(
        "file-error",
        "“{0}” cannot be made, because a file is in the way. Remove that file, or choose another models folder.",
        [target],
        detail,
      );
    default:
      return new AppError(
        "file-error",
        "“{0}” could not be written ({1}).",
        [target, errnoCode(error) ?? String(error)],
        detail,
      );
  }
}

function checkCommit(commit: string): string {
  if (!isCommit(commit)) {
    throw new AppError("hub-error", "The hub gave “{0}”, which is not a commit.", [commit]);
  }
  return commit;
}

function isSafeName(name: string): boolean {
  return (
    name !== "" &&
    !/^\.\.?$/.test(name) &&
    !hasForbiddenCharacter(name) &&
    !/[. ]$/.test(name) &&
    !reservedOnWindows.test(name)
  );
}

function hasForbiddenCharacter(name: string): boolean {
  return Array.from(name).some(
    (character) => character < " " || character === "\x7f" || '\\:<>"|?*'.includes(character),
  );
}
