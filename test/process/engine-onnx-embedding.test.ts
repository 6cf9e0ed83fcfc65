import assert from "node:assert/strict";
import { dot, newDeployments, onnxTarget, rowOf } from "../support/engines";

describe("a deployed ONNX embedding model", function () {
  this.timeout(60_000);
  const deployments = newDeployments();

  before(() => deployments.deploy(onnxTarget("demo-sentence-onnx", "embedding", ["model"])));
  after(() => deployments.dispose());

  const embed = async (texts: string[]): Promise<Float32Array[]> => {
    const { vectors, dimensions } = await deployments.embed("model", { texts });
    assert.equal(vectors.length, texts.length * dimensions);
    return texts.map((_, row) => rowOf(vectors, dimensions, row));
  };

  it("says what it is", () => {
    const status = deployments.get("model")?.status;
    assert.ok(status?.state === "running");
    assert.equal(status.loaded.architecture, "bert");
    assert.ok(status.loaded.embeddingLength > 0);
  });

  it("gives the vector of a text whatever else is in the batch, of unit length", async () => {
    const long = "I need something to read on the train and a cup of coffee before work. ".repeat(3);
    const [alone] = await embed(["a red car"]);
    const [, inBatch] = await embed([long, "a red car"]);
    assert.ok(Math.abs(dot(alone!, alone!) - 1) < 1e-5);
    assert.ok(dot(alone!, inBatch!) > 0.9999);
  });

  it("puts a paraphrase nearer than another text", async () => {
    const [one, same, other] = await embed([
      "I need a new laptop.",
      "I have to buy a computer.",
      "It is raining.",
    ]);
    assert.ok(dot(one!, same!) > dot(one!, other!));
  });

  it("answers a person while it works through many texts, and stops between batches", async () => {
    const texts = Array.from({ length: 20_000 }, (_, index) => `text number ${index} about trains`);
    const controller = new AbortController();
    let isDone = false;
    const batch = deployments
      .embed("model", { texts, priority: "batch" }, { signal: controller.signal })
      .finally(() => {
        isDone = true;
      });
    const [row] = await embed(["a red car"]);
    assert.ok(row);
    assert.equal(isDone, false);
    controller.abort();
    await assert.rejects(batch, { code: "aborted" });
    assert.equal((await embed([])).length, 0);
  });

  it("refuses a text that is longer than it can read, and a chat", async () => {
    await assert.rejects(embed(["word ".repeat(5000)]), { code: "prompt-too-long" });
    const sampling = { temperature: 0, topP: 1, topK: 0, minP: 0, repeatPenalty: 1, maxTokens: 1 };
    await assert.rejects(deployments.chat("model", { turns: [{ role: "user", text: "Hi" }], sampling }, {}), {
      code: "unsupported-model",
    });
  });
});
