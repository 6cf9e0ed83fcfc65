import { sep } from "node:path";
import { setImmediate as nextTick } from "node:timers/promises";
import { throwIfAborted } from "../../common/async";
import { AppError, errnoCode, serializeError } from "../../common/errors";
import type { ScanProgress, ScanRequest, ScanResult } from "../../protocol/photo-scanner";
import type { FoundFile, KnownFileColumns } from "../../protocol/store-media";
import { ChangeFinder } from "./changes";
import { contentHash } from "./content-hash";
import { walkPictures } from "./walk";
import { affectedPaths, walkChanged } from "./walk-changed";

/** The part of the store that a scan needs. */
export interface ScanStore {
  /** All, or these and what is below them. */
  listKnownFiles: (below: string[] | undefined) => Promise<KnownFileColumns>;
  recordFiles: (found: FoundFile[], gone: string[]) => Promise<unknown>;
}

/** Files that are recorded together; so many may have to be read again after a cut. */
const filesPerRecord = 64;
const reportEveryMs = 100;

/** Walks over the folders or the paths asked for, reads what is new or changed, and records it; ends soon after `signal`. */
export async function scanPictures(
  { roots, only }: ScanRequest,
  store: ScanStore,
  signal: AbortSignal,
  report: (progress: ScanProgress) => void,
): Promise<ScanResult> {
  const affected = only && affectedPaths(only);
  // The store looks them up on a thread of its own, while this one walks.
  const known = store.listKnownFiles(affected);
  known.catch(() => undefined);
  const met: FoundFile[] = [];
  let changedCount = 0;
  const result: ScanResult = { found: 0, changed: 0, gone: 0, skipped: [], unreadable: [] };
  let reportedAt = performance.now();
  const visitor = {
    picture: (path: string, size: number, modified: number) => void met.push({ path, size, modified }),
    skipped: (path: string, reason: ScanResult["skipped"][number]["reason"]) =>
      void result.skipped.push({ path, reason }),
    unreadable: (path: string, code: string) => void result.unreadable.push({ path, code }),
  };
  const breathe = async (read: number) => {
    if (performance.now() - reportedAt > reportEveryMs) {
      report({ found: met.length, changed: changedCount, read });
      await nextTick();
      throwIfAborted(signal);
      reportedAt = performance.now();
    }
  };
  const steps = affected ? walkChanged(affected, roots, visitor) : walkPictures(roots, visitor);
  while (!steps.next().done) {
    await breathe(0);
  }

  const finder = new ChangeFinder(await known);
  const changed = met.filter(({ path, size, modified }) => !finder.isUnchanged(path, size, modified));
  changedCount = changed.length;
  const gone = withoutHidden(finder.gone(), result.unreadable);
  Object.assign(result, { found: met.length, changed: changed.length, gone: gone.length });
  if (gone.length > 0) {
    await store.recordFiles([], gone);
  }
  for (let start = 0; start < changed.length; start += filesPerRecord) {
    const found: FoundFile[] = [];
    for (const file of changed.slice(start, start + filesPerRecord)) {
      found.push(...read(file));
      await breathe(start);
    }
    await store.recordFiles(found, []);
  }
  report({ found: met.length, changed: changed.length, read: changed.length });
  return result;
}

/** Nothing for a file that was deleted since it was found. */
function read(file: FoundFile): FoundFile[] {
  try {
    return [{ ...file, hash: contentHash(file.path) }];
  } catch (error) {
    const code = errnoCode(error);
    const problem = new AppError("file-error", "The file cannot be read ({0}).", [code ?? String(error)]);
    return code === "ENOENT" ? [] : [{ ...file, problem: JSON.stringify(serializeError(problem)) }];
  }
}

/** A folder that cannot be seen today says nothing about the files in it. */
function withoutHidden(gone: string[], unreadable: ScanResult["unreadable"]): string[] {
  const hidden = unreadable.filter(({ code }) => code !== "ENOENT").map(({ path }) => path);
  return gone.filter((file) => !hidden.some((path) => file === path || file.startsWith(path + sep)));
}
