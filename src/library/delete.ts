import * as fs from "node:fs/promises";
import * as path from "node:path";
import { AppError } from "../common/errors";
import {
  blobName,
  hubFolder,
  incompletePath,
  isInside,
  type RepoLayout,
  repoLayout,
  toFileError,
} from "./cache-layout";
import type { RemoteFile, RepoId } from "./model";
import { type PullRecord, readPullRecords, removePullRecord } from "./pull-record";
import { listSnapshotEntries, listSnapshots, type Snapshot, type SnapshotEntry } from "./snapshot-files";
import { isCompanionFile, variantsOf } from "./variants";

/**
 * Deletes one variant of a model from every snapshot, with the blobs that nothing else uses, and the
 * repository's folder once no model is left in it. Files of other programs stay.
 * @throws AppError `file-error`, `read-only`
 */
export async function deleteModel(modelsFolder: string, repoId: RepoId, primaryFile: string): Promise<void> {
  const layout = repoLayout(hubFolder(modelsFolder), repoId);
  await checkInsideHub(modelsFolder, layout);
  try {
    const usedBefore = await usedBlobs(layout);
    for (const snapshot of await listSnapshots(layout)) {
      await removeVariant(snapshot, primaryFile, []);
    }
    await removeUnused(modelsFolder, layout, usedBefore);
  } catch (error) {
    throw toFileError(error, layout.root);
  }
}

/** Forgets an unfinished pull and deletes what it left; a complete model stays. @throws AppError */
export async function discardPull(modelsFolder: string, record: PullRecord): Promise<void> {
  await removePullRecord(modelsFolder, record);
  await removeLeftovers(modelsFolder, record);
}

/** Deletes what a pull left that neither a complete model nor another remembered pull needs. @throws AppError */
export async function removeLeftovers(modelsFolder: string, record: PullRecord): Promise<void> {
  const layout = repoLayout(hubFolder(modelsFolder), record.repoId);
  if (!(await exists(layout.root))) {
    return;
  }
  await checkInsideHub(modelsFolder, layout);
  try {
    const others = await blobsOfRecords(modelsFolder, record.repoId);
    const own = record.files.filter((file) => !others.has(blobName(file)));
    await removePartials(layout, own);
    for (const snapshot of await listSnapshots(layout)) {
      if (snapshot.commit === record.commit) {
        await removeUnfinished(snapshot, record);
      }
    }
    await removeUnused(modelsFolder, layout, new Set(own.map(blobName)));
  } catch (error) {
    throw toFileError(error, layout.root);
  }
}

async function removePartials(layout: RepoLayout, files: readonly RemoteFile[]): Promise<void> {
  for (const file of files) {
    await fs.rm(incompletePath(layout, file), { force: true });
  }
}

async function removeUnfinished(snapshot: Snapshot, record: PullRecord): Promise<void> {
  const entries = await listSnapshotEntries(snapshot.folder);
  if (!entries.some((entry) => entry.path === record.primaryFile)) {
    await removeVariant(
      snapshot,
      record.primaryFile,
      record.files.map((file) => file.path),
    );
  }
}

/** Removes a variant's weights, or `paths` where it is not whole, and the snapshot if none are left. */
async function removeVariant(
  snapshot: Snapshot,
  primaryFile: string,
  paths: readonly string[],
): Promise<void> {
  const entries = await listSnapshotEntries(snapshot.folder);
  const variants = variantsOf(entries.flatMap((entry) => (hasContent(entry) ? [entry] : [])));
  const own = variants.find((variant) => variant.primaryFile === primaryFile);
  const shared = new Set(
    variants.flatMap((variant) => (variant === own ? [] : variant.files.map((file) => file.path))),
  );
  const unwanted = new Set([...paths, ...(own?.files ?? []).map((file) => file.path)]);
  const isRemoved = (entry: SnapshotEntry) =>
    unwanted.has(entry.path) && !shared.has(entry.path) && !isCompanionFile(entry.path);
  for (const entry of entries.filter(isRemoved)) {
    await fs.rm(entry.absolutePath, { force: true });
  }
  const isWorthKeeping = entries.some(
    (entry) => !isRemoved(entry) && hasContent(entry) && !isCompanionFile(entry.path),
  );
  if (!isWorthKeeping && unwanted.size > 0) {
    await fs.rm(snapshot.folder, { recursive: true, force: true });
  }
}

/** Deletes those of `candidates` that no snapshot and no unfinished pull uses, then an empty repository. */
async function removeUnused(
  modelsFolder: string,
  layout: RepoLayout,
  candidates: ReadonlySet<string>,
): Promise<void> {
  const [used, pending] = await Promise.all([usedBlobs(layout), blobsOfRecords(modelsFolder, layout.repoId)]);
  for (const name of candidates) {
    if (!used.has(name) && !pending.has(name)) {
      await fs.rm(path.join(layout.blobs, name), { force: true });
    }
  }
  const blobs = await fs.readdir(layout.blobs).catch(() => []);
  const isBeingFilled = pending.size > 0 || blobs.some((name) => name.endsWith(".incomplete"));
  if (!isBeingFilled && (await listSnapshots(layout)).length === 0) {
    await fs.rm(layout.root, { recursive: true, force: true });
  }
}

/** Names of the blobs that snapshots link to, softly or hard. */
async function usedBlobs(layout: RepoLayout): Promise<Set<string>> {
  const blobsByInode = new Map<string, string>();
  for (const name of await fs.readdir(layout.blobs).catch(() => [])) {
    const stat = await fs.stat(path.join(layout.blobs, name), { bigint: true }).catch(() => undefined);
    if (stat?.isFile() === true) {
      blobsByInode.set(`${stat.dev}:${stat.ino}`, name);
    }
  }
  const used = new Set<string>();
  for (const snapshot of await listSnapshots(layout)) {
    for (const entry of await listSnapshotEntries(snapshot.folder)) {
      const stat = await fs.stat(entry.absolutePath, { bigint: true }).catch(() => undefined);
      const name = stat === undefined ? undefined : blobsByInode.get(`${stat.dev}:${stat.ino}`);
      if (name !== undefined) {
        used.add(name);
      }
    }
  }
  return used;
}

async function blobsOfRecords(modelsFolder: string, repoId: RepoId): Promise<Set<string>> {
  const records = await readPullRecords(modelsFolder);
  return new Set(
    records.filter((record) => record.repoId === repoId).flatMap((record) => record.files.map(blobName)),
  );
}

/** A folder that is a link would let files elsewhere be deleted. */
async function checkInsideHub(modelsFolder: string, layout: RepoLayout): Promise<void> {
  const [hub, root, snapshots, blobs] = await Promise.all(
    [hubFolder(modelsFolder), layout.root, layout.snapshots, layout.blobs].map((folder) =>
      fs.realpath(folder).catch(() => undefined),
    ),
  );
  const folders = [root, snapshots, blobs].filter((folder) => folder !== undefined);
  if (
    hub === undefined ||
    root === undefined ||
    folders.some((folder) => !isInside(hub, folder) || folder === hub)
  ) {
    throw new AppError(
      "file-error",
      "“{0}” is not a folder inside the models folder, so nothing in it is deleted. Delete it by hand where it really lies.",
      [layout.root],
    );
  }
}

function hasContent(entry: SnapshotEntry): entry is SnapshotEntry & { sizeBytes: number } {
  return entry.sizeBytes !== undefined;
}

async function exists(folder: string): Promise<boolean> {
  return (await fs.stat(folder).catch(() => undefined)) !== undefined;
}
