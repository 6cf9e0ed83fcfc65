import assert from "node:assert/strict";
import os from "node:os";
import type { DeployTarget } from "../../src/engine/deployments";
import { newDeployments, onnxTarget } from "../support/engines";
import { onnxFolderTarget, temporaryModel } from "../support/onnx-models";
import { writeTinyReranker } from "../support/tiny-models/words";

const canMeasure = os.availableParallelism() > 1;

describe("the threads of ONNX models", function () {
  this.timeout(60_000);
  const reranker = temporaryModel();
  const deployments = newDeployments();

  before(() => writeTinyReranker(reranker, 1));
  after(() => deployments.dispose());

  /** One model of each kind, because each is timed with work of its own. */
  const targets: Record<string, () => DeployTarget> = {
    chat: () => onnxTarget("demo-chat-plus-onnx", "chat", ["model"]),
    "text embedding": () => onnxTarget("demo-sentence-onnx", "embedding", ["model"]),
    "image-text": () => onnxTarget("demo-image-text-onnx", "image-text", ["text_model", "vision_model"]),
    caption: () => onnxTarget("demo-captioner-onnx", "caption", ["encoder_model", "decoder_model_merged"]),
    speech: () => onnxTarget("demo-speech-onnx", "speech", ["encoder_model", "decoder_model_merged"]),
    reranking: () => onnxFolderTarget(reranker, "reranking"),
  };

  for (const [kind, targetOf] of Object.entries(targets)) {
    (canMeasure ? it : it.skip)(`are measured at the first deploy of a ${kind} model only`, async () => {
      const target = { ...targetOf(), id: kind };
      target.load = { ...target.load, threads: 0 };
      const first = await deployments.deploy(target);
      const counts = [Math.ceil(os.availableParallelism() / 2), os.availableParallelism()];
      assert.ok(counts.includes(first.threads));
      assert.deepEqual(first.measuredThreads, { prompt: first.threads, generation: first.threads });
      await deployments.stop(kind);
      const second = await deployments.deploy(target);
      assert.equal(second.measuredThreads, undefined);
      assert.equal(second.threads, first.threads);
      await deployments.stop(kind);
    });
  }

  it("are as many as the settings say", async () => {
    const target = onnxTarget("demo-sentence-onnx", "embedding", ["model"]);
    const { threads, measuredThreads } = await deployments.deploy({
      ...target,
      load: { ...target.load, threads: 3 },
    });
    assert.deepEqual([threads, measuredThreads], [3, undefined]);
  });
});
