/**
 * How well two models share the processor: a chat (GGUF) beside batch work of a text embedding model (ONNX),
 * each as a part of what it does alone; alternating, medians. Both together do more than 1 of one at a time.
 */
import os from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { Deployments } from "../src/engine/deployments";
import { defaultTiming } from "../src/engine/timing";
import { figurePrinter, median } from "./lib/figures";
import { benchTarget, greedy, newDeployments, newWords, onnxBenchTarget, root } from "./lib/product";
import { randomLlama } from "./lib/random-llama";
import { benchWords, randomTextEmbedder } from "./lib/random-onnx";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    /** Of both models when they work alone. */
    threads: { type: "string", default: String(os.availableParallelism()) },
    /** Of each measurement. */
    seconds: { type: "string", default: "6" },
  },
});
const threads = Number(values.threads);
const rounds = Number(values.rounds);
const cache = path.join(root, ".cache");
const print = figurePrinter("sharing");
const texts = Array.from({ length: 64 }, (_, text) =>
  Array.from({ length: 24 }, (_, word) => benchWords[text * 31 + word * 7]).join(" "),
);

/** Work that is done again and again, and counted. */
type Work = (deployments: Deployments, count: (units: number) => void) => Promise<void>;

/** Counts letters. */
const chat: Work = async (deployments, count) => {
  await deployments.chat(
    "chat",
    { turns: [{ role: "user", text: newWords(4) }], sampling: greedy(400) },
    { onEvent: (event) => event.type === "text" && count(event.text.length) },
  );
};

/** Counts texts. */
const embed: Work = async (deployments, count) => {
  await deployments.embed("texts", { texts, priority: "batch" });
  count(texts.length);
};

async function main(): Promise<void> {
  const deployments = newDeployments();
  try {
    await deployments.deploy({ ...benchTarget(await randomLlama(cache), 1024, threads), id: "chat" });
    await deployments.deploy({
      ...onnxBenchTarget(randomTextEmbedder(cache), "embedding", threads),
      id: "texts",
    });
    const parts: { chat: number; texts: number }[] = [];
    for (let round = 0; round <= rounds; round++) {
      const [chatAlone = 0] = await speeds(deployments, [chat]);
      const [textsAlone = 0] = await speeds(deployments, [embed]);
      const [chatBeside = 0, textsBeside = 0] = await speeds(deployments, [chat, embed]);
      // The first round warms up.
      if (round > 0) {
        parts.push({ chat: chatBeside / chatAlone, texts: textsBeside / textsAlone });
      }
    }
    print("chat_part", median(parts.map((part) => part.chat)));
    print("texts_part", median(parts.map((part) => part.texts)));
    print("sum_of_parts", median(parts.map((part) => part.chat + part.texts)));
  } finally {
    await deployments.dispose();
  }
}

/** Units per second of each work while all of them are done at once, from the moment they begin. */
async function speeds(deployments: Deployments, works: readonly Work[]): Promise<number[]> {
  // Whoever had fewer threads gets them back.
  await delay(defaultTiming.threadReturnMs);
  const startedAt = performance.now();
  const end = startedAt + Number(values.seconds) * 1000;
  const counts = works.map(() => 0);
  const isOver = () => performance.now() > end;
  await Promise.all(
    works.map(async (work, index) => {
      while (!isOver()) {
        await work(deployments, (units) => {
          counts[index] = (counts[index] ?? 0) + (isOver() ? 0 : units);
        });
      }
    }),
  );
  return counts.map((units) => units / Number(values.seconds));
}

void main();
