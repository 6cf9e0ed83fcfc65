import * as fs from "node:fs/promises";
import * as path from "node:path";
import { delay, throwIfAborted } from "../common/async";
import { AppError } from "../common/errors";
import {
  blobName,
  blobPath,
  ensureFolderInside,
  incompletePath,
  type RepoLayout,
  toFileError,
} from "./cache-layout";
import { lock } from "./file-lock";
import { checkFreeSpace, type FreeSpace, noSpaceError } from "./free-space";
import type { HubClient } from "./hub-client";
import type { RemoteFile } from "./model";
import { PartialFile, partialSize } from "./partial-file";
import { readChunks } from "./read-chunks";

export interface DownloadContext {
  client: HubClient;
  layout: RepoLayout;
  /** The cache folder that nothing may be written outside of. */
  hub: string;
  commit: string;
  /** Where locks against other processes lie. */
  lockFolder: string;
  freeSpace: FreeSpace;
  signal: AbortSignal;
  /** No byte for this long counts as a cut. */
  stallMs?: number | undefined;
  /** Before the first retry; doubled each time. */
  retryDelayMs?: number | undefined;
}

export interface FileProgress {
  phase: "downloading" | "verifying";
  /** Bytes of this file. */
  doneBytes: number;
}

const defaultStallMs = 30_000;
const defaultRetryDelayMs = 1000;
/** Tries in a row that bring less than `progressBytes` before it is given up. */
const maximumFutileTries = 5;
const progressBytes = 1024 * 1024;

/**
 * Downloads one file of a commit into `blobs/` under its hash, continuing what an earlier try left. The
 * name exists only once the content was verified.
 * @throws AppError; whatever arrived by then stays for the next try, unless it proved wrong
 */
export async function* downloadFile(
  file: RemoteFile,
  context: DownloadContext,
): AsyncGenerator<FileProgress, void> {
  const { layout, hub, lockFolder, signal } = context;
  await ensureFolderInside(hub, layout.blobs);
  if (await hasBlob(layout, file)) {
    return;
  }
  const held = await lock(path.join(lockFolder, `${blobName(file)}.lock`), signal);
  try {
    // Another process may have brought it while we waited.
    if (!(await hasBlob(layout, file))) {
      yield* fetchBlob(file, context);
    }
  } catch (error) {
    throw await withSpaceNumbers(toFileError(error, layout.root), file, context);
  } finally {
    await held.release();
  }
}

/** True when the verified content is there. */
export async function hasBlob(layout: RepoLayout, file: RemoteFile): Promise<boolean> {
  const stat = await fs.stat(blobPath(layout, file)).catch(() => undefined);
  return stat?.isFile() === true && stat.size === file.sizeBytes;
}

async function* fetchBlob(file: RemoteFile, context: DownloadContext): AsyncGenerator<FileProgress, void> {
  const { layout, signal, freeSpace } = context;
  const partial = await PartialFile.open(incompletePath(layout, file), file);
  try {
    for await (const doneBytes of partial.rehash(signal)) {
      yield { phase: "verifying", doneBytes };
    }
    await checkFreeSpace(layout.blobs, file.sizeBytes - partial.size, freeSpace);
    yield* fetchRest(file, partial, context);
    yield { phase: "verifying", doneBytes: partial.size };
    if (!partial.matches()) {
      throw mismatchError(file);
    }
    await partial.finish(blobPath(layout, file));
  } catch (error) {
    if (error instanceof AppError && error.code === "checksum-mismatch") {
      await partial.discard();
    }
    throw error;
  } finally {
    // Reached also when the consumer stops: what arrived is kept for the next try.
    await partial.close();
  }
}

/** Asks for the missing part again and again, each time from where the last answer stopped. */
async function* fetchRest(
  file: RemoteFile,
  partial: PartialFile,
  context: DownloadContext,
): AsyncGenerator<FileProgress, void> {
  const retryDelayMs = context.retryDelayMs ?? defaultRetryDelayMs;
  let futileTries = 0;
  while (partial.size < file.sizeBytes) {
    const before = partial.size;
    let failure: AppError | undefined;
    try {
      yield* fetchOnce(file, partial, context);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== "offline") {
        throw error;
      }
      failure = error;
    }
    if (partial.size >= file.sizeBytes) {
      return;
    }
    futileTries = partial.size - before >= progressBytes ? 1 : futileTries + 1;
    if (futileTries >= maximumFutileTries) {
      throw failure ?? cutError(file);
    }
    await delay(retryDelayMs * 2 ** (futileTries - 1), context.signal);
  }
}

async function* fetchOnce(
  file: RemoteFile,
  partial: PartialFile,
  context: DownloadContext,
): AsyncGenerator<FileProgress, void> {
  const { client, layout, commit, signal } = context;
  const start = partial.size;
  const response = await client.http.get(client.fileUrl(layout.repoId, commit, file.path), {
    subject: { repoId: layout.repoId, revision: commit, path: file.path, sizeBytes: file.sizeBytes },
    headers: start > 0 ? { range: `bytes=${start}-` } : {},
    signal,
    accept: [416],
    isRetriedByCaller: true,
  });
  if (response.status !== 206 && start > 0) {
    // 200 sends everything again; 416 means that our beginning is of another file.
    await partial.reset();
  }
  if (response.status === 416) {
    await response.body?.cancel();
    return;
  }
  checkAnnouncedSize(response, file, partial.size);
  for await (const chunk of readChunks(response, { stallMs: context.stallMs ?? defaultStallMs, signal })) {
    if (partial.size + chunk.length > file.sizeBytes) {
      throw mismatchError(file);
    }
    await partial.append(chunk);
    yield { phase: "downloading", doneBytes: partial.size };
    throwIfAborted(signal);
  }
}

function checkAnnouncedSize(response: Response, file: RemoteFile, start: number): void {
  if (response.status === 206) {
    const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get("content-range") ?? "");
    const total = range?.[2];
    if (Number(range?.[1]) !== start || (total !== "*" && Number(total) !== file.sizeBytes)) {
      throw new AppError(
        "hub-error",
        "The hub answered with another part of “{0}” than it was asked for. Try again later.",
        [file.path],
      );
    }
    return;
  }
  const length = response.headers.get("content-length");
  if (length !== null && !response.headers.has("content-encoding") && Number(length) !== file.sizeBytes) {
    throw new AppError(
      "hub-error",
      "The hub announces {0} bytes for “{1}”, but lists {2}. Try again later.",
      [length, file.path, file.sizeBytes],
    );
  }
}

function mismatchError(file: RemoteFile): AppError {
  return new AppError(
    "checksum-mismatch",
    "“{0}” arrived damaged: its checksum is not the one the hub lists. The download was deleted; pull again.",
    [file.path],
  );
}

function cutError(file: RemoteFile): AppError {
  return new AppError(
    "offline",
    "The connection was cut again and again while “{0}” was downloaded. Pull again to continue where it stopped.",
    [file.path],
  );
}

/** A drive that fills up meanwhile: says how much is missing, as the check beforehand does. */
async function withSpaceNumbers(
  error: AppError,
  file: RemoteFile,
  context: DownloadContext,
): Promise<AppError> {
  if (error.code !== "no-space" || error.args.length > 1) {
    return error;
  }
  const { layout, freeSpace } = context;
  const free = await freeSpace(layout.blobs);
  const missing = file.sizeBytes - (await partialSize(incompletePath(layout, file)));
  return free === undefined ? error : noSpaceError(layout.blobs, missing, free, error.detail);
}
