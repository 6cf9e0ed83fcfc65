import path from "node:path";

/**
 * The folder that a workspace's data are in whatever happens. VS Code names another one, with a number at its
 * end, when the lock of the first is still there, which a crashed extension host leaves behind; the data
 * would seem lost then. Our own lock keeps two windows apart.
 */
export function steadyStorageFolder(storageFolder: string): string {
  const workspace = path.dirname(storageFolder);
  const name = path.basename(workspace).replace(/(?<=.)-[1-9]$/, "");
  return path.join(path.dirname(workspace), name, path.basename(storageFolder));
}
