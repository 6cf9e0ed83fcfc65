import { sep } from "node:path";
import { setImmediate as nextTick } from "node:timers/promises";
import { throwIfAborted } from "../../common/async";
import { AppError, errnoCode, serializeError } from "../../common/errors";
import type { ScanProgress, ScanRequest, ScanResult } from "../../protocol/photo-scanner";
import type { FoundFile, KnownFileColumns } from "../../protocol/store-media";
import { ChangeFinder } from "./changes";
import { contentHash } from "./content-hash";
import { walkPictures } from "./walk";

/** The part of the store that a scan needs. */
export interface ScanStore {
  listKnownFiles: () => Promise<KnownFileColumns>;
  recordFiles: (found: FoundFile[], gone: string[]) => Promise<unknown>;
}

/** Files that are recorded together; so many may have to be read again after a cut. */
const filesPerRecord = 64;
const reportEveryMs = 100;

/** Walks over the folders, reads what is new or changed, and records it; ends soon after `signal`. */
export async function scanPictures(
  { roots }: ScanRequest,
  store: ScanStore,
  signal: AbortSignal,
  report: (progress: ScanProgress) => void,
): Promise<ScanResult> {
  const finder = new ChangeFinder(await store.listKnownFiles());
  const changed: FoundFile[] = [];
  const result: ScanResult = { found: 0, changed: 0, gone: 0, skipped: [], unreadable: [] };
  let reportedAt = performance.now();
  const visitor = {
    picture(path: string, size: number, modified: number) {
      result.found++;
      if (!finder.isUnchanged(path, size, modified)) {
        changed.push({ path, size, modified });
      }
    },
    skipped: (path: string, reason: ScanResult["skipped"][number]["reason"]) =>
      void result.skipped.push({ path, reason }),
    unreadable: (path: string, code: string) => void result.unreadable.push({ path, code }),
  };
  const breathe = async (read: number) => {
    if (performance.now() - reportedAt > reportEveryMs) {
      report({ found: result.found, changed: changed.length, read });
      await nextTick();
      throwIfAborted(signal);
      reportedAt = performance.now();
    }
  };
  for (const steps = walkPictures(roots, visitor); !steps.next().done;) {
    await breathe(0);
  }

  const gone = withoutHidden(finder.gone(), result.unreadable);
  result.changed = changed.length;
  result.gone = gone.length;
  await store.recordFiles([], gone);
  for (let start = 0; start < changed.length; start += filesPerRecord) {
    const found: FoundFile[] = [];
    for (const file of changed.slice(start, start + filesPerRecord)) {
      found.push(...read(file));
      await breathe(start);
    }
    await store.recordFiles(found, []);
  }
  report({ found: result.found, changed: changed.length, read: changed.length });
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
