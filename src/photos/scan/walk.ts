import { type Dirent, lstatSync, readdirSync, realpathSync, type Stats, statSync } from "node:fs";
import path from "node:path";
import { errnoCode } from "../../common/errors";
import type { ScanRoot, SkipReason } from "../../protocol/photo-scanner";
import { Exclusions } from "./exclusions";
import { pictureFormat } from "./picture-formats";

/** Files may go while we walk. */
const mayBeGone = { throwIfNoEntry: false } as const;

/** Told of everything that the walk meets. */
export interface WalkVisitor {
  /** `size` in bytes, `modified` in milliseconds since 1970, with fractions. */
  picture(path: string, size: number, modified: number): void;
  /** A picture that cannot be read by any of our means. */
  skipped(path: string, reason: SkipReason): void;
  /** A folder or file that the system does not let us see; `code` is its error's name. */
  unreadable(path: string, code: string): void;
}

/**
 * Visits every picture below the folders and yields after each folder. Synchronous, because waiting for
 * each file costs ten times its `stat`, so it belongs into a worker. Linked folders are followed once.
 */
export function* walkPictures(roots: readonly ScanRoot[], visitor: WalkVisitor): Generator<void, void> {
  const seen = new Set<string>();
  for (const { folder, excluded } of roots) {
    yield* walkFolder(folder, Exclusions.ofRoot(folder, excluded), seen, visitor);
  }
}

/**
 * Visits one file, or a folder and what is below it; `exclusions` are those of the folders above.
 * @throws what the system says of the path itself
 */
export function* walkBelow(
  file: string,
  exclusions: Exclusions,
  seen: Set<string>,
  visitor: WalkVisitor,
): Generator<void, void> {
  const stats = lstatSync(file);
  const name = path.basename(file);
  if (stats.isFile()) {
    visitFile(file, name, exclusions, visitor);
    yield;
  } else if (
    (stats.isDirectory() ? name !== ".git" : visitLink(file, name, exclusions, visitor)) &&
    !exclusions.excludesFolder(file)
  ) {
    yield* walkFolder(file, exclusions, seen, visitor);
  }
}

function* walkFolder(
  folder: string,
  exclusions: Exclusions,
  seen: Set<string>,
  visitor: WalkVisitor,
): Generator<void, void> {
  let entries: Dirent[];
  let own: Exclusions;
  try {
    if (!isNew(folder, seen)) {
      return;
    }
    entries = readdirSync(folder, { withFileTypes: true });
    const hasRules = entries.some((entry) => entry.name === ".gitignore" && entry.isFile());
    own = hasRules ? exclusions.entering(folder) : exclusions;
  } catch (error) {
    visitor.unreadable(folder, errnoCode(error) ?? "unknown");
    return;
  }
  const prefix = folder.endsWith(path.sep) ? folder : folder + path.sep;
  const folders: string[] = [];
  for (const entry of entries) {
    if (entry.isFile()) {
      visitFile(prefix + entry.name, entry.name, own, visitor);
    } else if (entry.isDirectory()) {
      if (entry.name !== ".git") {
        folders.push(prefix + entry.name);
      }
    } else if (entry.isSymbolicLink() && visitLink(prefix + entry.name, entry.name, own, visitor)) {
      folders.push(prefix + entry.name);
    }
  }
  yield;
  for (const inner of folders) {
    if (!own.excludesFolder(inner)) {
      yield* walkFolder(inner, own, seen, visitor);
    }
  }
}

function visitFile(file: string, name: string, exclusions: Exclusions, visitor: WalkVisitor): void {
  const format = pictureFormat(name);
  if (!format || exclusions.excludesPicture(file)) {
    return;
  }
  if (!format.supported) {
    visitor.skipped(file, format.reason);
    return;
  }
  try {
    const stats = statSync(file, mayBeGone);
    if (stats) {
      visitor.picture(file, stats.size, stats.mtimeMs);
    }
  } catch (error) {
    visitor.unreadable(file, errnoCode(error) ?? "unknown");
  }
}

/** True when the link leads to a folder. */
function visitLink(link: string, name: string, exclusions: Exclusions, visitor: WalkVisitor): boolean {
  let target: Stats;
  try {
    target = statSync(link);
  } catch {
    // Leads nowhere or in a circle: there is nothing to index.
    return false;
  }
  if (target.isFile()) {
    visitFile(link, name, exclusions, visitor);
  }
  return target.isDirectory();
}

/** By its real path, so that links in a circle end, and nothing is found twice. */
function isNew(folder: string, seen: Set<string>): boolean {
  const real = realpathSync.native(folder);
  if (seen.has(real)) {
    return false;
  }
  seen.add(real);
  return true;
}
