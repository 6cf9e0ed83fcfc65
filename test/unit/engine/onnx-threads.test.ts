import assert from "node:assert/strict";
import { loadWithBestThreads, threadCounts } from "../../../src/engine-process/onnx/measure-threads";
import type { OnnxModel } from "../../../src/engine-process/onnx/model";

describe("the threads of an ONNX model", () => {
  const never = new AbortController().signal;
  /** What became of each load, in order. */
  let loads: { threads: number; isOpen: boolean }[];

  beforeEach(() => (loads = []));

  /** A model whose work takes so long with so many threads; negative fails. */
  const loadOf = (milliseconds: Record<number, number>) => (threads: number) => {
    const loaded = { threads, isOpen: true };
    loads.push(loaded);
    const model: OnnxModel = {
      embeddingLength: 1,
      embed: () => {
        const takes = milliseconds[threads] ?? 0;
        for (const end = performance.now() + takes; performance.now() < end;);
        return takes < 0
          ? Promise.reject(new Error("does not work"))
          : Promise.resolve({ vectors: new Float32Array(1), dimensions: 1 });
      },
      dispose: () => {
        loaded.isOpen = false;
        return Promise.resolve();
      },
    };
    return Promise.resolve(model);
  };

  it("are half of the cores or all", () => {
    assert.deepEqual(threadCounts(1), [1]);
    assert.deepEqual(threadCounts(2), [1, 2]);
    assert.deepEqual(threadCounts(7), [4, 7]);
  });

  it("are those that it was fastest with, and only one of its loads stays", async () => {
    const more = await loadWithBestThreads(loadOf({ 1: 20, 2: 2 }), [1, 2], never);
    assert.deepEqual([more.threads, more.isMeasured], [2, true]);
    assert.deepEqual(loads, [
      { threads: 1, isOpen: false },
      { threads: 2, isOpen: true },
    ]);
    loads = [];
    const fewer = await loadWithBestThreads(loadOf({ 1: 2, 2: 20 }), [1, 2], never);
    assert.deepEqual([fewer.threads, fewer.isMeasured], [1, true]);
    assert.deepEqual(loads, [
      { threads: 1, isOpen: false },
      { threads: 2, isOpen: false },
      { threads: 1, isOpen: true },
    ]);
  });

  it("are the fewest where the model does not work, with any count or with more", async () => {
    for (const milliseconds of [{ 1: -1 }, { 1: 1, 2: -1 }]) {
      loads = [];
      const { threads, isMeasured } = await loadWithBestThreads(loadOf(milliseconds), [1, 2], never);
      assert.deepEqual([threads, isMeasured], [1, false]);
      assert.deepEqual(
        loads.filter(({ isOpen }) => isOpen),
        [{ threads: 1, isOpen: true }],
      );
    }
  });

  it("are the fewest where the work takes too long to be done again", async () => {
    const { threads, isMeasured } = await loadWithBestThreads(loadOf({ 1: 3100, 2: 1 }), [1, 2], never);
    assert.deepEqual([threads, isMeasured], [1, false]);
    assert.deepEqual(loads, [{ threads: 1, isOpen: true }]);
  });

  it("are not measured when they are known", async () => {
    const { threads, isMeasured } = await loadWithBestThreads(loadOf({ 3: -1 }), [3], never);
    assert.deepEqual([threads, isMeasured], [3, false]);
    assert.equal(loads.length, 1);
  });

  it("are not measured further once the load is cancelled", async () => {
    const controller = new AbortController();
    const load = loadOf({ 1: 1, 2: 1 });
    const loading = loadWithBestThreads(
      (threads) => {
        controller.abort();
        return load(threads);
      },
      [1, 2],
      controller.signal,
    );
    await assert.rejects(loading, { code: "aborted" });
    assert.equal(loads.length, 1);
  });
});
