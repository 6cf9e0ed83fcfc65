import { createHash, randomUUID } from "node:crypto";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { isRecord } from "../common/is-record";
import { hasBlob } from "./download-file";
import { hubFolder, incompletePath, isCommit, isSafeRepoPath, repoLayout, toFileError } from "./cache-layout";
import { modelKinds, type ModelKind, type PartialModel, type RemoteFile } from "./model";
import { isRepoId, repoFolderName } from "./model-id";
import { partialSize } from "./partial-file";
import { isInSnapshot } from "./snapshot-link";

/** What is remembered of a pull until it is complete, so that it can go on after a restart. */
export interface PullRecord {
  version: 1;
  repoId: string;
  revision: string;
  commit: string;
  primaryFile: string;
  name: string;
  variantLabel: string;
  kind: ModelKind;
  files: RemoteFile[];
}

const kinds: ReadonlySet<string> = new Set(modelKinds);

export function pullsFolder(modelsFolder: string): string {
  return path.join(modelsFolder, ".pulls");
}

/** File of one model's record without its extension; `.json` is the record, `.lock` its lock. */
export function pullStem(modelsFolder: string, repoId: string, primaryFile: string): string {
  const hash = createHash("sha256").update(primaryFile).digest("hex").slice(0, 12);
  return path.join(pullsFolder(modelsFolder), `${repoFolderName(repoId)}--${hash}`);
}

export async function writePullRecord(modelsFolder: string, record: PullRecord): Promise<void> {
  const file = recordPath(modelsFolder, record);
  const temporary = `${file}.${randomUUID()}`;
  try {
    await fs.writeFile(temporary, JSON.stringify(record, undefined, 2));
    await fs.rename(temporary, file);
  } catch (error) {
    await fs.rm(temporary, { force: true }).catch(() => undefined);
    throw toFileError(error, file);
  }
}

export async function removePullRecord(
  modelsFolder: string,
  model: Pick<PullRecord, "repoId" | "primaryFile">,
): Promise<void> {
  const file = recordPath(modelsFolder, model);
  try {
    await fs.rm(file, { force: true });
  } catch (error) {
    throw toFileError(error, file);
  }
}

/** Every readable record; files that are none are passed over. */
export async function readPullRecords(modelsFolder: string): Promise<PullRecord[]> {
  const folder = pullsFolder(modelsFolder);
  const names = await fs.readdir(folder).catch(() => []);
  const records = await Promise.all(
    names.filter((name) => name.endsWith(".json")).map((name) => readRecord(path.join(folder, name))),
  );
  return records.filter((record) => record !== undefined);
}

export async function partialModelOf(modelsFolder: string, record: PullRecord): Promise<PartialModel> {
  const { repoId, revision, name, variantLabel, kind, primaryFile, files } = record;
  const done = await Promise.all(files.map((file) => doneBytes(modelsFolder, record, file)));
  return {
    id: `${repoId}/${primaryFile}`,
    repoId,
    revision,
    name,
    variantLabel,
    kind,
    primaryFile,
    doneBytes: sum(done),
    totalBytes: sum(files.map((file) => file.sizeBytes)),
  };
}

/** Bytes of a file that need not be downloaded again. */
export async function doneBytes(modelsFolder: string, record: PullRecord, file: RemoteFile): Promise<number> {
  const layout = repoLayout(hubFolder(modelsFolder), record.repoId);
  if ((await isInSnapshot(file, record.commit, layout)) || (await hasBlob(layout, file))) {
    return file.sizeBytes;
  }
  return Math.min(await partialSize(incompletePath(layout, file)), file.sizeBytes);
}

function recordPath(modelsFolder: string, model: Pick<PullRecord, "repoId" | "primaryFile">): string {
  return `${pullStem(modelsFolder, model.repoId, model.primaryFile)}.json`;
}

async function readRecord(file: string): Promise<PullRecord | undefined> {
  try {
    const value: unknown = JSON.parse(await fs.readFile(file, "utf8"));
    return isPullRecord(value) ? value : undefined;
  } catch {
    // Removed meanwhile, or damaged: then the pull is forgotten, and pulling again finds its parts.
    return undefined;
  }
}

/** A record may come with a folder from somewhere else, so nothing in it is taken on trust. */
function isPullRecord(value: unknown): value is PullRecord {
  if (!isRecord(value)) {
    return false;
  }
  const { version, repoId, revision, commit, primaryFile, name, variantLabel, kind, files } = value;
  return (
    version === 1 &&
    isText(repoId) &&
    isRepoId(repoId) &&
    isText(commit) &&
    isCommit(commit) &&
    isText(primaryFile) &&
    [revision, name, variantLabel].every(isText) &&
    isText(kind) &&
    kinds.has(kind) &&
    Array.isArray(files) &&
    files.every(isRemoteFile) &&
    files.some((file) => file.path === primaryFile)
  );
}

function isRemoteFile(value: unknown): value is RemoteFile {
  if (!isRecord(value) || typeof value["path"] !== "string" || !isSafeRepoPath(value["path"])) {
    return false;
  }
  const { sizeBytes, sha256, gitSha1 } = value;
  const hash = sha256 ?? gitSha1;
  return (
    Number.isSafeInteger(sizeBytes) &&
    Number(sizeBytes) >= 0 &&
    typeof hash === "string" &&
    (sha256 === undefined ? /^[0-9a-f]{40}$/ : /^[0-9a-f]{64}$/).test(hash)
  );
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
