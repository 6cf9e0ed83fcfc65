import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { AppError, type ErrorCode } from "../../src/common/errors";
import { silentLogger } from "../../src/common/logger";
import {
  Deployments,
  type DeploymentsOptions,
  type DeploymentStatus,
  type DeployTarget,
} from "../../src/engine/deployments";
import type { ChatParams, LoadParams, Sampling } from "../../src/protocol/engine";

export const repoRoot = path.resolve(__dirname, "../..");
export const enginePath = path.join(repoRoot, "dist/engine.mjs");
export const cacheFolder = path.join(repoRoot, ".cache");

/** The snapshot folder of a committed demo model, such as `demo-sentence-onnx`. */
export function demoSnapshot(name: string): string {
  const repository = path.join(repoRoot, `demo-workspace/models/hub/models--local-models--${name}`);
  const commit = readFileSync(path.join(repository, "refs/main"), "utf8").trim();
  return path.join(repository, "snapshots", commit);
}

/** The committed demo chat model. */
export function demoChatModel(): string {
  return path.join(demoSnapshot("demo-chat-gguf"), "demo-chat-q8_0.gguf");
}

export function newDeployments(options: Partial<DeploymentsOptions> = {}): Deployments {
  return new Deployments({ enginePath, logger: silentLogger, ...options });
}

/** A committed ONNX demo model; `parts` are its graphs, such as `text_model`. */
export function onnxTarget(name: string, task: LoadParams["task"], parts: string[]): DeployTarget {
  return {
    id: "model",
    name,
    revision: "main",
    isDemo: true,
    load: {
      engine: "onnx",
      task,
      modelPath: demoSnapshot(name),
      variantSuffix: "_quantized",
      weightFiles: parts.map((part) => `onnx/${part}_quantized.onnx`),
      contextLength: 4096,
      gpu: "off",
      vramShare: 0.8,
      threads: 1,
    },
  };
}

/** The lines of a held-out set of `scripts/demo-models`. */
export function readLines<T>(file: string): T[] {
  const lines = readFileSync(path.join(repoRoot, "scripts/demo-models", file), "utf8")
    .trim()
    .split("\n");
  return lines.map((line) => JSON.parse(line) as T);
}

/** Row `index` of a row-major matrix. */
export function rowOf(vectors: Float32Array, dimensions: number, index: number): Float32Array {
  return vectors.subarray(index * dimensions, (index + 1) * dimensions);
}

export function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
}

export function chatTarget(modelPath: string, id = "model"): DeployTarget {
  return {
    id,
    name: path.basename(modelPath),
    revision: "main",
    isDemo: false,
    load: {
      engine: "llama",
      task: "chat",
      modelPath,
      variantSuffix: "",
      weightFiles: [],
      contextLength: 4096,
      gpu: "off",
      vramShare: 0.8,
      threads: 1,
    },
  };
}

/** Always the most likely token. */
export const greedy: Sampling = {
  temperature: 0,
  topP: 1,
  topK: 0,
  minP: 0,
  repeatPenalty: 1,
  maxTokens: 0,
};

export function ask(text: string, sampling: Partial<Sampling> = {}): ChatParams {
  return { turns: [{ role: "user", text }], sampling: { ...greedy, ...sampling } };
}

/** For `assert.rejects`: an error that a person may read, of this kind. */
export function hasCode(code: ErrorCode) {
  return (error: unknown) => {
    assert.ok(error instanceof AppError, String(error));
    assert.equal(error.code, code, error.message);
    assert.doesNotMatch(error.message, /undefined|NaN|\[object/);
    return true;
  };
}

/** Waits until the model is in this state. */
export function untilState(
  deployments: Deployments,
  state: DeploymentStatus["state"],
  id = "model",
  withinMs = 30_000,
): Promise<void> {
  return until(() => deployments.get(id)?.status.state === state, `${id} to be ${state}`, withinMs);
}

/** A pseudo-random number 0…1 at each call; the same seed gives the same series (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Waits for something that must become true; the bound only keeps a broken test from hanging. */
export async function until(condition: () => boolean, what: string, withinMs = 10_000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!condition()) {
    if (Date.now() > end) {
      throw new Error(`Waited ${withinMs} ms in vain for ${what}.`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
