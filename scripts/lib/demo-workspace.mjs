// @ts-check
import { randomBytes } from "node:crypto";
import { constants, existsSync } from "node:fs";
import { copyFile, lstat, mkdir, readdir, readlink, rename, rm, symlink } from "node:fs/promises";
import path from "node:path";
import { cacheDir, repoRoot } from "./paths.mjs";

const committed = path.join(repoRoot, "demo-workspace");

/**
 * Brings the demo workspace to where it may be changed. Only missing files are added: chats, edits and pulled
 * models stay, and a demo model that was deleted comes back.
 * @param {{ source?: string | undefined, target?: string | undefined }} [options]
 * @returns {Promise<{ folder: string, added: number }>}
 */
export async function prepareDemoWorkspace({
  source = committed,
  target = path.join(cacheDir, "demo-workspace"),
} = {}) {
  if (!existsSync(source)) throw new Error(`The demo workspace ${source} is missing from this checkout.`);
  return { folder: target, added: await addMissing(source, target) };
}

/** @param {string} source @param {string} target @returns {Promise<number>} */
async function addMissing(source, target) {
  await mkdir(target, { recursive: true });
  let added = 0;
  for (const entry of await readdir(source, { withFileTypes: true })) {
    const from = path.join(source, entry.name);
    const to = path.join(target, entry.name);
    if (entry.isDirectory()) added += await addMissing(from, to);
    else if (!(await isThere(to))) {
      await addFile(from, to, entry.isSymbolicLink());
      added += 1;
    }
  }
  return added;
}

/**
 * Copies beside and renames, so an interrupted start leaves no half a model under a model's name.
 * @param {string} from
 * @param {string} to
 * @param {boolean} isLink
 */
async function addFile(from, to, isLink) {
  const temporary = `${to}.${randomBytes(4).toString("hex")}.tmp`;
  try {
    if (isLink) await symlink(await readlink(from), temporary);
    else await copyFile(from, temporary, constants.COPYFILE_FICLONE);
    await rename(temporary, to);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** @param {string} file */
async function isThere(file) {
  try {
    await lstat(file);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "ENOENT") return false;
    throw error;
  }
}
