import assert from "node:assert/strict";
import { measureThreads, threadCounts } from "../../../src/engine-process/onnx/measure-threads";
import type { OnnxModel } from "../../../src/engine-process/onnx/model";
import { ThreadLimit } from "../../../src/engine-process/onnx/thread-limit";

const never = new AbortController().signal;

/** Graphs that open at once and say how long it took; `opened` has the thread counts in order. */
class FakeGraphs {
  readonly opened: number[] = [];
  cores = 4;
  isOpen = true;
  openMs = 0;
  areFilesThere = true;

  constructor(public threads: number) {}

  useThreads(threads: number): Promise<void> {
    if (threads !== this.threads || !this.isOpen) {
      this.opened.push(threads);
    }
    this.threads = threads;
    this.isOpen = true;
    return Promise.resolve();
  }

  canBeOpened(): Promise<boolean> {
    return Promise.resolve(this.areFilesThere);
  }
}

describe("the threads of an ONNX model", () => {
  /** Its work takes so long with so many threads; negative fails. */
  async function measure(
    milliseconds: Record<number, number>,
    {
      openMs = 0,
      signal = never,
      counts = [1, 2] as const,
    }: Partial<Parameters<typeof measureThreads>[0]> & {
      openMs?: number;
    } = {},
  ) {
    const graphs = new FakeGraphs(counts[0]);
    graphs.openMs = openMs;
    const model: OnnxModel = {
      embeddingLength: 1,
      embed: () => {
        const takes = milliseconds[graphs.threads] ?? 0;
        for (const end = performance.now() + takes; performance.now() < end;);
        return takes < 0
          ? Promise.reject(new Error("does not work"))
          : Promise.resolve({ vectors: new Float32Array(1), dimensions: 1 });
      },
    };
    const fractions: number[] = [];
    const onProgress = (fraction: number) => fractions.push(fraction);
    const best = await measureThreads({ model, graphs, counts, signal, onProgress });
    return { best, threads: graphs.threads, opened: graphs.opened, fractions };
  }

  it("are half of the cores or all", () => {
    assert.deepEqual(threadCounts(1), [1]);
    assert.deepEqual(threadCounts(2), [1, 2]);
    assert.deepEqual(threadCounts(7), [4, 7]);
  });

  it("are those that it was fastest with", async () => {
    const more = await measure({ 1: 20, 2: 2 });
    assert.deepEqual(more, { best: 2, threads: 2, opened: [2], fractions: [0.5, 1] });
    const fewer = await measure({ 1: 2, 2: 20 });
    assert.deepEqual(fewer, { best: 1, threads: 1, opened: [2, 1], fractions: [0.5, 1] });
  });

  it("are the fewest where the model does not work, with any count or with more", async () => {
    for (const milliseconds of [{ 1: -1 }, { 1: 1, 2: -1 }]) {
      const { best, threads } = await measure(milliseconds);
      assert.deepEqual([best, threads], [undefined, 1]);
    }
  });

  it("are the fewest where work or opening takes too long to be done again", async () => {
    for (const slow of [measure({ 1: 3100, 2: 1 }), measure({ 1: 20, 2: 1 }, { openMs: 4001 })]) {
      const { best, threads, opened } = await slow;
      assert.deepEqual([best, threads, opened], [undefined, 1, []]);
    }
  });

  it("are not measured when they are known", async () => {
    const { best, threads, opened } = await measure({ 3: -1 }, { counts: [3] });
    assert.deepEqual([best, threads, opened], [undefined, 3, []]);
  });

  it("are not measured once the load is cancelled", async () => {
    await assert.rejects(measure({ 1: 1, 2: 1 }, { signal: AbortSignal.abort() }), { code: "aborted" });
  });
});

describe("the limit on an ONNX model's threads", () => {
  const all = 4;
  /** Milliseconds; passes only while a step works. */
  let clock = 0;

  function limited(openMs: number, full = all) {
    const graphs = new FakeGraphs(full);
    graphs.openMs = openMs;
    const threads = new ThreadLimit(graphs, full, () => clock);
    const step = (milliseconds = 0, isUrgent = false, signal = never) =>
      threads.run(
        () => {
          clock += milliseconds;
          return Promise.resolve();
        },
        isUrgent,
        signal,
      );
    return { graphs, threads, step };
  }

  it("is kept once the model worked as long with more as the change takes, and lifted likewise", async () => {
    const { graphs, threads, step } = limited(20);
    threads.limit(1);
    await step(19);
    await step(1);
    assert.deepEqual(graphs.opened, [], "not while less was worked");
    await step();
    assert.deepEqual(graphs.opened, [1]);
    threads.limit(all);
    await step(20);
    await step();
    assert.deepEqual(graphs.opened, [1, all]);
  });

  it("changes nothing when it is lifted in time", async () => {
    const { graphs, threads, step } = limited(20);
    for (let round = 0; round < 3; round++) {
      threads.limit(1);
      await step(15);
      threads.limit(all);
      await step();
    }
    assert.deepEqual(graphs.opened, []);
  });

  it("is not kept where the change would hold somebody up for too long", async () => {
    const { graphs, threads, step } = limited(1001);
    threads.limit(1);
    await step(5000, true);
    await step(0, true);
    assert.deepEqual(graphs.opened, [], "a person waits");
    graphs.openMs = 4001;
    await step();
    assert.deepEqual(graphs.opened, [], "not even batch work waits for so long");
    graphs.openMs = 1001;
    await step();
    assert.deepEqual(graphs.opened, [1], "nobody waits");
  });

  it("is not kept when the files are gone or others", async () => {
    const { graphs, threads, step } = limited(10);
    graphs.areFilesThere = false;
    threads.limit(1);
    await step(10);
    await step();
    assert.deepEqual(graphs.opened, []);
  });

  it("does not take away threads that were set beyond the cores, as long as the model works alone", async () => {
    const { graphs, threads, step } = limited(10, all + 1);
    threads.limit(all);
    await step(10);
    await step();
    assert.deepEqual(graphs.opened, []);
  });

  it("ends a request that was cancelled during the change", async () => {
    const { graphs, threads, step } = limited(10);
    threads.limit(1);
    await step(10);
    const controller = new AbortController();
    graphs.useThreads = () => {
      controller.abort();
      return Promise.resolve();
    };
    await assert.rejects(step(0, false, controller.signal), { code: "aborted" });
  });

  it("is kept with the next request when the files could not be opened", async () => {
    const { graphs, threads, step } = limited(10);
    threads.limit(1);
    await step(10);
    const useThreads = graphs.useThreads.bind(graphs);
    graphs.useThreads = () => {
      graphs.isOpen = false;
      return Promise.reject(new Error("no memory"));
    };
    await assert.rejects(step(), /no memory/);
    graphs.useThreads = useThreads;
    await step();
    assert.deepEqual([graphs.opened, graphs.isOpen], [[1], true]);
  });
});
