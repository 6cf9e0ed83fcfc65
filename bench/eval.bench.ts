/**
 * Wall time of a suite of short independent prompts over the same prompts one by one through bare
 * node-llama-cpp, and what the product costs per response when it too asks one by one; alternating, medians.
 * Loading is left out on both sides.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { PatternWorker } from "../src/evaluation/checks/pattern-worker";
import { EvaluationRunner } from "../src/evaluation/run/runner";
import { defaultScale, defaultSettings } from "../src/evaluation/suite/defaults";
import type { Suite } from "../src/evaluation/suite/suite";
import { Store } from "../src/store/store-client";
import type { BareChatResult, BareChatStart } from "./lib/bare-chat.mjs";
import { figurePrinter, median } from "./lib/figures";
import { benchTarget, modelId, newDeployments, newWords, root } from "./lib/product";
import { randomLlama } from "./lib/random-llama";

const { values } = parseArgs({
  options: {
    model: { type: "string" },
    prompts: { type: "string", default: "60" },
    rounds: { type: "string", default: "3" },
    threads: { type: "string", default: String(os.availableParallelism()) },
    tokens: { type: "string", default: "32" },
    words: { type: "string", default: "6" },
  },
});
const contextLength = 1024;
const threads = Number(values.threads);
const tokens = Number(values.tokens);
const print = figurePrinter("eval");

async function main(): Promise<void> {
  const modelPath = values.model
    ? path.resolve(values.model)
    : await randomLlama(path.join(root, ".cache"), "q4_K");
  const folder = await mkdtemp(path.join(os.tmpdir(), "local-models-bench-"));
  const target = benchTarget(modelPath, contextLength, threads);
  const deployments = newDeployments();
  const store = newStore(folder);
  const patterns = new PatternWorker(path.join(root, "dist/check-worker.js"));
  const models = { nameOf: () => modelId, targetOf: () => Promise.resolve(target) };
  const runner = new EvaluationRunner({
    store,
    deployments,
    patterns,
    models,
    describeError: ({ message }) => message,
  });
  const bare = await startBare({ modelPath, contextLength, threads });
  try {
    const { sequences } = await deployments.deploy(target);
    const rounds: { together: number; oneByOne: number; bare: number; tokens: number; bareTokens: number }[] =
      [];
    for (let round = 0; round <= Number(values.rounds); round++) {
      const prompts = () =>
        Array.from({ length: Number(values.prompts) }, () => newWords(Number(values.words)));
      const alone = await askBare(bare, prompts());
      const together = await runSuite(runner, store, prompts(), undefined);
      const oneByOne = await runSuite(runner, store, prompts(), 1);
      // The first round warms up.
      if (round > 0) {
        rounds.push({
          together: together.wallMs,
          oneByOne: oneByOne.wallMs,
          bare: alone.wallMs,
          tokens: together.generatedTokens,
          bareTokens: alone.generatedTokens,
        });
      }
    }
    const count = Number(values.prompts);
    print("wall_ratio", median(rounds.map((round) => round.together / round.bare)));
    print("overhead_ms_per_response", median(rounds.map((round) => (round.oneByOne - round.bare) / count)));
    print("wall_s", median(rounds.map(({ together }) => together / 1000)));
    print("bare_wall_s", median(rounds.map((round) => round.bare / 1000)));
    // Both sides have to have written about as much.
    print("tokens", median(rounds.map((round) => round.tokens)));
    print("bare_tokens", median(rounds.map(({ bareTokens }) => bareTokens)));
    print("sequences", sequences);
  } finally {
    bare.disconnect();
    patterns.dispose();
    await runner.close();
    await deployments.dispose();
    await store.close();
    await rm(folder, { recursive: true });
  }
}

async function runSuite(
  runner: EvaluationRunner,
  store: Store,
  prompts: string[],
  parallel: number | undefined,
): Promise<BareChatResult> {
  const suite: Suite = {
    version: 1,
    name: "Bench",
    description: "",
    models: [modelId],
    settings: { ...defaultSettings, temperature: 0, numRuns: 1, maxTokens: tokens },
    sequences: [
      {
        name: "Prompts",
        systemPrompt: "",
        independent: true,
        prompts: prompts.map((text, index) => ({ name: String(index), text, checks: [] })),
      },
    ],
    criteria: [],
    scale: defaultScale,
  };
  const startedAt = performance.now();
  const id = await runner.start({ suite, parallel, reproducible: false });
  const status = await runner.untilEnded(id);
  const wallMs = performance.now() - startedAt;
  if (status !== "completed") {
    throw new Error(`The evaluation is ${String(status)}.`);
  }
  const outcomes = await store.request("listOutcomes", { evaluationId: id });
  return { wallMs, generatedTokens: outcomes.generatedTokens.reduce((sum, each) => sum + each, 0) };
}

function newStore(directory: string): Store {
  const built = (name: string) => path.join(root, "dist", name);
  return new Store({
    directory,
    workerPath: built("store-worker.js"),
    wasmPath: built("sql-wasm.wasm"),
    kernelPath: built("vector-kernel.wasm"),
  });
}

/** Started as the product starts its own. */
async function startBare(start: BareChatStart): Promise<ChildProcess> {
  const child = fork(path.join(__dirname, "lib/bare-chat.mts"), [JSON.stringify(start)], {
    execArgv: ["--import", "tsx"],
    env: { ...process.env, UV_THREADPOOL_SIZE: "1" },
  });
  await once(child, "message");
  return child;
}

async function askBare(child: ChildProcess, prompts: string[]): Promise<BareChatResult> {
  const answer = once(child, "message");
  child.send({ prompts, tokens });
  const [result] = (await answer) as [BareChatResult];
  return result;
}

void main();
