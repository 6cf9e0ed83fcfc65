import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { TextStream } from "../../../src/engine-process/text-stream";

describe("text stream", () => {
  it("sends the first piece at once and bundles what follows soon", async () => {
    const sent: string[] = [];
    const stream = new TextStream(
      (text) => sent.push(text),
      "interactive",
      () => 0,
    );
    for (const piece of ["Once", " upon", "", " a", " time"]) {
      stream.push(piece);
    }
    assert.deepEqual(sent, ["Once"]);
    await delay(200);
    assert.deepEqual(sent, ["Once", " upon a time"]);
  });

  it("sends what waits when it ends, and nothing twice", async () => {
    const sent: string[] = [];
    const stream = new TextStream(
      (text) => sent.push(text),
      "interactive",
      () => 0,
    );
    stream.push("a");
    stream.push("b");
    stream.finish();
    stream.finish();
    await delay(100);
    assert.deepEqual(sent, ["a", "b"]);
  });

  for (const { priority, everyMs, messages } of [
    // The first piece, and then each 50 ms, 5 pieces or 100 ms.
    { priority: "interactive", everyMs: 5, messages: 20 },
    { priority: "interactive", everyMs: 20, messages: 10 },
    { priority: "interactive", everyMs: 40, messages: 9 },
    { priority: "interactive", everyMs: 200, messages: 5 },
    { priority: "batch", everyMs: 10, messages: 4 },
  ] as const) {
    it(`sends ${messages} messages in a second of ${priority} work with a piece every ${everyMs} ms`, () => {
      let now = 0;
      let sent = 0;
      const stream = new TextStream(
        () => sent++,
        priority,
        () => now,
      );
      for (; now < 1000; now += everyMs) {
        stream.push("a");
      }
      assert.equal(sent, messages);
      stream.finish();
    });
  }
});
