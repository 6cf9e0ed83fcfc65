import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { DeployTarget } from "../../src/engine/deployments";
import type { LoadParams } from "../../src/protocol/engine";
import { onnxTarget } from "./engines";

/** A folder for a model that exists only during the tests of the suite that calls this. */
export function temporaryModel(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "local-models-onnx-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Any ONNX model's folder, with the weights of one precision. */
export function onnxFolderTarget(
  modelPath: string,
  task: LoadParams["task"],
  variantSuffix = "",
): DeployTarget {
  const target = onnxTarget("demo-sentence-onnx", task, []);
  const weightFiles = readdirSync(path.join(modelPath, "onnx"))
    .filter((file) => file.endsWith(`${variantSuffix}.onnx`))
    .map((file) => `onnx/${file}`);
  return {
    ...target,
    name: path.basename(modelPath),
    revision: "main",
    isDemo: false,
    load: { ...target.load, modelPath, variantSuffix, weightFiles },
  };
}
