import assert from "node:assert/strict";
import type { ChatTurn } from "../../src/protocol/engine";
import { demoSnapshot, greedy, newDeployments } from "../support/engines";
import { onnxFolderTarget } from "../support/onnx-models";

/** The demo chat models as ONNX: one with a chat template, one of GPT-2's family without. */
for (const name of ["demo-chat-plus-onnx", "demo-chat-gpt2-onnx"]) {
  describe(`the deployed ${name}`, function () {
    this.timeout(60_000);
    const deployments = newDeployments();
    const sampling = { ...greedy, maxTokens: 200 };

    before(() => deployments.deploy(onnxFolderTarget(demoSnapshot(name), "chat", "_quantized")));
    after(() => deployments.dispose());

    it("answers and ends by itself, without the marks of its format", async () => {
      const turns: ChatTurn[] = [{ role: "user", text: "Hello! Who are you?" }];
      const result = await deployments.chat("model", { turns, sampling }, {});
      assert.equal(result.stopReason, "end");
      assert.match(result.text, /^\S[\s\S]*\S$/);
      assert.doesNotMatch(result.text, /<\||User:|Assistant:/);
    });

    it("evaluates only the new tokens of a second turn", async () => {
      const turns: ChatTurn[] = [{ role: "user", text: "Hello! Who are you?" }];
      const first = await deployments.chat("model", { turns, sampling, conversation: "a" }, {});
      turns.push({ role: "assistant", text: first.text }, { role: "user", text: "What can you do?" });
      const second = await deployments.chat("model", { turns, sampling, conversation: "a" }, {});
      // What was evaluated of the answer is reused too; its end is written anew.
      assert.ok(second.reusedTokens >= first.promptTokens + first.generatedTokens - 2);
      assert.equal(second.reusedTokens + second.evaluatedTokens, second.promptTokens);
      assert.ok(second.text.length > 0);
    });
  });
}
