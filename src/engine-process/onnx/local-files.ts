import { existsSync } from "node:fs";
import path from "node:path";
import { env } from "@huggingface/transformers";

/**
 * Makes transformers.js read from a snapshot folder alone. Its own loader reads weight files into memory
 * although ONNX Runtime only needs their path; a custom cache may answer with the path instead.
 */
export function useLocalFiles(snapshotPath: string): void {
  env.allowRemoteModels = false;
  env.allowLocalModels = true;
  env.localModelPath = "";
  env.useFSCache = false;
  env.useCustomCache = true;
  env.customCache = {
    match: (key: string) => Promise.resolve(weightsFile(snapshotPath, key)),
    put: () => Promise.resolve(),
  };
}

function weightsFile(snapshotPath: string, key: string): string | undefined {
  const file = path.resolve(key);
  const isInside = file.startsWith(snapshotPath + path.sep);
  return isInside && /\.onnx(?:_data(?:_\d+)?)?$/.test(file) && existsSync(file) ? file : undefined;
}
