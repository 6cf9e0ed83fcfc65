import assert from "node:assert/strict";
import { randomLlama } from "../../bench/lib/random-llama";
import type { ChatEvent, ChatParams, ChatResult } from "../../src/protocol/engine";
import { ask, cacheFolder, chatTarget, newDeployments } from "../support/engines";

/** Random weights: it writes until it is stopped, and slowly enough to be stopped at any moment. */
describe("cancelling requests to a chat model", function () {
  this.timeout(120_000);
  const deployments = newDeployments();
  let sequences = 0;

  before(async () => {
    const target = chatTarget(await randomLlama(cacheFolder));
    const loading = { ...target, load: { ...target.load, contextLength: 1024 } };
    ({ sequences } = await deployments.deploy(loading));
  });
  after(() => deployments.dispose());

  it("works while the prompt is evaluated, and what was evaluated is kept", async () => {
    const prompt = ask("abc ".repeat(200), { maxTokens: 1 });
    const stopped = await cancelledAt(prompt, (event) => event.type === "prompt" && event.done > 0);
    assert.equal(stopped.stopReason, "aborted");
    assert.equal(stopped.generatedTokens, 0);
    assert.ok(stopped.evaluatedTokens > 0 && stopped.evaluatedTokens < stopped.promptTokens);
    const again = await deployments.chat("model", prompt, {});
    assert.equal(again.reusedTokens, stopped.evaluatedTokens);
    assert.equal(again.stopReason, "max-tokens");
  });

  it("works during generation, and the text so far is returned", async () => {
    let streamed = "";
    const stopped = await cancelledAt(ask("abc"), (event) => {
      streamed += event.type === "text" ? event.text : "";
      return streamed.length > 0;
    });
    assert.equal(stopped.stopReason, "aborted");
    assert.ok(stopped.generatedTokens > 0);
    assert.ok(stopped.text.startsWith(streamed));
  });

  it("works while it waits for a sequence, without touching those of others", async () => {
    const running = Array.from({ length: sequences }, (_, index) => startUntilStopped(`story ${index}`));
    await Promise.all(running.map(({ started }) => started));
    const controller = new AbortController();
    const waiting = deployments.chat("model", ask("waits"), { signal: controller.signal });
    setTimeout(() => controller.abort(), 50);
    const { stopReason, text, evaluatedTokens, promptTokens } = await waiting;
    assert.deepEqual([stopReason, text, evaluatedTokens], ["aborted", "", 0]);
    assert.ok(promptTokens > 0);
    running.forEach(({ stop }) => stop());
    for (const { result } of running) {
      assert.equal((await result).stopReason, "aborted");
    }
  });

  it("works for batch work that rests behind an interactive request, or has lent its sequence to one", async () => {
    const batch = Array.from({ length: sequences + 1 }, (_, index) =>
      startUntilStopped(`batch ${index}`, { priority: "batch" }),
    );
    await Promise.all(batch.slice(0, sequences).map(({ started }) => started));
    const asked = startUntilStopped("asked");
    await asked.started;
    batch.forEach(({ stop }) => stop());
    for (const { result } of batch) {
      assert.equal((await result).stopReason, "aborted");
    }
    asked.stop();
    assert.ok((await asked.result).generatedTokens > 0);
    const next = await deployments.chat("model", ask("next", { maxTokens: 3 }), {});
    assert.equal(next.generatedTokens, 3, "no sequence was lost");
  });

  it("leaves the model usable when many requests come and go at random", async () => {
    const requests = Array.from({ length: 24 }, async (_, index) => {
      const controller = new AbortController();
      const params: ChatParams = {
        ...ask(`question ${index % 5} ${"abc ".repeat(index * 3)}`, { maxTokens: 6 }),
        priority: index % 3 === 0 ? "batch" : "interactive",
        ...(index % 4 === 0 ? { conversation: `chat ${index % 8}` } : {}),
      };
      if (index % 2 === 0) {
        setTimeout(() => controller.abort(), index * 37);
      }
      return deployments.chat("model", params, { signal: controller.signal });
    });
    const results = await Promise.all(requests);
    for (const { stopReason, promptTokens, reusedTokens, evaluatedTokens, generatedTokens } of results) {
      assert.ok(stopReason === "aborted" || (stopReason === "max-tokens" && generatedTokens === 6));
      assert.ok(reusedTokens + evaluatedTokens <= promptTokens);
    }
    assert.ok(results.filter(({ stopReason }) => stopReason === "max-tokens").length >= 12);
  });

  async function cancelledAt(params: ChatParams, when: (event: ChatEvent) => boolean): Promise<ChatResult> {
    const controller = new AbortController();
    return deployments.chat("model", params, {
      signal: controller.signal,
      onEvent: (event) => when(event) && controller.abort(),
    });
  }

  /** A request that writes until `stop`; `started` resolves with its first text. */
  function startUntilStopped(text: string, more: Partial<ChatParams> = {}) {
    const controller = new AbortController();
    let result!: Promise<ChatResult>;
    const started = new Promise<void>((resolve) => {
      result = deployments.chat(
        "model",
        { ...ask(text), ...more },
        {
          signal: controller.signal,
          onEvent: (event) => event.type === "text" && resolve(),
        },
      );
    });
    return { started, result, stop: () => controller.abort() };
  }
});
