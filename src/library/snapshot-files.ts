import type { Dirent } from "node:fs";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import type { RepoLayout } from "./cache-layout";

/** One name in a snapshot folder. */
export interface SnapshotEntry {
  /** Relative to the snapshot, with `/`. */
  path: string;
  absolutePath: string;
  /** Bytes of the content; undefined for a link that leads nowhere. */
  sizeBytes: number | undefined;
}

export interface Snapshot {
  commit: string;
  folder: string;
  modifiedMs: number;
}

/** Repositories of models are flat; this only keeps a hostile folder from being walked for ever. */
const deepestFolder = 6;
const maximumEntries = 20_000;

/** The snapshots of a repository: the one that `refs/main` names first, then the newest first. */
export async function listSnapshots(layout: RepoLayout): Promise<Snapshot[]> {
  const main = await readRef(path.join(layout.refs, "main"));
  const found = await Promise.all(
    (await readFolder(layout.snapshots))
      .filter((entry) => entry.isDirectory())
      .map(async ({ name }) => {
        const folder = path.join(layout.snapshots, name);
        const stat = await fs.stat(folder).catch(() => undefined);
        return { commit: name, folder, modifiedMs: stat?.mtimeMs ?? 0 };
      }),
  );
  const rank = (snapshot: Snapshot) =>
    snapshot.commit === main ? Number.POSITIVE_INFINITY : snapshot.modifiedMs;
  return found.sort((a, b) => (rank(a) < rank(b) ? 1 : -1));
}

/** Every file of a snapshot. Links to files are followed, links to folders are not. */
export async function listSnapshotEntries(folder: string): Promise<SnapshotEntry[]> {
  const entries: SnapshotEntry[] = [];
  const walk = async (relative: string, depth: number): Promise<void> => {
    for (const entry of await readFolder(path.join(folder, relative))) {
      const entryPath = relative === "" ? entry.name : `${relative}/${entry.name}`;
      if (entry.isDirectory()) {
        if (depth < deepestFolder) {
          await walk(entryPath, depth + 1);
        }
      } else if (entries.length < maximumEntries) {
        const absolutePath = path.join(folder, entryPath);
        const stat = await fs.stat(absolutePath).catch(() => undefined);
        entries.push({
          path: entryPath,
          absolutePath,
          sizeBytes: stat?.isFile() === true ? stat.size : undefined,
        });
      }
    }
  };
  await walk("", 0);
  return entries;
}

async function readFolder(folder: string): Promise<Dirent[]> {
  try {
    const entries = await fs.readdir(folder, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    // Not there, or not ours to read: nothing to list.
    return [];
  }
}

async function readRef(file: string): Promise<string | undefined> {
  const text = await fs.readFile(file, "utf8").catch(() => undefined);
  return text?.trim();
}
