import assert from "node:assert/strict";
import { chatTarget, demoChatModel, dot, newDeployments, rowOf } from "../support/engines";

/** The demo chat model's weights also give vectors: enough to see the path, not to judge their meaning. */
describe("a deployed GGUF embedding model", function () {
  this.timeout(60_000);
  const deployments = newDeployments();
  const target = chatTarget(demoChatModel());

  before(() => deployments.deploy({ ...target, load: { ...target.load, task: "embedding" } }));
  after(() => deployments.dispose());

  it("gives one unit-length vector per text, the same for the same text", async () => {
    const texts = ["What is a token?", "Tell me a story about a fox.", "What is a token?"];
    const { vectors, dimensions } = await deployments.embed("model", { texts });
    const status = deployments.get("model")!.status;
    assert.ok(status.state === "running");
    assert.equal(dimensions, status.loaded.embeddingLength);
    assert.equal(vectors.length, texts.length * dimensions);
    const rows = texts.map((_, row) => rowOf(vectors, dimensions, row));
    for (const row of rows) {
      assert.ok(Math.abs(dot(row, row) - 1) < 1e-5);
    }
    assert.ok(dot(rows[0]!, rows[2]!) > 0.9999);
    assert.ok(dot(rows[0]!, rows[1]!) < 0.999);
  });

  it("refuses a text that is longer than it can read, and a chat", async () => {
    await assert.rejects(deployments.embed("model", { texts: ["word ".repeat(5000)] }), {
      code: "prompt-too-long",
    });
    const params = { turns: [{ role: "user" as const, text: "Hi" }], sampling: noSampling };
    await assert.rejects(deployments.chat("model", params, {}), { code: "unsupported-model" });
  });
});

const noSampling = { temperature: 0, topP: 1, topK: 0, minP: 0, repeatPenalty: 1, maxTokens: 1 };
