import { existsSync } from "node:fs";
import path from "node:path";
import { env } from "@huggingface/transformers";

/** What transformers.js calls a file of the model where it would otherwise name its address on the hub. */
const keyPrefix = "snapshot:/files/";

/**
 * Makes transformers.js read from a snapshot folder alone. Its own loader reads weight files into memory
 * although ONNX Runtime only needs their path; a custom cache may answer with the path instead. It is asked by
 * the local path first, and when it had an answer again by the remote address.
 */
export function useLocalFiles(snapshotPath: string): void {
  env.allowRemoteModels = false;
  env.allowLocalModels = true;
  env.localModelPath = "";
  env.useFSCache = false;
  env.remoteHost = "snapshot:";
  env.remotePathTemplate = "files";
  env.useCustomCache = true;
  env.customCache = {
    match: (key: string) => Promise.resolve(weightsFile(snapshotPath, key)),
    put: () => Promise.resolve(),
  };
}

function weightsFile(snapshotPath: string, key: string): string | undefined {
  const file = key.startsWith(keyPrefix)
    ? path.join(snapshotPath, key.slice(keyPrefix.length))
    : path.resolve(key);
  const isInside = file.startsWith(snapshotPath + path.sep);
  return isInside && /\.onnx(?:_data(?:_\d+)?)?$/.test(file) && existsSync(file) ? file : undefined;
}
