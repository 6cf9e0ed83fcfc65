import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { writeRandomGemma } from "../../bench/lib/random-gemma";
import type { ChatTurn } from "../../src/protocol/engine";
import { chatTarget, greedy, newDeployments } from "../support/engines";

/** Random weights: what counts is what is evaluated, not what is said. */
describe("a chat model that forgets what is outside of its window", function () {
  this.timeout(60_000);
  const deployments = newDeployments();
  const folder = mkdtempSync(path.join(os.tmpdir(), "local-models-window-"));
  const question = (text: string): ChatTurn => ({ role: "user", text: `${text} ${"word ".repeat(40)}` });

  before(async () => {
    const file = path.join(folder, "window.gguf");
    await writeRandomGemma(file);
    await deployments.deploy(chatTarget(file));
  });
  after(async () => {
    await deployments.dispose();
    rmSync(folder, { recursive: true });
  });

  it("continues a conversation at its last question, whatever it answered", async () => {
    const turns = [question("first")];
    // An answer that is long enough for the question to be forgotten while it is written.
    const first = await ask(turns, "chat", 1200);
    assert.equal(first.generatedTokens, 1200);
    turns.push({ role: "assistant", text: "Something else than it said." }, question("second"));
    const second = await ask(turns, "chat", 1200);
    assert.ok(
      second.reusedTokens >= first.promptTokens - 1,
      `${second.reusedTokens} of ${first.promptTokens}`,
    );
    turns.push({ role: "assistant", text: "And again." }, question("third"));
    assert.ok((await ask(turns)).reusedTokens >= second.promptTokens - 1);
  });

  it("answers an edited conversation as if it had never held another", async () => {
    const turns = [question("edited"), { role: "assistant" as const, text: "Yes." }, question("later")];
    await ask(turns);
    const edited = [turns[0]!, turns[1]!, question("changed")];
    const result = await ask(edited);
    const fresh = await ask(edited, "fresh");
    assert.equal(result.text, fresh.text);
    assert.equal(result.reusedTokens + result.evaluatedTokens, result.promptTokens);
  });

  it("answers several requests at once as it does one by one", async () => {
    const questions = ["one", "two", "three"].map((text) => [question(text)]);
    const alone = [];
    for (const turns of questions) {
      alone.push((await ask(turns, `alone ${turns[0]!.text}`)).text);
    }
    const together = await Promise.all(questions.map((turns) => ask(turns, `together ${turns[0]!.text}`)));
    assert.deepEqual(
      together.map(({ text }) => text),
      alone,
    );
  });

  function ask(turns: ChatTurn[], conversation = "chat", maxTokens = 12) {
    return deployments.chat("model", { turns, sampling: { ...greedy, maxTokens }, conversation }, {});
  }
});
