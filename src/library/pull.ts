import * as fs from "node:fs/promises";
import * as path from "node:path";
import { throwIfAborted } from "../common/async";
import { AppError } from "../common/errors";
import type { Logger } from "../common/logger";
import {
  blobName,
  blobPath,
  ensureFolderInside,
  hubFolder,
  isCommit,
  refPath,
  type RepoLayout,
  repoLayout,
  toFileError,
} from "./cache-layout";
import { discardPull, removeLeftovers } from "./delete";
import { type DownloadContext, downloadFile } from "./download-file";
import { tryLock } from "./file-lock";
import { checkFreeSpace, type FreeSpace } from "./free-space";
import type { HubClient } from "./hub-client";
import type { ModelDetails, ModelVariant, PullProgress, PullRequest, RemoteFile } from "./model";
import { checkRepoId, checkRevision } from "./model-id";
import { type Clock, PullMeter } from "./pull-progress";
import {
  doneBytes,
  type PullRecord,
  pullsFolder,
  pullStem,
  readPullRecords,
  removePullRecord,
  writePullRecord,
} from "./pull-record";
import { prepareModelsFolder } from "./models-folder";
import { chooseVariant } from "./recommend";
import { isInSnapshot, linkIntoSnapshot } from "./snapshot-link";
import { isCompanionFile } from "./variants";

export interface PullContext {
  modelsFolder: string;
  client: HubClient;
  freeSpace: FreeSpace;
  now: Clock;
  logger: Logger;
  /** Memory that a model chosen without a person's word may take, bytes. */
  memoryBytes: number;
  /** Name and kind to remember, where something better is known than what the hub says. */
  describe: (details: PullDetails) => Pick<PullRecord, "name" | "kind">;
  /** Called once it is known what is pulled, when it is remembered. */
  onBegin?: ((record: PullRecord) => void) | undefined;
  stallMs?: number | undefined;
  retryDelayMs?: number | undefined;
}

export type PullDetails = Omit<ModelDetails, "recommended">;

const ggufMagic = "GGUF";
/**
 * Downloads one variant of a model into the cache. Reports phases; what arrived when it is aborted or
 * fails stays, and the next pull of the same model continues there.
 * @throws AppError
 */
export async function* pull(
  request: PullRequest,
  context: PullContext,
  signal: AbortSignal,
): AsyncGenerator<PullProgress, void> {
  const { client, modelsFolder } = context;
  yield { phase: "resolving", doneBytes: 0, totalBytes: 0, bytesPerSecond: 0 };
  const revision = checkRevision(request.revision ?? "main");
  const details = await client.details(checkRepoId(request.repoId), revision, signal);
  const variant = chooseVariant(details, request.primaryFile, context.memoryBytes);
  await prepareModelsFolder(modelsFolder);
  const stem = pullStem(modelsFolder, details.repoId, variant.primaryFile);
  const lock = await tryLock(`${stem}.lock`);
  if (lock === undefined) {
    throw new AppError(
      "model-busy",
      "“{0}” is already being downloaded. Wait until that is done, or cancel it.",
      [variant.primaryFile],
    );
  }
  try {
    yield* pullVariant(details, variant, context, signal);
  } finally {
    await lock.release();
  }
}

async function* pullVariant(
  details: PullDetails,
  variant: ModelVariant,
  context: PullContext,
  signal: AbortSignal,
): AsyncGenerator<PullProgress, void> {
  const { modelsFolder } = context;
  const record = recordOf(details, variant, context);
  await replaceRecord(modelsFolder, record);
  context.onBegin?.(record);
  let isComplete = false;
  try {
    yield* fetchAll(record, context, signal);
    await writeRef(record, modelsFolder);
    await removePullRecord(modelsFolder, record);
    isComplete = true;
  } finally {
    if (!isComplete) {
      await dropIfEmpty(record, context);
    }
  }
  yield { phase: "ready", doneBytes: variant.sizeBytes, totalBytes: variant.sizeBytes, bytesPerSecond: 0 };
}

/** Nothing worth continuing is left behind as an unfinished download. */
async function dropIfEmpty(record: PullRecord, { modelsFolder, logger }: PullContext): Promise<void> {
  try {
    if (!(await hasWeights(modelsFolder, record))) {
      await discardPull(modelsFolder, record);
    }
  } catch (error) {
    // The person is told why the pull failed; that clearing up failed too is for the log.
    logger.warn(`Could not clear up after pulling ${record.repoId}: ${String(error)}`);
  }
}

