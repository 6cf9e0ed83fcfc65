import assert from "node:assert/strict";
import type { ChatParams, JsonSchema } from "../../src/protocol/engine";
import { ask, chatTarget, demoChatModel, greedy, newDeployments } from "../support/engines";

describe("structured output of a deployed chat model", function () {
  this.timeout(120_000);
  const deployments = newDeployments();

  before(() => deployments.deploy(chatTarget(demoChatModel())));
  after(() => deployments.dispose());

  const person: JsonSchema = {
    type: "object",
    title: "Person",
    properties: {
      name: { type: "string", maxLength: 12 },
      age: { type: "integer" },
      mood: { enum: ["good", "bad"] },
      tags: { type: "array", items: { type: "string", maxLength: 8 }, minItems: 1, maxItems: 2 },
      address: { anyOf: [{ type: "null" }, { $ref: "#/$defs/address" }] },
    },
    required: ["name", "age"],
    $defs: { address: { type: "object", properties: { city: { type: "string", maxLength: 9 } } } },
  };

  it("is JSON of the schema, at every temperature", async () => {
    for (const seed of [1, 2, 3, 4]) {
      const sampling = { temperature: seed === 1 ? 0 : 1.5, seed };
      const events: string[] = [];
      const result = await deployments.chat("model", bySchema(person, sampling), {
        onEvent: (event) => event.type === "text" && events.push(event.text),
      });
      assert.equal(result.stopReason, "end", result.text);
      assert.equal(events.join(""), result.text);
      const value = JSON.parse(result.text) as Record<string, unknown>;
      assert.deepEqual(Object.keys(value), ["name", "age", "mood", "tags", "address"]);
      assert.equal(typeof value["name"], "string");
      assert.ok(Number.isInteger(value["age"]));
      assert.ok(["good", "bad"].includes(String(value["mood"])));
      const tags = value["tags"] as unknown[];
      assert.ok(tags.length === 1 || tags.length === 2);
      assert.ok(value["address"] === null || typeof value["address"] === "object");
    }
  });

  it("may be any JSON value", async () => {
    for (const schema of [
      { type: "number" },
      { const: "yes" },
      { enum: [true, 7, null] },
      { type: "boolean" },
    ]) {
      const { text, stopReason } = await deployments.chat("model", bySchema(schema), {});
      assert.equal(stopReason, "end");
      assert.doesNotThrow(() => JSON.parse(text), text);
    }
  });

  it("says when the limit of tokens cut it off", async () => {
    const { stopReason, generatedTokens } = await deployments.chat(
      "model",
      bySchema(person, { maxTokens: 4 }),
      {},
    );
    assert.deepEqual([stopReason, generatedTokens], ["max-tokens", 4]);
  });

  it("is refused, by name, where the schema cannot be enforced", async () => {
    const refused: [JsonSchema, string][] = [
      [{ type: "object", properties: { zip: { type: "string", pattern: "^[0-9]+$" } } }, "pattern"],
      [{ type: "integer", minimum: 3 }, "minimum"],
      [{ allOf: [{ type: "object" }] }, "allOf"],
      [{ $ref: "https://example.org/person.json" }, "$ref"],
      [{ type: "object", properties: {}, required: ["name"] }, "required: name"],
      [{ type: "string", format: "email" }, "format: email"],
      [{ type: "date" }, "type: date"],
    ];
    for (const [schema, what] of refused) {
      await assert.rejects(deployments.chat("model", bySchema(schema), {}), (error: Error) => {
        assert.match(error.message, /cannot be enforced/);
        assert.ok(error.message.includes(what), error.message);
        return true;
      });
    }
    assert.match((await deployments.chat("model", ask("Who are you?"), {})).text, /model/i);
  });

  function bySchema(responseSchema: JsonSchema, sampling = {}): ChatParams {
    return { ...ask("Describe a person.", sampling), responseSchema };
  }
});

describe("a completion", function () {
  this.timeout(120_000);
  const deployments = newDeployments();
  const prompt = "<|im_start|>user\nTell me a story about a fox.<|im_end|>\n<|im_start|>assistant\n";

  before(() => deployments.deploy(chatTarget(demoChatModel())));
  after(() => deployments.dispose());

  it("continues the text as it stands and streams what it adds", async () => {
    let streamed = "";
    const sampling = { ...greedy, maxTokens: 24 };
    const result = await deployments.complete(
      "model",
      { prompt: "Once upon a time there was a", sampling },
      { onEvent: (event) => event.type === "text" && (streamed += event.text) },
    );
    assert.ok(result.text.length > 0);
    assert.equal(streamed, result.text);
    const again = await deployments.complete(
      "model",
      { prompt: "Once upon a time there was a", sampling },
      {},
    );
    assert.equal(again.text, result.text);
    assert.equal(again.evaluatedTokens, 1, "the second one reuses the prompt of the first");
  });

  it("ends before a stop text, of which nothing is given away", async () => {
    const sampling = { ...greedy, maxTokens: 60 };
    const whole = await deployments.complete("model", { prompt, sampling }, {});
    const stop = whole.text.slice(9, 13);
    let streamed = "";
    const stopped = await deployments.complete(
      "model",
      { prompt, sampling, stopTexts: ["never written", stop] },
      { onEvent: (event) => event.type === "text" && (streamed += event.text) },
    );
    assert.equal(stopped.stopReason, "end");
    assert.equal(stopped.text, whole.text.slice(0, whole.text.indexOf(stop)));
    assert.equal(streamed, stopped.text);
  });

  it("reports the likeliest tokens, whose probabilities are a part of one", async () => {
    for (const temperature of [0, 0.8]) {
      const sampling = { ...greedy, temperature, seed: 3, maxTokens: 12 };
      const result = await deployments.complete("model", { prompt, sampling, topLogprobs: 5 }, {});
      assert.equal(result.logprobs?.length, result.generatedTokens);
      for (const { text, logprob, top } of result.logprobs ?? []) {
        const probabilities = top.map((one) => Math.exp(one.logprob));
        const sum = probabilities.reduce((total, one) => total + one, 0);
        assert.ok(sum > 0 && sum <= 1 + 1e-4, `sum ${sum}`);
        assert.deepEqual(
          probabilities,
          [...probabilities].sort((a, b) => b - a),
        );
        assert.ok(logprob <= 0 && Number.isFinite(logprob));
        assert.ok(top.length <= 5 && (temperature > 0 || top[0]!.text === text));
      }
      const without = await deployments.complete("model", { prompt, sampling }, {});
      assert.equal(without.logprobs, undefined);
      assert.equal(without.text, result.text, "asking for them changes nothing");
    }
  });

  it("repeats itself with the same seed and not with another", async () => {
    const draw = async (seed: number | undefined, temperature = 0.8) => {
      const sampling = {
        ...greedy,
        temperature,
        maxTokens: 60,
        ...(seed === undefined ? {} : { seed }),
      };
      return (await deployments.complete("model", { prompt, sampling }, {})).text;
    };
    const first = await draw(7);
    assert.equal(await draw(7), first);
    const others = await Promise.all([8, 9, 10, undefined, undefined].map((seed) => draw(seed, 1.5)));
    assert.ok(new Set(others).size > 1, "other seeds give other texts");
    const [together] = await Promise.all([draw(7), draw(8), draw(9)]);
    assert.equal(together, first, "also while others run");
  });
});
