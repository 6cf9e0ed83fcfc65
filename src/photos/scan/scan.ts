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
/** Fewer at first, but two batches of a model: it begins with them while others are read. */
const filesInFirstRecord = 16;
const reportEveryMs = 100;
/** How long the messages of others, such as a cancellation or what is known, may wait. */
const breatheEveryMs = 20;

/** Walks over the folders or the paths asked for, reads what is new or changed, and records it; ends soon after `signal`. */
export async function scanPictures(
  { roots, only }: ScanRequest,
  store: ScanStore,
  signal: AbortSignal,
  report: (progress: ScanProgress) => void,
): Promise<ScanResult> {
  const affected = only && affectedPaths(only);
  const finder = new ChangeFinder();
  // The store looks them up on a thread of its own, while this one walks.
  const compared = store.listKnownFiles(affected).then((known) => finder.compareWith(known));
  compared.catch(() => undefined);
  const result: ScanResult = { found: 0, changed: 0, gone: 0, skipped: [], unreadable: [] };
  let reportedAt = performance.now();
  let breathedAt = reportedAt;
  const visitor = {
    picture: (path: string, size: number, modified: number) => finder.add(path, size, modified),
    skipped: (path: string, reason: ScanResult["skipped"][number]["reason"]) =>
      void result.skipped.push({ path, reason }),
    unreadable: (path: string, code: string) => void result.unreadable.push({ path, code }),
  };
  const breathe = async (read: number) => {
    const now = performance.now();
    if (now - reportedAt > reportEveryMs) {
      report({ found: finder.found, changed: finder.changed.length, read });
      reportedAt = now;
    }
    if (now - breathedAt > breatheEveryMs) {
      await nextTick();
      throwIfAborted(signal);
      breathedAt = performance.now();
    }
  };
  const steps = affected ? walkChanged(affected, roots, visitor) : walkPictures(roots, visitor);
  while (!steps.next().done) {
    await breathe(0);
  }

  await compared;
  const { found, changed } = finder;
  const gone = withoutHidden(finder.gone(), result.unreadable);
  Object.assign(result, { found, changed: changed.length, gone: gone.length });
  if (gone.length > 0) {
    await store.recordFiles([], gone);
  }
  for (let done = 0, size = filesInFirstRecord; done < changed.length; size = filesPerRecord) {
    const files: FoundFile[] = [];
    for (const file of changed.slice(done, done + size)) {
      files.push(...read(file));
      await breathe(done);
    }
    await store.recordFiles(files, []);
    if (done === 0) {
      report({ found, changed: changed.length, read: Math.min(size, changed.length) });
    }
    done += size;
  }
  report({ found, changed: changed.length, read: changed.length });
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
