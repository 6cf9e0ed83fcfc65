import assert from "node:assert/strict";
import { threadCounts } from "../../../src/engine-process/llama/measure-threads";
import { bestThreads } from "../../../src/engine-process/thread-trials";
import { fitInto } from "../../../src/engine-process/llama/memory-plan";
import { ThreadBrake } from "../../../src/engine-process/llama/thread-brake";
import { initialThreads, Threads } from "../../../src/engine-process/llama/threads";
import { vramPadding } from "../../../src/engine-process/llama/vram";

describe("the memory plan of a model", () => {
  const kilobytePerToken = {
    weights: 1e9,
    context: (length: number, sequences: number) => Promise.resolve(length * sequences * 1e6),
  };

  it("prefers a long context to many sequences", async () => {
    assert.deepEqual(await fitInto(5.2e9, kilobytePerToken, 4096, 4), { contextLength: 4096, sequences: 1 });
    assert.deepEqual(await fitInto(5.0e9, kilobytePerToken, 4096, 4), { contextLength: 2048, sequences: 1 });
  });

  it("adds sequences from half of what is left, and modestly", async () => {
    const fit = (available: number, wished: number) => fitInto(available, kilobytePerToken, wished, 4);
    assert.deepEqual(await fit(20e9, 256), { contextLength: 256, sequences: 3 });
    assert.deepEqual(await fit(1e9 + 256e6 + 600e6, 256), { contextLength: 256, sequences: 2 });
  });

  it("says when not even the smallest context fits", async () => {
    assert.equal(await fitInto(1.1e9, kilobytePerToken, 4096, 4), undefined);
  });
});

describe("the share of graphics memory", () => {
  it("leaves the rest free", () => {
    assert.equal(vramPadding(8e9, 0.75), 2e9);
    assert.equal(vramPadding(8e9, 1), 0);
    assert.equal(vramPadding(8e9, 2), 0);
    assert.equal(vramPadding(8e9, -1), 8e9);
  });
});

describe("thread counts", () => {
  it("are tried from a quarter of the cores up", () => {
    assert.deepEqual(threadCounts(2, 2), [1, 2]);
    assert.deepEqual(threadCounts(16, 8), [4, 8, 16]);
    assert.deepEqual(threadCounts(1, 1), [1]);
    assert.deepEqual(threadCounts(12, 6), [3, 6, 12]);
  });

  it("are the fewest among the fastest", () => {
    const trial = (threads: number, ...samples: number[]) => ({ threads, samples });
    assert.equal(bestThreads([trial(1, 10, 10, 90), trial(2, 9.7, 9.7, 9.7)], 1.05), 1);
    assert.equal(bestThreads([trial(1, 10, 10, 10), trial(2, 6, 6, 50)], 1.05), 2);
    assert.equal(bestThreads([trial(1, 10, 10, 10), trial(2, 6, 6, 50)], 2), 1);
    assert.equal(bestThreads([trial(1, 10), trial(2)], 1.05), undefined);
    assert.equal(bestThreads([], 1.05), undefined);
  });

  it("come from the settings, from an earlier measurement, or from a rule", () => {
    const params = { threads: 0, measuredThreads: undefined };
    const load = params as unknown as Parameters<typeof initialThreads>[0];
    assert.deepEqual(initialThreads({ ...load, threads: 3 }), { prompt: 3, generation: 3 });
    assert.deepEqual(initialThreads({ ...load, measuredThreads: { prompt: 1, generation: 1 } }), {
      prompt: 1,
      generation: 1,
    });
    assert.ok(initialThreads(load).generation >= 1);
  });

  it("differ for prompts and answers, within the limit of the moment", () => {
    const llama = { maxThreads: 8 };
    const threads = new Threads(llama, { prompt: 8, generation: 4 });
    threads.use("generation");
    assert.equal(llama.maxThreads, 4);
    threads.use("prompt");
    assert.equal(llama.maxThreads, 8);
    threads.use("generation", 3);
    assert.equal(llama.maxThreads, 8, "several answers compute as prompts do");
    threads.limit(3);
    threads.use("prompt");
    assert.equal(llama.maxThreads, 3);
    assert.deepEqual([threads.prompt, threads.generation], [3, 3]);
    threads.limit(0);
    threads.use("generation");
    assert.equal(llama.maxThreads, 1);
  });
});

describe("threads that stall each other", () => {
  it("become fewer for a while, longer each time it happens again", () => {
    const brake = new ThreadBrake();
    let now = 0;
    const step = (milliseconds: number, count = 1) => {
      for (let index = 0; index < count; index++) {
        brake.record(1, milliseconds, (now += milliseconds));
      }
    };
    step(10, 50);
    assert.equal(brake.allowed(8, now), 8);
    step(200, 2);
    assert.equal(brake.allowed(8, now), 8, "two slow steps may be an accident");
    step(200);
    assert.equal(brake.allowed(8, now), 4);
    assert.equal(brake.allowed(1, now), 1);
    now += 4_001;
    assert.equal(brake.allowed(8, now), 8);
    step(200, 3);
    now += 4_001;
    assert.equal(brake.allowed(8, now), 4, "the second time it lasts longer");
  });

  it("are told apart from contexts that grow", () => {
    const brake = new ThreadBrake();
    for (let step = 0; step < 5000; step++) {
      brake.record(1, 10 + step / 50, step * 100);
      assert.equal(brake.allowed(2, step * 100), 2);
    }
  });
});
