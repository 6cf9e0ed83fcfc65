import { existsSync } from "node:fs";
import { lstat, mkdir, open, rename, rm, stat } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { errnoCode } from "../../common/errors";

/**
 * Moves a file into the trash of Linux desktops and of `gio trash`, which finds it there again
 * (https://specifications.freedesktop.org/trash-spec/1.0). For machines reached over a network, where VS Code
 * has no trash. Throws the system's error when it cannot; the file is where it was then.
 */
export async function moveToFreedesktopTrash(file: string): Promise<void> {
  const home = path.join(process.env["XDG_DATA_HOME"] ?? path.join(os.homedir(), ".local", "share"), "Trash");
  try {
    await moveInto(home, file, encodePath(file));
  } catch (error) {
    if (errnoCode(error) !== "EXDEV") {
      throw error;
    }
    // Another file system has a trash of its own, in its topmost folder.
    const top = await mountPoint(file);
    const trash = path.join(top, `.Trash-${process.getuid?.() ?? 0}`);
    await moveInto(trash, file, encodePath(path.relative(top, file)));
  }
}

/** The information is written first: its name reserves the file's name in the trash. */
async function moveInto(trash: string, file: string, recordedPath: string): Promise<void> {
  const [files, information] = [path.join(trash, "files"), path.join(trash, "info")];
  await mkdir(files, { recursive: true, mode: 0o700 });
  await mkdir(information, { recursive: true, mode: 0o700 });
  await lstat(file);
  const text = `[Trash Info]\nPath=${recordedPath}\nDeletionDate=${localTime(new Date())}\n`;
  const { name, ext } = path.parse(file);
  for (let number = 1; ; number++) {
    const target = number === 1 ? `${name}${ext}` : `${name}.${number}${ext}`;
    const note = path.join(information, `${target}.trashinfo`);
    // A file without its information is a trash that somebody else keeps badly: not ours to overwrite.
    if (existsSync(path.join(files, target)) || !(await writeNew(note, text))) {
      continue;
    }
    try {
      await rename(file, path.join(files, target));
      return;
    } catch (error) {
      await rm(note, { force: true });
      throw error;
    }
  }
}

/** False where there is such a file. */
async function writeNew(file: string, text: string): Promise<boolean> {
  try {
    const handle = await open(file, "wx", 0o600);
    try {
      await handle.writeFile(text);
    } finally {
      await handle.close();
    }
    return true;
  } catch (error) {
    if (errnoCode(error) === "EEXIST") {
      return false;
    }
    throw error;
  }
}

/** The topmost folder of the file system that the file is in. */
async function mountPoint(file: string): Promise<string> {
  const { dev } = await stat(path.dirname(file));
  let folder = path.dirname(file);
  for (let parent = path.dirname(folder); parent !== folder; parent = path.dirname(folder)) {
    if ((await stat(parent)).dev !== dev) {
      break;
    }
    folder = parent;
  }
  return folder;
}

function encodePath(file: string): string {
  return file.split(path.sep).map(encodeURIComponent).join("/");
}

/** `2024-05-31T18:04:09` in local time. */
function localTime(date: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join("-");
  return `${day}T${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":")}`;
}