/** The primary file comes last: where it has its name, everything else is there too. */
async function* fetchAll(
  record: PullRecord,
  context: PullContext,
  signal: AbortSignal,
): AsyncGenerator<PullProgress, void> {
  const { modelsFolder, client, freeSpace } = context;
  const hub = hubFolder(modelsFolder);
  const layout = repoLayout(hub, record.repoId);
  const download: DownloadContext = {
    client,
    layout,
    hub,
    commit: record.commit,
    lockFolder: pullsFolder(modelsFolder),
    freeSpace,
    signal,
    stallMs: context.stallMs,
    retryDelayMs: context.retryDelayMs,
  };
  const totalBytes = record.files.reduce((total, file) => total + file.sizeBytes, 0);
  await checkFreeSpace(hub, totalBytes - (await alreadyHere(modelsFolder, record)), freeSpace);
  const meter = new PullMeter(totalBytes, context.now);
  let finishedBytes = 0;
  for (const file of downloadOrder(record)) {
    throwIfAborted(signal);
    if (!(await isInSnapshot(file, record.commit, layout))) {
      for await (const progress of downloadFile(file, download)) {
        const report = meter.report(progress.phase, finishedBytes + progress.doneBytes, file.path);
        if (report !== undefined) {
          yield report;
        }
      }
      await checkMagic(file, layout);
      await linkIntoSnapshot(file, record.commit, layout, hub);
    }
    finishedBytes += file.sizeBytes;
  }
}

function recordOf(details: PullDetails, variant: ModelVariant, context: PullContext): PullRecord {
  // Fails before anything is written when a file could not be verified.
  variant.files.forEach(blobName);
  return {
    version: 1,
    repoId: details.repoId,
    revision: details.revision,
    commit: details.commit,
    primaryFile: variant.primaryFile,
    ...context.describe(details),
    variantLabel: variant.label,
    files: variant.files,
  };
}

function downloadOrder(record: PullRecord): RemoteFile[] {
  const rank = (file: RemoteFile) =>
    file.path === record.primaryFile ? 2 : isCompanionFile(file.path) ? 0 : 1;
  return [...record.files].sort((a, b) => rank(a) - rank(b));
}

/** When the repository moved on since the last try, what arrived of the old commit is useless. */
async function replaceRecord(modelsFolder: string, record: PullRecord): Promise<void> {
  const records = await readPullRecords(modelsFolder);
  const old = records.find(
    (each) => each.repoId === record.repoId && each.primaryFile === record.primaryFile,
  );
  await writePullRecord(modelsFolder, record);
  if (old !== undefined && old.commit !== record.commit) {
    await removeLeftovers(modelsFolder, old);
  }
}

async function alreadyHere(modelsFolder: string, record: PullRecord): Promise<number> {
  const sizes = await Promise.all(record.files.map((file) => doneBytes(modelsFolder, record, file)));
  return sizes.reduce((total, size) => total + size, 0);
}

/** True when a later try would save something worth showing as an unfinished download. */
async function hasWeights(modelsFolder: string, record: PullRecord): Promise<boolean> {
  const weights = record.files.filter((file) => !isCompanionFile(file.path));
  const sizes = await Promise.all(weights.map((file) => doneBytes(modelsFolder, record, file)));
  return sizes.some((size) => size > 0);
}

/** Reads four bytes, no more: whatever else such a file holds is for the engine process to judge. */
async function checkMagic(file: RemoteFile, layout: RepoLayout): Promise<void> {
  if (!/\.gguf$/i.test(file.path)) {
    return;
  }
  const blob = blobPath(layout, file);
  if (!(await startsWithMagic(blob))) {
    await fs.rm(blob, { force: true });
    throw new AppError(
      "not-a-model",
      "“{0}” of “{1}” is not a GGUF model, although its name says so. Choose another file.",
      [file.path, layout.repoId],
    );
  }
}

async function startsWithMagic(file: string): Promise<boolean> {
  const handle = await fs.open(file, "r");
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.toString("latin1", 0, bytesRead) === ggufMagic;
  } finally {
    await handle.close();
  }
}

/** Written last, as the sign that the revision's snapshot is there; a commit needs none. */
async function writeRef(record: PullRecord, modelsFolder: string): Promise<void> {
  if (isCommit(record.revision)) {
    return;
  }
  const hub = hubFolder(modelsFolder);
  const ref = refPath(repoLayout(hub, record.repoId), record.revision);
  await ensureFolderInside(hub, path.dirname(ref));
  try {
    await fs.writeFile(ref, record.commit);
  } catch (error) {
    throw toFileError(error, ref);
  }
}
