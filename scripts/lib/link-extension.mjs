// @ts-check
import { lstat, mkdir, readFile, realpath, symlink, unlink, writeFile } from "node:fs/promises";
import path from "node:path";

/**
 * Makes a source folder an installed extension, by a link. The server could also open it as an extension under
 * development, but only with its smoke-test driver on, and that one shows no notifications.
 * @param {{ extension: string, extensionsDir: string }} options
 */
export async function linkExtension({ extension, extensionsDir }) {
  const manifest = JSON.parse(await readFile(path.join(extension, "package.json"), "utf8"));
  const id = `${manifest.publisher}.${manifest.name}`.toLowerCase();
  await mkdir(extensionsDir, { recursive: true });
  const link = path.join(extensionsDir, id);
  await removeLink(link);
  await symlink(await realpath(extension), link, "junction");
  const folder = link.replaceAll("\\", "/");
  const entry = {
    identifier: { id },
    version: manifest.version,
    location: { $mid: 1, path: folder.startsWith("/") ? folder : `/${folder}`, scheme: "file" },
    relativeLocation: id,
    metadata: { isApplicationScoped: false, source: "vsix" },
  };
  await writeRegistry(path.join(extensionsDir, "extensions.json"), entry);
}

/** Never removes anything but a link: behind it are somebody's sources. @param {string} link */
async function removeLink(link) {
  try {
    const stats = await lstat(link);
    if (!stats.isSymbolicLink())
      throw new Error(`${link} is a real folder; remove it to run the extension from source.`);
    await unlink(link);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== "ENOENT") throw error;
  }
}

/**
 * Keeps what a person installed besides. Writing it anew also outdates VS Code's cache of the manifest.
 * @param {string} file
 * @param {{ identifier: { id: string } }} entry
 */
async function writeRegistry(file, entry) {
  /** @type {{ identifier: { id: string } }[]} */
  let others = [];
  try {
    others = JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== "ENOENT") throw error;
  }
  others = others.filter(({ identifier }) => identifier.id.toLowerCase() !== entry.identifier.id);
  await writeFile(file, JSON.stringify([...others, entry]));
}
