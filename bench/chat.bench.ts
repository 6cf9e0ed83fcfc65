/**
 * Speed of a chat as its panel's session sees it (store, RPC and engine process included) over bare
 * node-llama-cpp in a process of its own with the same threads and context; alternating, medians.
 */
import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { ChatSession } from "../src/chat/chat-session";
import { silentLogger } from "../src/common/logger";
import { Deployments } from "../src/engine/deployments";
import { Store } from "../src/store/store-client";
import type { BareRequest, BareResult, BareStart } from "./lib/bare-llama.mjs";
import { randomLlama } from "./lib/random-llama";

const root = path.resolve(__dirname, "..");
const { values } = parseArgs({
  options: {
    model: { type: "string" },
    rounds: { type: "string", default: "7" },
    threads: { type: "string", default: String(Math.max(1, os.availableParallelism() - 1)) },
    tokens: { type: "string", default: "128" },
    words: { type: "string", default: "120" },
  },
});
const threads = Number(values.threads);
const tokens = Number(values.tokens);
const contextLength = 2048;

interface Figures {
  firstTokenMs: number;
  tokensPerSecond: number;
}

async function main(): Promise<void> {
  const modelPath = values.model ? path.resolve(values.model) : await randomLlama(path.join(root, ".cache"));
  const folder = await mkdtemp(path.join(os.tmpdir(), "local-models-bench-"));
  const deployments = new Deployments({
    enginePath: path.join(root, "dist/engine.mjs"),
    logger: silentLogger,
  });
  const store = new Store({
    workerPath: path.join(root, "dist/store-worker.js"),
    wasmPath: path.join(root, "dist/sql-wasm.wasm"),
    directory: folder,
    logger: silentLogger,
  });
  const bare = await startBare({ modelPath, contextLength, threads });
  try {
    await deployments.deploy({
      id: "bench",
      name: "bench",
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
    });
    await run(deployments, store, bare);
  } finally {
    bare.disconnect();
    await deployments.dispose();
    await store.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function run(deployments: Deployments, store: Store, bare: ChildProcess): Promise<void> {
  const rounds: { stack: Figures; bare: Figures }[] = [];
  for (let round = 0; round <= Number(values.rounds); round++) {
    // Other words each time, so that neither side can reuse an evaluated prompt.
    const text = Array.from({ length: Number(values.words) }, (_, index) => `w${round * 1000 + index}`).join(
      " ",
    );
    const stack = await measureStack(deployments, store, text);
    const bareFigures = await measureBare(bare, {
      text: `<|im_start|>user\n${text}<|im_end|>\n<|im_start|>assistant\n`,
      tokens,
    });
    // The first round warms both up.
    if (round > 0) {
      rounds.push({ stack, bare: bareFigures });
    }
  }
  print(
    "decode_tok_s_ratio",
    median(rounds.map(({ stack, bare }) => stack.tokensPerSecond / bare.tokensPerSecond)),
  );
  print("first_token_ratio", median(rounds.map(({ stack, bare }) => stack.firstTokenMs / bare.firstTokenMs)));
  print("stack_decode_tok_s", median(rounds.map(({ stack }) => stack.tokensPerSecond)));
  print("bare_decode_tok_s", median(rounds.map(({ bare }) => bare.tokensPerSecond)));
  print("stack_first_token_ms", median(rounds.map(({ stack }) => stack.firstTokenMs)));
  print("bare_first_token_ms", median(rounds.map(({ bare }) => bare.firstTokenMs)));
}

/** One message in a new chat, timed from outside the session: from `send` to the streamed pieces. */
async function measureStack(deployments: Deployments, store: Store, text: string): Promise<Figures> {
  const session = await ChatSession.open({
    chatId: randomUUID(),
    store,
    deployments,
    sampling: () => ({ temperature: 0, topP: 1, topK: 0, minP: 0, repeatPenalty: 1, maxTokens: tokens }),
    defaultSystemPrompt: () => "",
    canDeploy: () => false,
    describeError: (error) => error.message,
  });
  const startedAt = performance.now();
  let firstAt = 0;
  let lastAt = 0;
  session.onDidStream((delta) => {
    if (delta.text) {
      lastAt = performance.now();
      firstAt ||= lastAt;
    }
  });
  const finished = new Promise<void>((resolve) => {
    session.onDidChange((state) => {
      if (state.messages.at(-1)?.status === "complete" && state.activity.type === "idle") {
        resolve();
      }
    });
  });
  await session.send(text);
  await finished;
  const answer = session.state.messages.at(-1);
  const generated = answer?.statistics?.generatedTokens ?? 0;
  if (generated !== tokens) {
    throw new Error(`The model stopped after ${generated} tokens: ${answer?.error ?? "end of its answer"}`);
  }
  session.dispose();
  return {
    firstTokenMs: firstAt - startedAt,
    tokensPerSecond: ((generated - 1) * 1000) / (lastAt - firstAt),
  };
}

async function startBare(start: BareStart): Promise<ChildProcess> {
  const child = fork(path.join(__dirname, "lib/bare-llama.mts"), [JSON.stringify(start)], {
    execArgv: ["--import", "tsx"],
    env: { ...process.env, UV_THREADPOOL_SIZE: "1" },
  });
  await once(child, "message");
  return child;
}

async function measureBare(child: ChildProcess, request: BareRequest): Promise<BareResult> {
  const answer = once(child, "message");
  child.send(request);
  const [result] = (await answer) as [BareResult];
  return result;
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

function print(metric: string, value: number): void {
  console.log(JSON.stringify({ bench: "chat", metric, value: Number(value.toFixed(3)) }));
}

void main();
