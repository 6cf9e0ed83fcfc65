import assert from "node:assert/strict";
import { cpSync, readdirSync, rmSync } from "node:fs";
import os from "node:os";
import { randomLlama } from "../../bench/lib/random-llama";
import type { DeployTarget } from "../../src/engine/deployments";
import { defaultTiming } from "../../src/engine/timing";
import {
  ask,
  cacheFolder,
  chatTarget,
  demoSnapshot,
  newDeployments,
  onnxTarget,
  until,
} from "../support/engines";
import { onnxFolderTarget, temporaryModel } from "../support/onnx-models";

const cores = os.availableParallelism();
/** Where the threads of another process can be counted, and there are some to share. */
const canCount = process.platform === "linux" && cores > 1;
/** Threads may come and go for a moment; this many looks in a row, 20 ms apart, are no moment. */
const looksInARow = 10;
const texts = Array.from({ length: 16 }, (_, index) => `the red car number ${index} is parked in a street`);

(canCount ? describe : describe.skip)("a model that works beside others", function () {
  this.timeout(120_000);
  const deployments = newDeployments({ timing: { ...defaultTiming, threadReturnMs: 0 } });
  const deleted = temporaryModel();

  afterEach(() => Promise.all(deployments.list().map(({ target }) => deployments.stop(target.id))));
  after(() => deployments.dispose());

  const deploy = (id: string, target: DeployTarget) =>
    deployments.deploy({ ...target, id, load: { ...target.load, threads: cores } });
  const embedder = () => onnxTarget("demo-sentence-onnx", "embedding", ["model"]);
  const threadsOf = (id: string) => readdirSync(`/proc/${deployments.get(id)!.processId!}/task`).length;

  let asked = 0;
  /** The model knows letters only. */
  const read = (id: string) =>
    deployments.chat(id, ask(`${++asked} ${"abc ".repeat(50)}`, { maxTokens: 1 }), {});

  async function embed(id: string): Promise<Float32Array> {
    return (await deployments.embed(id, { texts, priority: "batch" })).vectors;
  }

  /** Repeats something until the returned function is called, which rejects with what went wrong. */
  function repeat(task: () => Promise<unknown>): () => Promise<void> {
    const ending = new AbortController();
    const done = (async () => {
      while (!ending.signal.aborted) {
        await task();
      }
    })();
    done.catch(() => undefined);
    return () => {
      ending.abort();
      return done;
    };
  }

  /** Waits until a model's process steadily has this many threads. */
  async function untilThreads(id: string, isEnough: (threads: number) => boolean): Promise<void> {
    let looks = 0;
    await until(
      () => {
        looks = isEnough(threadsOf(id)) ? looks + 1 : 0;
        return looks === looksInARow;
      },
      "another number of threads",
      30_000,
    );
  }

  /** While it works alone, and while both do. */
  async function checkSharing(work: () => Promise<unknown>, other: () => Promise<unknown>): Promise<void> {
    const stop = repeat(work);
    let all = 0;
    // Until the number stays as it is: some threads are started with the first work.
    await untilThreads("one", (threads) => {
      const isSame = threads === all;
      all = threads;
      return isSame;
    });
    const stopOther = repeat(other);
    await untilThreads("one", (threads) => threads < all);
    await stopOther();
    await untilThreads("one", (threads) => threads === all);
    await stop();
  }

  it("shares the cores and gets them back as a GGUF model", async () => {
    const model = await randomLlama(cacheFolder);
    for (const id of ["one", "two"]) {
      const target = chatTarget(model);
      await deploy(id, { ...target, load: { ...target.load, contextLength: 1024 } });
    }
    await checkSharing(
      () => read("one"),
      () => read("two"),
    );
  });

  it("shares the cores and gets them back as an ONNX model, and its vectors stay the same", async () => {
    await deploy("one", embedder());
    await deploy("two", embedder());
    const expected = await embed("one");
    await checkSharing(
      async () => {
        const vectors = await embed("one");
        assert.ok(vectors.every((value, index) => Math.abs(value - expected[index]!) < 1e-5));
      },
      () => embed("two"),
    );
  });

  it("goes on with its conversation as an ONNX model", async () => {
    await deploy("one", onnxTarget("demo-chat-plus-onnx", "chat", ["model"]));
    await deploy("two", embedder());
    const question = ask("Tell me about the sea.", { maxTokens: 60 });
    const { text } = await deployments.chat("one", question, {});
    assert.ok(text.length > 0);
    await checkSharing(
      async () => assert.equal((await deployments.chat("one", question, {})).text, text),
      () => embed("two"),
    );
  });

  it("keeps the threads it has when its files are gone", async () => {
    cpSync(demoSnapshot("demo-sentence-onnx"), deleted, { recursive: true, dereference: true });
    await deploy("deleted", onnxFolderTarget(deleted, "embedding", "_quantized"));
    await deploy("other", embedder());
    const expected = await embed("deleted");
    const all = threadsOf("deleted");
    rmSync(deleted, { recursive: true });
    const stopOther = repeat(() => embed("other"));
    for (let request = 0; request < 200; request++) {
      assert.deepEqual(await embed("deleted"), expected);
    }
    await stopOther();
    assert.equal(threadsOf("deleted"), all);
  });
});
