import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import type { Deployments } from "../../src/engine/deployments";
import type { ChatEvent, ChatParams, ChatResult, ChatTurn, Sampling } from "../../src/protocol/engine";
import { ask, greedy, newDeployments } from "../support/engines";
import { onnxFolderTarget, temporaryModel } from "../support/onnx-models";
import { writeTinyGpt2 } from "../support/tiny-models/gpt2";

const some: Sampling = { ...greedy, maxTokens: 24 };

/** A random model of GPT-2's layout, which has no chat template; its context is 256 tokens. */
describe("a deployed ONNX text model", function () {
  this.timeout(60_000);
  const deployments = newDeployments();
  const folder = temporaryModel();

  before(() => {
    writeTinyGpt2(folder);
    return deployments.deploy(onnxFolderTarget(folder, "chat"));
  });
  after(() => deployments.dispose());

  const chat = (params: ChatParams, onEvent?: (event: ChatEvent) => void, signal?: AbortSignal) =>
    deployments.chat("model", params, { onEvent, signal });
  const complete = (prompt: string, sampling: Partial<Sampling> = {}, stopTexts: string[] = []) =>
    deployments.complete("model", { prompt, sampling: { ...some, ...sampling }, stopTexts }, {});

  it("streams an answer whose pieces are the text, and counts", async () => {
    const pieces: string[] = [];
    const prompt: number[] = [];
    const result = await chat(ask("Tell me more.", some), (event) => {
      if (event.type === "text") {
        pieces.push(event.text);
      } else {
        prompt.push(event.done);
      }
    });
    assert.equal(pieces.join(""), result.text);
    assert.equal(result.text, result.text.trim());
    // This model is so quick that most of its pieces travel together.
    assert.ok(pieces.length > 1);
    assert.equal(prompt[0], result.reusedTokens);
    assert.equal(prompt.at(-1), result.promptTokens);
    assert.equal(result.reusedTokens + result.evaluatedTokens, result.promptTokens);
    assert.equal(result.generatedTokens, 24);
    assert.equal(result.stopReason, "max-tokens");
  });

  it("evaluates only what is new of a conversation, and answers as if it had not", async () => {
    const turns: ChatTurn[] = [{ role: "user", text: "one two three four five six seven" }];
    const first = await chat({ turns, sampling: some, conversation: "a" });
    turns.push({ role: "assistant", text: first.text }, { role: "user", text: "And then?" });
    const second = await chat({ turns, sampling: some, conversation: "a" });
    assert.ok(second.reusedTokens >= first.promptTokens);
    assert.ok(second.evaluatedTokens <= second.promptTokens - first.promptTokens);

    const afresh = await anew(folder, (other) => other.chat("model", { turns, sampling: some }, {}));
    assert.equal(afresh.reusedTokens, 0);
    assert.equal(second.text, afresh.text);

    const edited = [{ ...turns[0]!, text: "one two three 4" }, ...turns.slice(1)];
    const third = await chat({ turns: edited, sampling: some, conversation: "a" });
    assert.ok(third.reusedTokens > 0 && third.reusedTokens < first.promptTokens);
    assert.equal(
      third.text,
      (await anew(folder, (other) => other.chat("model", { turns: edited, sampling: some }, {}))).text,
    );
  });

  it("keeps several conversations", async () => {
    const turn = (text: string): ChatTurn => ({ role: "user", text });
    for (const conversation of ["b", "c", "d"]) {
      await chat({ turns: [turn(`${conversation} is a letter`)], sampling: some, conversation });
    }
    for (const conversation of ["b", "c", "d"]) {
      const again = await chat({
        turns: [turn(`${conversation} is a letter`)],
        sampling: some,
        conversation,
      });
      assert.equal(again.evaluatedTokens, 1);
    }
  });

  it("repeats itself with a seed, whatever it did before, and not with another", async () => {
    const sampling = { ...some, temperature: 1, topK: 40, topP: 0.95, minP: 0.01, repeatPenalty: 1.1 };
    const run = (seed: number) => chat(ask("Surprise me.", { ...sampling, seed }));
    const first = await run(5);
    await chat(ask("Surprise me. Or not.", some));
    const [again, other] = [await run(5), await run(6)];
    assert.equal(again.text, first.text);
    assert.notEqual(other.text, first.text);
  });

  it("goes on with a text, and ends at a stop text wherever tokens are cut", async () => {
    const whole = (await complete("Once")).text;
    assert.ok(whole.length > 20);
    for (const [start, end] of [
      [4, 7],
      [5, 12],
      [11, 12],
    ] as const) {
      const stop = whole.slice(start, end);
      const result = await complete("Once", {}, ["never in it", stop]);
      assert.equal(result.text, whole.slice(0, whole.indexOf(stop)));
      assert.equal(result.stopReason, "end");
    }
    await assert.rejects(complete(""), { code: "empty-prompt" });
  });

  it("reports the probability of each token", async () => {
    const { logprobs = [], text } = await deployments.complete(
      "model",
      { prompt: "Once", sampling: some, topLogprobs: 3 },
      {},
    );
    assert.equal(logprobs.length, 24);
    assert.equal(logprobs.map((token) => token.text).join(""), text);
    for (const token of logprobs) {
      assert.equal(token.top.length, 3);
      // Greedy takes the likeliest.
      assert.equal(token.logprob, token.top[0]!.logprob);
      assert.ok(token.top[0]!.logprob >= token.top[1]!.logprob && token.logprob < 0);
    }
    assert.equal((await complete("Once")).logprobs, undefined);
  });

  it("ends where its context does, and refuses what does not fit with both numbers", async () => {
    const full = await complete("Once upon a time", { maxTokens: 0 });
    assert.equal(full.stopReason, "context-full");
    assert.equal(full.promptTokens + full.generatedTokens, 256);
    await assert.rejects(chat(ask("word ".repeat(300))), (error: { code: string; args: number[] }) => {
      assert.equal(error.code, "prompt-too-long");
      assert.ok(error.args[0]! > 1000);
      assert.equal(error.args[1], 256);
      return true;
    });
    await assert.rejects(complete("word ".repeat(300)), { code: "prompt-too-long" });
  });

  it("stops between tokens, keeps what it wrote, and settles a request that waits at once", async () => {
    const controller = new AbortController();
    const waiting = new AbortController();
    let pieces = 0;
    let queued: Promise<ChatResult> | undefined;
    const result = await chat(
      ask("Count.", { ...greedy, maxTokens: 200 }),
      (event) => {
        if (event.type === "text" && ++pieces === 1) {
          queued = deployments.complete(
            "model",
            { prompt: "Later", sampling: some, priority: "batch" },
            { signal: waiting.signal },
          );
          waiting.abort();
          void queued.finally(() => controller.abort());
        }
      },
      controller.signal,
    );
    assert.equal(result.stopReason, "aborted");
    assert.ok(result.text.length > 0 && result.generatedTokens < 200);
    const unbegun = await queued;
    assert.deepEqual([unbegun?.stopReason, unbegun?.text, unbegun?.evaluatedTokens], ["aborted", "", 0]);
    assert.equal((await complete("Once")).generatedTokens, 24);
  });

  it("takes the marks of its tokenizer for text when somebody writes them", async () => {
    const one = await chat(ask("a<|endoftext|>b", { ...greedy, maxTokens: 1 }));
    const same = await complete("User: a<\u200B|endoftext|>b\nAssistant:", { maxTokens: 1 });
    const mark = await complete("User: a<|endoftext|>b\nAssistant:", { maxTokens: 1 });
    assert.equal(one.promptTokens, same.promptTokens);
    assert.ok(mark.promptTokens < same.promptTokens);
  });

  it("lets two chats take turns", async () => {
    const order: string[] = [];
    const begin = (name: string, onText = () => {}) =>
      chat(ask(`This is ${name}.`, { ...greedy, maxTokens: 150 }), (event) => {
        if (event.type === "text") {
          order.push(name);
          onText();
        }
      });
    let second: Promise<ChatResult> | undefined;
    const first = await begin("a", () => {
      second ??= begin("b");
    });
    assert.ok(order.indexOf("b") >= 0 && order.indexOf("b") < order.lastIndexOf("a"));
    assert.equal((await second)?.generatedTokens, 150);
    assert.equal((await begin("a")).text, first.text);
  });

  it("refuses what it cannot do", async () => {
    await assert.rejects(chat({ ...ask("Hi"), responseSchema: { type: "object" } }), {
      code: "unsupported-model",
    });
    const tools = [{ name: "f", description: "", parameters: { type: "object" } }];
    await assert.rejects(chat({ ...ask("Hi"), tools }), { code: "unsupported-model" });
  });
});

