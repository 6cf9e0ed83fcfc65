import assert from "node:assert/strict";
import { deferred, settlesWithin } from "../../../src/common/async";
import { Turns } from "../../../src/engine-process/onnx/turns";

describe("requests that take turns", () => {
  const never = new AbortController().signal;

  /** A request of `steps` steps that writes its name at each. */
  function request(
    turns: Turns,
    log: string[],
    name: string,
    options: { urgent?: boolean; steps?: number } = {},
  ) {
    const { urgent = true, steps = 3 } = options;
    return turns.run(urgent, never, async (step) => {
      for (let index = 0; index < steps; index++) {
        await step(async () => {
          await Promise.resolve();
          log.push(name);
        });
      }
    });
  }

  it("work one step at a time, alternately", async () => {
    const turns = new Turns();
    const log: string[] = [];
    await Promise.all([request(turns, log, "a"), request(turns, log, "b")]);
    assert.equal(log.join(""), "ababab");
  });

  it("let urgent ones go first, between two steps, until none is left", async () => {
    const turns = new Turns();
    const log: string[] = [];
    const batch = request(turns, log, "b", { urgent: false, steps: 4 });
    await new Promise((resolve) => setImmediate(resolve));
    const chat = request(turns, log, "c");
    await Promise.all([batch, chat]);
    assert.match(log.join(""), /^b{1,2}ccc(?:b)+$/);
    assert.equal(log.length, 7);
  });

  it("settle at once when they are cancelled while they wait, and leave no gap", async () => {
    const turns = new Turns();
    const log: string[] = [];
    const { promise, resolve } = deferred<undefined>();
    const running = turns.run(true, never, (step) => step(() => promise));
    const controller = new AbortController();
    const cancelled = turns.run(true, controller.signal, (step) =>
      step(() => Promise.resolve(log.push("x"))),
    );
    const next = request(turns, log, "n", { steps: 1 });
    controller.abort();
    await assert.rejects(cancelled, { code: "aborted" });
    assert.equal(await settlesWithin(next, 20), false);
    resolve(undefined);
    await Promise.all([running, next]);
    assert.deepEqual(log, ["n"]);
  });

  it("go on when one fails, also an urgent one that others wait for", async () => {
    const turns = new Turns();
    const log: string[] = [];
    const failing = turns.run(true, never, async (step) => {
      await step(() => Promise.reject(new Error("broken")));
    });
    const batch = request(turns, log, "b", { urgent: false });
    await assert.rejects(failing, /broken/);
    await batch;
    assert.equal(log.join(""), "bbb");
    const outside = turns.run(true, never, () => Promise.reject(new Error("outside")));
    await assert.rejects(outside, /outside/);
    await request(turns, log, "c", { urgent: false, steps: 1 });
    assert.equal(log.join(""), "bbbc");
  });
});
