import assert from "node:assert/strict";
import type { ChatParams, ChatResult, ChatTurn } from "../../src/protocol/engine";
import { ask, chatTarget, demoChatModel, greedy, newDeployments } from "../support/engines";

const longStory = "Tell me a story about a fox.";

describe("the sequences of a deployed chat model", function () {
  this.timeout(120_000);
  const deployments = newDeployments();
  let sequences = 0;

  before(async () => {
    ({ sequences } = await deployments.deploy(chatTarget(demoChatModel())));
  });
  after(() => deployments.dispose());

  it("are several for a small model", () => {
    assert.ok(sequences >= 3, `${sequences} sequences`);
  });

  it("keep interleaved conversations apart: each turn evaluates only what is new", async () => {
    const names = ["Ada", "Bob", "Tom"];
    const chats = names.map((name) => new Conversation(`interleaved-${name}`));
    for (const [index, chat] of chats.entries()) {
      await chat.say(`My name is ${names[index]}.`);
    }
    for (const [index, chat] of chats.entries()) {
      const before = chat.last;
      const result = await chat.say("What is my name?");
      assert.match(result.text, new RegExp(names[index]!));
      assert.ok(result.reusedTokens >= before.promptTokens, "the first turn was kept");
    }
  });

  it("give up the least recently used conversation when there are more", async () => {
    const chats = Array.from({ length: sequences + 1 }, (_, index) => new Conversation(`many-${index}`));
    for (const [index, chat] of chats.entries()) {
      await chat.say(`What is ${index} + 3?`);
    }
    // The last ones are still there; the first one had to go.
    for (const chat of chats.slice(2).reverse()) {
      const before = chat.last;
      const result = await chat.say("What can you do?");
      assert.ok(result.reusedTokens >= before.promptTokens, `${chat.id} reused ${result.reusedTokens}`);
    }
    const first = chats[0]!;
    const before = first.last;
    assert.ok((await first.say("What can you do?")).reusedTokens < before.promptTokens);
  });

  it("evaluate an edited conversation from the edit on", async () => {
    const chat = new Conversation("edited");
    const first = await chat.say("My name is Ada.");
    await chat.say("Tell me a story about a dog.");
    const edited = { ...chat.turns[2]!, text: "What is my name?" };
    chat.turns.splice(2, 2, edited);
    const result = await chat.answer();
    assert.match(result.text, /Ada/);
    assert.ok(result.reusedTokens >= first.promptTokens, "what is before the edit was kept");
    assert.ok(result.evaluatedTokens < result.promptTokens - first.promptTokens + 1);
  });

  it("answer four requests at once as they do one by one", async () => {
    const questions = [longStory, "Who are you?", "What is 2 + 3?", "What can you do?"];
    const alone: string[] = [];
    for (const question of questions) {
      alone.push((await deployments.chat("model", ask(question), {})).text);
    }
    const together = await Promise.all(
      questions.map((question) => deployments.chat("model", ask(question), {})),
    );
    assert.deepEqual(
      together.map(({ text }) => text),
      alone,
    );
  });

  it("take two requests of one conversation one after the other", async () => {
    const params: ChatParams = { ...ask(longStory), conversation: "twice" };
    const [first, second] = await Promise.all([
      deployments.chat("model", params, {}),
      deployments.chat("model", params, {}),
    ]);
    assert.equal(second.text, first.text);
    assert.equal(second.evaluatedTokens, 1, "the second one continued the state of the first");
  });

  it("let an interactive request go ahead of batch work, which then gives the same answers", async () => {
    const questions = Array.from({ length: sequences * 2 }, (_, index) => `What is ${index} + 3?`);
    const batch = questions.map((question): ChatParams => ({
      ...ask(`${question} ${longStory}`, { temperature: 0.8, seed: 5, maxTokens: 120 }),
      priority: "batch",
    }));
    const ended: string[] = [];
    const started = deferredCalls(sequences);
    const work = batch.map((params, index) =>
      deployments
        .chat("model", params, { onEvent: (event) => event.type === "text" && started.call(index) })
        .finally(() => ended.push("batch")),
    );
    await started.promise;
    // All sequences are writing batch answers now; one of them is lent.
    const asked = await deployments.chat("model", ask("Who are you?"), {}).finally(() => ended.push("asked"));
    assert.match(asked.text, /model/i);
    assert.equal(asked.stopReason, "end");
    assert.ok(ended.indexOf("asked") < sequences, "it did not wait for the batch");
    const results = await Promise.all(work);
    for (const [index, result] of results.entries()) {
      assert.equal(result.reusedTokens + result.evaluatedTokens, result.promptTokens);
      const alone = await deployments.chat("model", batch[index]!, {});
      assert.deepEqual([result.text, result.stopReason], [alone.text, alone.stopReason]);
    }
  });

  it("say in parallel when the context is full", async () => {
    const target = chatTarget(demoChatModel(), "small");
    const loading = { ...target, load: { ...target.load, contextLength: 256 } };
    const { contextLength } = await deployments.deploy(loading);
    assert.equal(contextLength, 256);
    const stories = [1, 2, 3].map(
      (index) => `Tell me story ${index} about a fox and ${"a dog and ".repeat(9)}`,
    );
    const results = await Promise.all(
      stories.map((story) => deployments.chat("small", fillingContext(story), {})),
    );
    for (const { promptTokens, generatedTokens, stopReason } of results) {
      assert.equal(stopReason, "context-full");
      assert.equal(promptTokens + generatedTokens, contextLength);
    }
  });

  /** A schema of a long list keeps the model writing until nothing more fits. */
  function fillingContext(text: string): ChatParams {
    const responseSchema = { type: "array", items: { type: "boolean" }, minItems: 200 };
    return { ...ask(text), responseSchema };
  }

  class Conversation {
    readonly turns: ChatTurn[] = [];
    last!: ChatResult;

    constructor(readonly id: string) {}

    say(text: string): Promise<ChatResult> {
      this.turns.push({ role: "user", text });
      return this.answer();
    }

    async answer(): Promise<ChatResult> {
      const params = { turns: this.turns, sampling: greedy, conversation: this.id };
      this.last = await deployments.chat("model", params, {});
      this.turns.push({ role: "assistant", text: this.last.text });
      return this.last;
    }
  }
});

/** Resolves when so many different callers have called. */
function deferredCalls(count: number) {
  const callers = new Set<number>();
  let resolve!: () => void;
  const promise = new Promise<void>((done) => (resolve = done));
  return {
    promise,
    call(caller: number) {
      callers.add(caller);
      if (callers.size >= count) {
        resolve();
      }
    },
  };
}
