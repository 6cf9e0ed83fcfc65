import path from "node:path";
import type { PictureFolder } from "../../protocol/photos-view";

/** Folders with pictures in or below them, parents first; the workspace's own folders only where there are several. */
export function pictureFolders(
  direct: readonly { path: string; pictures: number }[],
  roots: readonly { name: string; path: string }[],
): PictureFolder[] {
  const counts = new Map<string, PictureFolder>();
  for (const { path: folder, pictures } of direct) {
    const root = roots.find(({ path: rootPath }) => isWithin(folder, rootPath));
    if (!root) {
      continue;
    }
    for (let current = folder; isWithin(current, root.path); current = path.dirname(current)) {
      const known = counts.get(current);
      if (known) {
        known.pictures += pictures;
      } else if (roots.length > 1 || current !== root.path) {
        counts.set(current, { path: current, label: labelOf(current, root, roots.length > 1), pictures });
      }
      if (current === root.path) {
        break;
      }
    }
  }
  return [...counts.values()].sort((a, b) => a.label.localeCompare(b.label));
}

function labelOf(folder: string, root: { name: string; path: string }, hasOthers: boolean): string {
  const relative = path.relative(root.path, folder);
  return hasOthers ? path.join(root.name, relative) : relative;
}

/** Also true of the folder itself. */
export function isWithin(file: string, folder: string): boolean {
  return file === folder || file.startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep);
}
