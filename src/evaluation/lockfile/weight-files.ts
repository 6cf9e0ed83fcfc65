import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import path from "node:path";
import { AppError, errnoCode } from "../../common/errors";
import type { LoadParams } from "../../protocol/engine";

export interface WeightFile {
  /** Relative to the model's folder, with `/`. */
  path: string;
  bytes: number;
  /** Hex. */
  sha256: string;
}

/** In a Hugging Face cache a large file's content lies in `blobs` under its sha256. */
const blobPattern = /^[0-9a-f]{64}$/;

/** Hashes of models' files; a file that did not change is read once. */
export class WeightHashes {
  readonly #known = new Map<string, string>();

  /** @throws AppError `file-missing`, `aborted` */
  async of(load: LoadParams, signal: AbortSignal): Promise<WeightFile[]> {
    const files: WeightFile[] = [];
    for (const { relative, absolute } of pathsOf(load)) {
      try {
        const { size, mtimeMs } = await stat(absolute);
        const sha256 = await this.#hash(await realpath(absolute), `${size} ${mtimeMs}`, signal);
        files.push({ path: relative, bytes: size, sha256 });
      } catch (error) {
        throw errnoCode(error) === "ENOENT"
          ? new AppError("file-missing", "The model's file is gone: {0}. Pull the model again.", [relative])
          : error;
      }
    }
    return files;
  }

  async #hash(file: string, state: string, signal: AbortSignal): Promise<string> {
    const name = path.basename(file);
    if (blobPattern.test(name) && path.basename(path.dirname(file)) === "blobs") {
      return name;
    }
    const key = `${file} ${state}`;
    const known = this.#known.get(key);
    if (known !== undefined) {
      return known;
    }
    const hash = createHash("sha256");
    for await (const chunk of createReadStream(file, { signal, highWaterMark: 1 << 20 })) {
      hash.update(chunk as Buffer);
    }
    const sha256 = hash.digest("hex");
    this.#known.set(key, sha256);
    return sha256;
  }
}

/** A GGUF model is named by its (first) file, an ONNX model by its folder. */
function pathsOf({ engine, modelPath, weightFiles }: LoadParams): { relative: string; absolute: string }[] {
  const [first = path.basename(modelPath)] = weightFiles;
  const levels = first.split("/").length;
  const folder =
    engine === "onnx" ? modelPath : path.join(modelPath, ...Array.from({ length: levels }, () => ".."));
  const names = weightFiles.length > 0 ? weightFiles : [first];
  return names.map((relative) => ({ relative, absolute: path.join(folder, ...relative.split("/")) }));
}
