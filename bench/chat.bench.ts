/**
 * Speed of a chat through the product (store, RPC and engine process included) over bare node-llama-cpp in
 * a process of its own with the same threads and context; alternating, medians. With `--llama-server PATH`
 * also over llama.cpp's own server.
 */
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { ChatSession } from "../src/chat/chat-session";
import { silentLogger } from "../src/common/logger";
import type { Deployments, DeployTarget } from "../src/engine/deployments";
import type { ChatTurn } from "../src/protocol/engine";
import { Store } from "../src/store/store-client";
import { type BareLlama, startBareLlama } from "./lib/bare";
import { figurePrinter, median } from "./lib/figures";
import { LlamaServer } from "./lib/llama-server";
import { benchTarget, greedy, modelId, newDeployments, newWords, root } from "./lib/product";
import { randomLlama } from "./lib/random-llama";

const { values } = parseArgs({
  options: {
    model: { type: "string" },
    rounds: { type: "string", default: "7" },
    /** Of both processes, for prompts. */
    starts: { type: "string", default: "4" },
    threads: { type: "string", default: String(Math.max(1, os.availableParallelism() - 1)) },
    tokens: { type: "string", default: "128" },
    words: { type: "string", default: "120" },
    /** Words of the conversation before the second turn; each is about five tokens. */
    history: { type: "string", default: "400" },
    "llama-server": { type: "string" },
  },
});
const threads = Number(values.threads);
const tokens = Number(values.tokens);
const rounds = Number(values.rounds);
const contextLength = 4096;
const deployRounds = 3;
const print = figurePrinter("chat");

interface Figures {
  firstTokenMs: number;
  tokensPerSecond: number;
  hostCpuUsPerToken: number;
}

