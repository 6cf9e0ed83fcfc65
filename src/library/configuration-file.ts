import { createHash } from "node:crypto";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { AppError, errnoCode } from "../common/errors";
import { ensureFolderInside, isSafeRepoPath, toFileError } from "./cache-layout";
import { locationOf, type ModelConfiguration, parseConfiguration } from "./configuration";

/** Beside `hub` in the models folder; visible, so that it can be edited and committed. */
const folderName = "configurations";
const extension = ".model.json";
/** Leaves room for the extension in the 255 bytes that file systems allow. */
const longestName = 180;
const largestBytes = 1_000_000;

/** Where the configuration of a model lies, whether it is there or not. */
export function configurationFile(modelsFolder: string, modelId: string): string {
  return path.join(modelsFolder, folderName, configurationName(modelId));
}

/** True for a path that `configurationFile` may have given. */
export function isConfigurationFile(modelsFolder: string, file: string): boolean {
  return path.dirname(file) === path.join(modelsFolder, folderName) && file.endsWith(extension);
}

/** Undefined when the model has none. @throws AppError, ConfigurationError where it cannot be used */
export async function readConfiguration(
  modelsFolder: string,
  modelId: string,
): Promise<ModelConfiguration | undefined> {
  const file = configurationFile(modelsFolder, modelId);
  const text = await readText(file);
  const fileName = path.basename(file);
  return text === undefined ? undefined : parseConfiguration({ file, fileName, text }, modelId);
}

/** Writes the configuration of a model that has none, and leaves one that is there as it is. @throws AppError */
export async function createConfiguration(
  modelsFolder: string,
  modelId: string,
  text: string,
): Promise<string> {
  const file = configurationFile(modelsFolder, modelId);
  await ensureFolderInside(modelsFolder, path.dirname(file));
  try {
    await writeNew(file, text);
  } catch (error) {
    if (errnoCode(error) !== "EEXIST") {
      throw toFileError(error, file);
    }
  }
  return file;
}

/**
 * `org--name--file.model.json`. The organisation comes first and two dashes occur in no part of a
 * repository's id, so no name is one that Windows reserves and no two repositories share one. A file's name
 * that cannot stay as it is gets a hash.
 */
function configurationName(modelId: string): string {
  const { repoId, subdirectory, fileName } = locationOf(modelId);
  const parts = [...repoId.split("/"), ...subdirectory.split("/"), fileName.replace(/\.gguf$/i, "")];
  const plain = parts.filter(Boolean).join("--");
  const readable = plain.replace(/[^A-Za-z0-9._-]+/g, "_").slice(0, longestName);
  const isExact =
    readable === plain && isSafeRepoPath(readable) && parts.every((part) => !part.includes("--"));
  const hash = createHash("sha256").update(modelId).digest("hex").slice(0, 8);
  return `${isExact ? readable : `${readable}-${hash}`}${extension}`;
}

async function readText(file: string): Promise<string | undefined> {
  try {
    const stat = await fs.stat(file);
    if (!stat.isFile() || stat.size > largestBytes) {
      throw new AppError("file-error", "“{0}” is not a configuration. Delete it.", [file]);
    }
    return await fs.readFile(file, "utf8");
  } catch (error) {
    if (error instanceof AppError) {
      throw error;
    }
    if (["ENOENT", "ENOTDIR"].includes(errnoCode(error) ?? "")) {
      return undefined;
    }
    throw new AppError("file-error", "“{0}” cannot be read ({1}).", [
      file,
      errnoCode(error) ?? String(error),
    ]);
  }
}

/** A file that could not be written whole is taken away again. */
async function writeNew(file: string, text: string): Promise<void> {
  const handle = await fs.open(file, "wx");
  try {
    await handle.writeFile(text);
  } catch (error) {
    await fs.rm(file, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}
