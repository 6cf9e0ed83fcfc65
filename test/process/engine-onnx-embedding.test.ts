import assert from "node:assert/strict";
import { dot, newDeployments, onnxTarget, readLines, rowOf } from "../support/engines";

/** The demo sentence model, on the pairs of one meaning that its training never saw. */
describe("a deployed ONNX embedding model", function () {
  this.timeout(60_000);
  const deployments = newDeployments();
  const pairs = readLines<{ a: string; b: string }>("sentence/heldout.jsonl");

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

  it("puts at least 98 % of held-out paraphrases nearest to their partners", async () => {
    const first = await embed(pairs.map(({ a }) => a));
    const second = await embed(pairs.map(({ b }) => b));
    const right = first.filter((vector, index) => {
      const own = dot(vector, second[index]!);
      return second.every((other, at) => at === index || dot(vector, other) < own);
    }).length;
    assert.equal(pairs.length, 500);
    assert.ok(right / pairs.length >= 0.98, `${right} of ${pairs.length}`);
  });

  it("refuses a text that is longer than it can read, and a chat", async () => {
    await assert.rejects(embed(["word ".repeat(5000)]), { code: "prompt-too-long" });
    const sampling = { temperature: 0, topP: 1, topK: 0, minP: 0, repeatPenalty: 1, maxTokens: 1 };
    await assert.rejects(deployments.chat("model", { turns: [{ role: "user", text: "Hi" }], sampling }, {}), {
      code: "unsupported-model",
    });
  });
});
