import assert from "node:assert/strict";
import { newDeployments } from "../support/engines";
import { onnxFolderTarget, temporaryModel } from "../support/onnx-models";
import { writeTinyReranker } from "../support/tiny-models/words";

/** A cross-encoder that counts shared words, so that its scores are known. */
describe("a deployed reranking model", function () {
  this.timeout(60_000);
  const documents = [
    "the boat is blue",
    "the car is red red red red and much too long a text for what it says about it",
    "red car",
    "nothing",
  ];

  for (const labels of [1, 2]) {
    it(`scores each document by itself, from ${labels} logit(s)`, async () => {
      const folder = temporary[labels - 1]!;
      writeTinyReranker(folder, labels);
      const deployments = newDeployments();
      try {
        await deployments.deploy(onnxFolderTarget(folder, "reranking"));
        const { scores } = await deployments.rerank("model", { query: "the red car", documents });
        const shared = [1, 6, 2, 0];
        for (const [index, score] of scores.entries()) {
          assert.ok(Math.abs(score - 1 / (1 + Math.exp(1 - shared[index]!))) < 1e-5, `${index}: ${score}`);
        }
        const alone = await deployments.rerank("model", { query: "the red car", documents: [documents[2]!] });
        assert.ok(Math.abs(alone.scores[0]! - scores[2]!) < 1e-6);
        assert.deepEqual(await deployments.rerank("model", { query: "red", documents: [] }), { scores: [] });
        await assert.rejects(deployments.rerank("model", { query: "red", documents: ["car ".repeat(70)] }), {
          code: "prompt-too-long",
          args: [74, 64],
        });
        await assert.rejects(deployments.embed("model", { texts: ["red"] }), { code: "unsupported-model" });
      } finally {
        await deployments.dispose();
      }
    });
  }

  it("stops between batches when it is cancelled", async () => {
    const folder = temporary[0]!;
    const deployments = newDeployments();
    try {
      await deployments.deploy(onnxFolderTarget(folder, "reranking"));
      const controller = new AbortController();
      const many = Array.from({ length: 50_000 }, () => "the red boat");
      const request = deployments.rerank(
        "model",
        { query: "red", documents: many },
        { signal: controller.signal },
      );
      setTimeout(() => controller.abort(), 100);
      await assert.rejects(request, { code: "aborted" });
      assert.equal((await deployments.rerank("model", { query: "red", documents: ["red"] })).scores[0], 0.5);
    } finally {
      await deployments.dispose();
    }
  });

  it("refuses a model that sorts texts into classes", async () => {
    const folder = temporary[2]!;
    writeTinyReranker(folder, 3);
    const deployments = newDeployments();
    try {
      await assert.rejects(deployments.deploy(onnxFolderTarget(folder, "reranking")), {
        message: /3 classes/,
      });
    } finally {
      await deployments.dispose();
    }
  });

  const temporary = [temporaryModel(), temporaryModel(), temporaryModel()];
});
