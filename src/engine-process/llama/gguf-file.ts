import { open, stat } from "node:fs/promises";
import { GgufInsights, type Llama, readGgufFileInfo } from "node-llama-cpp";
import { AppError, errnoCode } from "../../common/errors";
import { formatBytes } from "../../common/format";
import { problemOfGgufHeader } from "./gguf-header";

/** GGUF magic, see https://github.com/ggml-org/ggml/blob/master/docs/gguf.md. */
export async function checkIsGguf(path: string): Promise<void> {
  const magic = Buffer.alloc(4);
  try {
    const file = await open(path, "r");
    try {
      await file.read(magic, 0, 4, 0);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (errnoCode(error) === "ENOENT") {
      throw new AppError("file-missing", "The model's file is gone: {0}. Pull the model again.", [path]);
    }
    throw new AppError("file-error", "The model's file cannot be read: {0}.", [path], String(error));
  }
  if (magic.toString("latin1") !== "GGUF") {
    throw notAModel(path, "no GGUF magic");
  }
  const problem = await problemOfGgufHeader(path);
  if (problem !== undefined) {
    throw notAModel(path, problem);
  }
}

/** Reads the header, which is why this runs in a process of its own: a hostile file may crash the parser. */
export async function readInsights(llama: Llama, path: string): Promise<GgufInsights> {
  try {
    const info = await readGgufFileInfo(path);
    const insights = await GgufInsights.from(info, llama);
    await checkNotTruncated(path, insights);
    return insights;
  } catch (error) {
    if (error instanceof AppError) {
      throw error;
    }
    throw notAModel(path, String(error));
  }
}

/** The header promises more tensor data than a cut-off file has; say so instead of failing deep inside. */
async function checkNotTruncated(path: string, insights: GgufInsights): Promise<void> {
  const { splicedParts, infoEndOffset } = insights.ggufFileInfo;
  const promised = (infoEndOffset ?? 0) + insights.modelSize;
  const { size } = await stat(path);
  if (splicedParts === 1 && size < promised) {
    throw new AppError(
      "not-a-model",
      "The model's file is cut off: {0} of {1} are there. Delete the model and pull it again.",
      [formatBytes(size), formatBytes(promised)],
    );
  }
}

function notAModel(path: string, detail: string): AppError {
  return new AppError(
    "not-a-model",
    "{0} is not a readable GGUF model. Delete the model and pull it again.",
    [path.split(/[\\/]/).at(-1) ?? path],
    detail,
  );
}
