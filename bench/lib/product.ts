import { readdirSync } from "node:fs";
import path from "node:path";
import { silentLogger } from "../../src/common/logger";
import { Deployments, type DeployTarget } from "../../src/engine/deployments";
import type { EngineTask, Sampling } from "../../src/protocol/engine";

export const root = path.resolve(__dirname, "../..");
export const modelId = "bench";

export function newDeployments(): Deployments {
  return new Deployments({ enginePath: path.join(root, "dist/engine.mjs"), logger: silentLogger });
}

export function benchTarget(modelPath: string, contextLength: number, threads: number): DeployTarget {
  return {
    id: modelId,
    name: modelId,
    revision: "main",
    isDemo: false,
    load: {
      engine: "llama",
      task: "chat",
      modelPath,
      variantSuffix: "",
      weightFiles: [],
      contextLength,
      gpu: "off",
      vramShare: 0.8,
      threads,
    },
  };
}

/** A snapshot folder of ONNX files; `variant` is the suffix of its weight files. */
export function onnxBenchTarget(
  modelPath: string,
  task: EngineTask,
  threads: number,
  variant = "",
): DeployTarget {
  const target = benchTarget(modelPath, 4096, threads);
  const weightFiles = readdirSync(path.join(modelPath, "onnx"))
    .filter((file) => file.endsWith(`${variant}.onnx`))
    .map((file) => `onnx/${file}`);
  return {
    ...target,
    load: { ...target.load, engine: "onnx", task, variantSuffix: variant, weightFiles },
  };
}

export function greedy(maxTokens: number): Sampling {
  return { temperature: 0, topP: 1, topK: 0, minP: 0, repeatPenalty: 1, maxTokens };
}

/** So many words that no other call gave, so that nothing evaluated can be reused. */
export function newWords(count: number): string {
  return Array.from({ length: count }, () => `w${++lastWord}`).join(" ");
}

let lastWord = 1000;
