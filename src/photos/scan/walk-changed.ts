import { existsSync, lstatSync, realpathSync } from "node:fs";
import path from "node:path";
import { errnoCode } from "../../common/errors";
import type { ScanRoot } from "../../protocol/photo-scanner";
import { Exclusions } from "./exclusions";
import { walkBelow, walkPictures, type WalkVisitor } from "./walk";

/** What must be looked at again after these paths changed: rules mean their whole folder, and no path lies in another. */
export function affectedPaths(changed: readonly string[]): string[] {
  const affected = new Set(
    changed.map((file) => (path.basename(file) === ".gitignore" ? path.dirname(file) : file)),
  );
  return [...affected].filter((file) => !ancestors(file).some((folder) => affected.has(folder)));
}

/**
 * Visits the pictures at and below these paths, with the rules of the folders above them. Paths outside of
 * `roots`, and those that are gone, are passed over.
 */
export function* walkChanged(
  paths: readonly string[],
  roots: readonly ScanRoot[],
  visitor: WalkVisitor,
): Generator<void, void> {
  for (const file of paths) {
    try {
      yield* walkOne(file, roots, visitor);
    } catch (error) {
      const code = errnoCode(error);
      if (code === undefined) {
        throw error;
      }
      if (code !== "ENOENT" && code !== "ENOTDIR") {
        visitor.unreadable(file, code);
      }
    }
  }
}

function* walkOne(file: string, roots: readonly ScanRoot[], visitor: WalkVisitor): Generator<void, void> {
  for (const root of roots) {
    if (file === root.folder) {
      yield* walkPictures([root], visitor);
      return;
    }
    const above = rulesAbove(file, root);
    if (above) {
      // Links that lead upwards end there.
      const seen = new Set(above.folders.map((folder) => realpathSync.native(folder)));
      yield* walkBelow(file, above.exclusions, seen, visitor);
      return;
    }
  }
}

/** Undefined when the path is not in the root, or in a folder that is left out. */
function rulesAbove(
  file: string,
  { folder: root, excluded }: ScanRoot,
): { exclusions: Exclusions; folders: string[] } | undefined {
  const above = ancestors(file).reverse();
  const start = above.indexOf(path.normalize(root));
  if (start < 0) {
    return undefined;
  }
  const folders = above.slice(start);
  let exclusions = Exclusions.ofRoot(root, excluded);
  for (const folder of folders) {
    if (folder !== root && (path.basename(folder) === ".git" || exclusions.excludesFolder(folder))) {
      return undefined;
    }
    const rules = path.join(folder, ".gitignore");
    if (existsSync(rules) && lstatSync(rules).isFile()) {
      exclusions = exclusions.entering(folder);
    }
  }
  return { exclusions, folders };
}

/** Nearest first. */
function ancestors(file: string): string[] {
  const found: string[] = [];
  for (
    let folder = path.dirname(file);
    folder !== found.at(-1) && folder !== file;
    folder = path.dirname(folder)
  ) {
    found.push(folder);
  }
  return found;
}
