import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import os from "node:os";
import { randomLlama } from "../../bench/lib/random-llama";
import { defaultTiming } from "../../src/engine/timing";
import { ask, cacheFolder, chatTarget, newDeployments } from "../support/engines";

const cores = os.availableParallelism();
/** Where the threads of another process can be counted, and there are some to share. */
const canCount = process.platform === "linux" && cores > 1;

/** The model knows letters only. */
const promptTokens = 800;

describe("models that work at the same time", function () {
  this.timeout(120_000);
  const deployments = newDeployments({ timing: { ...defaultTiming, threadReturnMs: 0 } });

  after(() => deployments.dispose());

  (canCount ? it : it.skip)("share the cores, and get them back", async () => {
    const model = await randomLlama(cacheFolder);
    for (const id of ["one", "two"]) {
      const target = chatTarget(model, id);
      await deployments.deploy({ ...target, load: { ...target.load, threads: cores, contextLength: 1024 } });
    }
    const alone = await usualThreads(["one"]);
    const together = await usualThreads(["one", "two"]);
    const aloneAgain = await usualThreads(["one"]);
    assert.ok(together < alone, `${together} threads together, ${alone} alone`);
    assert.equal(aloneAgain, alone);
  });

  let asked = 0;

  /**
   * How many threads the first model's process had most of the time while all of them read a long prompt, towards
   * its end: the first part may still be read with all cores, and takes long when the other one is in its way.
   */
  async function usualThreads(ids: string[]): Promise<number> {
    const reading = new Map(ids.map((id) => [id, false]));
    const samples: number[] = [];
    const sampling = setInterval(() => {
      if ([...reading.values()].every(Boolean)) {
        samples.push(readdirSync(`/proc/${deployments.get(ids[0]!)!.processId!}/task`).length);
      }
    }, 5);
    await Promise.all(
      ids.map((id) =>
        deployments.chat(id, ask(`${++asked} ${"abc ".repeat(promptTokens / 4)}`, { maxTokens: 1 }), {
          onEvent: (event) => reading.set(id, event.type === "prompt" && event.done < event.total),
        }),
      ),
    );
    clearInterval(sampling);
    assert.ok(samples.length > 5, "all of them were seen at work");
    const last = samples.slice(-Math.ceil(samples.length / 8));
    const times = (count: number) => last.filter((sample) => sample === count).length;
    return last.reduce((usual, count) => (times(count) > times(usual) ? count : usual));
  }
});