describe("an ONNX text model of the first exports' layout", function () {
  this.timeout(60_000);
  const [first, recent] = [temporaryModel(), temporaryModel()];

  it("answers as its new layout does", async () => {
    writeTinyGpt2(first, "decoder_model_merged");
    writeTinyGpt2(recent, "model");
    const [one, other] = await Promise.all(
      [first, recent].map((folder) =>
        anew(folder, (deployments) => deployments.chat("model", ask("Tell me more about it.", some), {})),
      ),
    );
    assert.equal(one?.text, other?.text);
    assert.equal(one?.generatedTokens, 24);
  });
});

describe("an ONNX text model with a chat template in a file of its own", function () {
  this.timeout(60_000);
  const folder = temporaryModel();

  it("uses it, and puts a system text that it refuses before the first question", async () => {
    writeTinyGpt2(folder);
    // As Gemma's does.
    const template =
      "{% for message in messages %}{% if message['role'] == 'system' %}{{ raise_exception('No system role') }}" +
      "{% endif %}{{ '[' + message['role'] + '] ' + message['content'] + '\n' }}{% endfor %}" +
      "{% if add_generation_prompt %}{{ '[assistant] ' }}{% endif %}";
    writeFileSync(path.join(folder, "chat_template.jinja"), template);
    const system: ChatTurn = { role: "system", text: "Be brief." };
    await anew(folder, async (deployments) => {
      const chat = (turns: ChatTurn[]) => deployments.chat("model", { turns, sampling: some }, {});
      const folded = await chat([system, { role: "user", text: "Hi" }]);
      const written = await deployments.complete(
        "model",
        { prompt: "[user] Be brief.\n\nHi\n[assistant] ", sampling: some },
        {},
      );
      assert.equal(folded.promptTokens, written.promptTokens);
      assert.equal(written.evaluatedTokens, 1);
      assert.equal(folded.text, written.text);
      await assert.rejects(chat([system]), { code: "unsupported-model", message: /No system role/ });
    });
  });
});

/** In a process that knows nothing yet. */
async function anew<T>(folder: string, use: (deployments: Deployments) => Promise<T>): Promise<T> {
  const deployments = newDeployments();
  try {
    await deployments.deploy(onnxFolderTarget(folder, "chat"));
    return await use(deployments);
  } finally {
    await deployments.dispose();
  }
}
