import assert from "node:assert/strict";
import path from "node:path";
import { AppError } from "../../src/common/errors";
import type { Deployments, DeployTarget } from "../../src/engine/deployments";
import { PatternWorker } from "../../src/evaluation/checks/pattern-worker";
import type { RunnerOptions } from "../../src/evaluation/run/run-options";
import { EvaluationRunner } from "../../src/evaluation/run/runner";
import { defaultCriteria, defaultScale, defaultSettings } from "../../src/evaluation/suite/defaults";
import type { Check, Prompt, Sequence, Suite, SuiteSettings } from "../../src/evaluation/suite/suite";
import type { StoredEvaluation, StoredResponse } from "../../src/protocol/store-evaluations";
import { Store } from "../../src/store/store-client";
import { chatTarget, demoChatModel, demoSnapshot, onnxTarget, repoRoot, until } from "./engines";

/** The store as it is built for the product. */
export function newStore(directory: string): Store {
  const built = (name: string) => path.join(repoRoot, "dist", name);
  return new Store({
    directory,
    workerPath: built("store-worker.js"),
    wasmPath: built("sql-wasm.wasm"),
    kernelPath: built("vector-kernel.wasm"),
  });
}

/** Ids of demo models as the tests use them, with what deploys them. */
const targets: Record<string, () => DeployTarget> = {
  small: () => chatTarget(demoChatModel(), "small"),
  plus: () => chatTarget(path.join(demoSnapshot("demo-chat-plus-gguf"), "demo-chat-plus-q8_0.gguf"), "plus"),
  "plus-onnx": () => ({ ...onnxTarget("demo-chat-plus-onnx", "chat", ["model"]), id: "plus-onnx" }),
  "gpt2-onnx": () => ({ ...onnxTarget("demo-chat-gpt2-onnx", "chat", ["model"]), id: "gpt2-onnx" }),
  sentence: () => ({ ...onnxTarget("demo-sentence-onnx", "embedding", ["model"]), id: "sentence" }),
};

export function demoTarget(modelId: string): DeployTarget {
  const target = targets[modelId];
  if (!target) {
    throw new AppError("unknown-model", "The model “{0}” is not downloaded.", [modelId]);
  }
  return target();
}

export function newRunner(
  store: RunnerOptions["store"],
  deployments: Deployments,
  change: Partial<RunnerOptions> = {},
): EvaluationRunner {
  return new EvaluationRunner({
    store,
    deployments,
    patterns: new PatternWorker(path.join(repoRoot, "dist/check-worker.js")),
    models: {
      nameOf: (id) => `Model ${id}`,
      targetOf: (id) => Promise.resolve().then(() => demoTarget(id)),
    },
    describeError: ({ message }) => message,
    ...change,
  });
}

export function prompt(text: string, ...checks: Check[]): Prompt {
  return { name: text.slice(0, 20), text, checks };
}

export function sequence(name: string, prompts: Prompt[], change: Partial<Sequence> = {}): Sequence {
  return { name, systemPrompt: "", independent: false, prompts, ...change };
}

export function newSuite(sequences: Sequence[], settings: Partial<SuiteSettings> = {}): Suite {
  return {
    version: 1,
    name: "Test",
    description: "",
    models: ["small"],
    settings: { ...defaultSettings, numRuns: 1, maxTokens: 60, temperature: 0, seed: 42, ...settings },
    sequences,
    criteria: [...defaultCriteria],
    scale: defaultScale,
  };
}

/** All responses of an evaluation, in the order of the suite. */
export async function allResponses(
  store: RunnerOptions["store"],
  evaluationId: string,
): Promise<StoredResponse[]> {
  const { ids } = await store.request("listOutcomes", { evaluationId });
  return store.request("getResponses", { responseIds: [...ids] });
}

/** What must be the same however often an evaluation was interrupted. */
export function essence({ model, sequence: its, run, prompt: position, ...rest }: StoredResponse) {
  const { promptText, text, status, stopReason, seed, generatedTokens, checks } = rest;
  return {
    place: [model, its, run, position],
    promptText,
    text,
    status,
    stopReason,
    seed,
    generatedTokens,
    checks,
  };
}

/** Starts an evaluation and resolves with its id once it has ended. */
export async function runToEnd(runner: EvaluationRunner, suite: Suite): Promise<string> {
  const id = await runner.start({ suite });
  await runner.untilEnded(id);
  return id;
}

export async function storedEvaluation(
  store: RunnerOptions["store"],
  evaluationId: string,
): Promise<StoredEvaluation> {
  const evaluation = await store.request("getEvaluation", { evaluationId });
  assert.ok(evaluation);
  return evaluation;
}

/** Waits until the evaluation that runs has so many responses. */
export function untilResponses(runner: EvaluationRunner, count: number): Promise<void> {
  return until(() => (runner.active[0]?.progress?.done ?? 0) >= count, `${count} responses`, 60_000);
}
