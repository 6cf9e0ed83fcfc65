/**
 * Throughput of several prompts at once over the same number one at a time, through the product's engine
 * process; alternating, medians.
 */
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import type { Deployments } from "../src/engine/deployments";
import { figurePrinter, median } from "./lib/figures";
import { benchTarget, greedy, modelId, newDeployments, newWords, root } from "./lib/product";
import { randomLlama } from "./lib/random-llama";

const { values } = parseArgs({
  options: {
    model: { type: "string" },
    rounds: { type: "string", default: "5" },
    threads: { type: "string", default: String(os.availableParallelism()) },
    tokens: { type: "string", default: "128" },
    words: { type: "string", default: "6" },
  },
});
const requestsAtOnce = 4;
const contextLength = 1024;
const rounds = Number(values.rounds);
const print = figurePrinter("batch");

async function main(): Promise<void> {
  const modelPath = values.model
    ? path.resolve(values.model)
    : await randomLlama(path.join(root, ".cache"), "q4_K");
  const deployments = newDeployments();
  try {
    const { sequences } = await deployments.deploy(
      benchTarget(modelPath, contextLength, Number(values.threads)),
    );
    const results: { together: number; alone: number }[] = [];
    for (let round = 0; round <= rounds; round++) {
      const alone = await throughput(async () => {
        let generated = 0;
        for (let index = 0; index < requestsAtOnce; index++) {
          generated += await answer(deployments);
        }
        return generated;
      });
      const together = await throughput(async () => {
        const counts = await Promise.all(Array.from({ length: requestsAtOnce }, () => answer(deployments)));
        return counts.reduce((sum, count) => sum + count, 0);
      });
      // The first round warms up.
      if (round > 0) {
        results.push({ together, alone });
      }
    }
    print("throughput_x4", median(results.map(({ together, alone }) => together / alone)));
    print("together_tok_s", median(results.map(({ together }) => together)));
    print("alone_tok_s", median(results.map(({ alone }) => alone)));
    print("sequences", sequences);
  } finally {
    await deployments.dispose();
  }
}

/** Generated tokens per second, prompts included in the time. */
async function throughput(run: () => Promise<number>): Promise<number> {
  const startedAt = performance.now();
  const generated = await run();
  return (generated * 1000) / (performance.now() - startedAt);
}

async function answer(deployments: Deployments): Promise<number> {
  const { generatedTokens } = await deployments.chat(
    modelId,
    {
      turns: [{ role: "user", text: newWords(Number(values.words)) }],
      sampling: greedy(Number(values.tokens)),
      priority: "batch",
    },
    {},
  );
  return generatedTokens;
}

void main();