async function main(): Promise<void> {
  const modelPath = values.model ? path.resolve(values.model) : await randomLlama(path.join(root, ".cache"));
  const target = benchTarget(modelPath, contextLength, threads);
  const folder = await mkdtemp(path.join(os.tmpdir(), "local-models-bench-"));
  const deployments = newDeployments();
  const store = new Store({
    workerPath: path.join(root, "dist/store-worker.js"),
    wasmPath: path.join(root, "dist/sql-wasm.wasm"),
    kernelPath: path.join(root, "dist/vector-kernel.wasm"),
    directory: folder,
    logger: silentLogger,
  });
  const bare = await startBareLlama({ modelPath, contextLength, threads });
  try {
    const deployTimes: number[] = [];
    for (let round = 0; round < deployRounds; round++) {
      await deployments.stop(modelId);
      const startedAt = performance.now();
      await deployments.deploy(target);
      deployTimes.push(performance.now() - startedAt);
    }
    await measureAnswers(deployments, store, bare);
    await measureSecondTurns(deployments, bare);
    bare.stop();
    await measurePrompts(target, deployments);
    print("deploy_ms", median(deployTimes));
    const program = values["llama-server"];
    if (program) {
      await measureServer(deployments, { program, modelPath, threads, contextLength });
    }
  } finally {
    bare.stop();
    await deployments.dispose();
    await store.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The first round warms both up. */
async function alternate<T>(measureRound: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let round = 0; round <= rounds; round++) {
    const result = await measureRound();
    if (round > 0) {
      results.push(result);
    }
  }
  return results;
}

async function measureAnswers(deployments: Deployments, store: Store, bare: BareLlama): Promise<void> {
  const results = await alternate(async () => {
    const text = newWords(Number(values.words));
    return {
      stack: await measureSession(deployments, store, text),
      bare: await bare.measure({ text: asPrompt(text), tokens }),
    };
  });
  const ratio = (of: (figures: { tokensPerSecond: number; firstTokenMs: number }) => number) =>
    median(results.map(({ stack, bare }) => of(stack) / of(bare)));
  print(
    "decode_tok_s_ratio",
    ratio(({ tokensPerSecond }) => tokensPerSecond),
  );
  print(
    "first_token_ratio",
    ratio(({ firstTokenMs }) => firstTokenMs),
  );
  print("stack_decode_tok_s", median(results.map(({ stack }) => stack.tokensPerSecond)));
  print("bare_decode_tok_s", median(results.map(({ bare }) => bare.tokensPerSecond)));
  print("stack_first_token_ms", median(results.map(({ stack }) => stack.firstTokenMs)));
  print("bare_first_token_ms", median(results.map(({ bare }) => bare.firstTokenMs)));
  print("host_cpu_us_per_token", median(results.map(({ stack }) => stack.hostCpuUsPerToken)));
}

/**
 * A prompt of several chunks, against the same one in a single evaluation. Each start places both processes'
 * memory anew, which alone changes their speed by some per cent: so there are several.
 */
async function measurePrompts(target: DeployTarget, deployments: Deployments): Promise<void> {
  const ratios: number[] = [];
  for (let start = 0; start < Number(values.starts); start++) {
    await deployments.stop(modelId);
    await deployments.deploy(target);
    const bare = await startBareLlama({ modelPath: target.load.modelPath, contextLength, threads });
    try {
      ratios.push(...(await alternate(() => promptRatio(deployments, bare))));
    } finally {
      bare.stop();
    }
  }
  print("prefill_ratio", median(ratios));
}

async function promptRatio(deployments: Deployments, bare: BareLlama): Promise<number> {
  const text = newWords(2 * Number(values.words));
  const own = await timeToFirstToken(deployments, [{ role: "user", text }]);
  const { promptTokens, firstTokenMs } = await bare.measure({ text: asPrompt(text), tokens: 1 });
  return own.evaluatedTokens / own.firstTokenMs / (promptTokens / firstTokenMs);
}

/** A follow-up to a long conversation, against the evaluation of nothing but its new tokens. */
async function measureSecondTurns(deployments: Deployments, bare: BareLlama): Promise<void> {
  const ratios = await alternate(async () => {
    const conversation = randomUUID();
    const history = newWords(Number(values.history));
    const turns: ChatTurn[] = [{ role: "user", text: history }];
    const { text: answer } = await timeToFirstToken(deployments, turns, conversation);
    const question = newWords(8);
    turns.push({ role: "assistant", text: answer }, { role: "user", text: question });
    const own = await timeToFirstToken(deployments, turns, conversation);
    const { firstTokenMs } = await bare.measure({
      history: asPrompt(history),
      text: asPrompt(question),
      promptTokens: own.evaluatedTokens,
      tokens: 1,
    });
    return own.firstTokenMs / firstTokenMs;
  });
  print("second_turn_ttft_ratio", median(ratios));
}

/** Answers to a prompt of about 512 tokens, each as its client sees it. */
async function measureServer(
  deployments: Deployments,
  start: Parameters<typeof LlamaServer.start>[0],
): Promise<void> {
  const server = await LlamaServer.start(start);
  try {
    const figures = await alternate(async () => {
      const text = newWords(100);
      const theirs = await server.tokensPerSecond(asPrompt(text), tokens);
      return { theirs, own: await ownTokensPerSecond(deployments, text) };
    });
    print("llama_server_ratio", median(figures.map(({ own, theirs }) => own / theirs)));
    print("llama_server_tok_s", median(figures.map(({ theirs }) => theirs)));
  } finally {
    server.stop();
  }
}

async function ownTokensPerSecond(deployments: Deployments, text: string): Promise<number> {
  let firstAt = 0;
  const params = { turns: [{ role: "user" as const, text }], sampling: greedy(tokens) };
  const { generatedTokens } = await deployments.chat(modelId, params, {
    onEvent: (event) => {
      if (event.type === "text") {
        firstAt ||= performance.now();
      }
    },
  });
  return ((generatedTokens - 1) * 1000) / (performance.now() - firstAt);
}

/** From the request in the host to its first token there. */
async function timeToFirstToken(deployments: Deployments, turns: ChatTurn[], conversation?: string) {
  const startedAt = performance.now();
  const params = { turns, sampling: greedy(1), conversation };
  const { evaluatedTokens, text } = await deployments.chat(modelId, params, {});
  return { evaluatedTokens, text, firstTokenMs: performance.now() - startedAt };
}

/** One message in a new chat, timed from outside the session: from `send` to the streamed pieces. */
async function measureSession(deployments: Deployments, store: Store, text: string): Promise<Figures> {
  const session = await ChatSession.open({
    chatId: randomUUID(),
    store,
    deployments,
    sampling: () => Promise.resolve(greedy(tokens)),
    defaultSystemPrompt: () => Promise.resolve(""),
    canDeploy: () => false,
    describeError: (error) => error.message,
  });
  const startedAt = performance.now();
  let firstAt = 0;
  let lastAt = 0;
  let cpuAtFirst = process.cpuUsage();
  let cpuAtLast = cpuAtFirst;
  session.onDidStream((delta) => {
    if (delta.text) {
      lastAt = performance.now();
      cpuAtLast = process.cpuUsage();
      if (firstAt === 0) {
        firstAt = lastAt;
        cpuAtFirst = cpuAtLast;
      }
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
    hostCpuUsPerToken:
      (cpuAtLast.user + cpuAtLast.system - cpuAtFirst.user - cpuAtFirst.system) / (generated - 1),
  };
}

function asPrompt(text: string): string {
  return `<|im_start|>user\n${text}<|im_end|>\n<|im_start|>assistant\n`;
}

void main();
