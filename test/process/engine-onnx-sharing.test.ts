import assert from "node:assert/strict";
import { cpSync, readdirSync, rmSync } from "node:fs";
import os from "node:os";
import type { DeployTarget } from "../../src/engine/deployments";
import { defaultTiming } from "../../src/engine/timing";
import { ask, demoSnapshot, newDeployments, onnxTarget, until } from "../support/engines";
import { onnxFolderTarget, temporaryModel } from "../support/onnx-models";

const cores = os.availableParallelism();
/** Where the threads of another process can be counted, and there are some to share. */
const canCount = process.platform === "linux" && cores > 1;
const texts = Array.from({ length: 16 }, (_, index) => `the red car number ${index} is parked in a street`);

(canCount ? describe : describe.skip)("an ONNX model that works beside others", function () {
  this.timeout(60_000);
  const deployments = newDeployments({ timing: { ...defaultTiming, threadReturnMs: 0 } });
  const deleted = temporaryModel();

  afterEach(() => Promise.all(deployments.list().map(({ target }) => deployments.stop(target.id))));
  after(() => deployments.dispose());

  const deploy = (id: string, target: DeployTarget) =>
    deployments.deploy({ ...target, id, load: { ...target.load, threads: cores } });
  const embedder = () => onnxTarget("demo-sentence-onnx", "embedding", ["model"]);
  const threadsOf = (id: string) => readdirSync(`/proc/${deployments.get(id)!.processId!}/task`).length;

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

  async function embed(id: string): Promise<Float32Array> {
    return (await deployments.embed(id, { texts, priority: "batch" })).vectors;
  }

  it("gives threads away and takes them back, and its vectors stay the same", async () => {
    await deploy("one", embedder());
    await deploy("two", embedder());
    const expected = await embed("one");
    const all = threadsOf("one");
    const stopOne = repeat(async () => {
      const vectors = await embed("one");
      assert.ok(vectors.every((value, index) => Math.abs(value - expected[index]!) < 1e-5));
    });
    const stopTwo = repeat(() => embed("two"));
    await until(() => threadsOf("one") < all, "the first to have fewer threads");
    await stopTwo();
    await until(() => threadsOf("one") === all, "the first to have all of its threads again");
    await stopOne();
  });

  it("goes on with its conversation", async () => {
    await deploy("chat", onnxTarget("demo-chat-plus-onnx", "chat", ["model"]));
    await deploy("other", embedder());
    const question = ask("Tell me about the sea.", { maxTokens: 60 });
    const { text } = await deployments.chat("chat", question, {});
    assert.ok(text.length > 0);
    const all = threadsOf("chat");
    const stopOther = repeat(() => embed("other"));
    const stopChat = repeat(async () => {
      const answer = await deployments.chat("chat", question, {});
      assert.equal(answer.text, text);
    });
    await until(() => threadsOf("chat") < all, "the chat model to have fewer threads");
    await stopOther();
    await until(() => threadsOf("chat") === all, "the chat model to have all of its threads again");
    await stopChat();
  });

  it("keeps what it has when its folder is deleted", async () => {
    cpSync(demoSnapshot("demo-sentence-onnx"), deleted, { recursive: true, dereference: true });
    await deploy("deleted", onnxFolderTarget(deleted, "embedding", "_quantized"));
    await deploy("other", embedder());
    const expected = await embed("deleted");
    const all = threadsOf("deleted");
    rmSync(deleted, { recursive: true });
    let requests = 0;
    const stopOther = repeat(() => embed("other"));
    const stopDeleted = repeat(async () => {
      assert.deepEqual(await embed("deleted"), expected);
      requests++;
    });
    await until(() => requests > 200, "two hundred requests", 30_000);
    await Promise.all([stopOther(), stopDeleted()]);
    assert.equal(threadsOf("deleted"), all);
  });
});
