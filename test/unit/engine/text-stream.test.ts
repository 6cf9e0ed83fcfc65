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

  it("bundles the text of batch work for longer", async () => {
    const sent: Record<string, number> = { interactive: 0, batch: 0 };
    for (const priority of ["interactive", "batch"] as const) {
      let now = 0;
      const stream = new TextStream(
        () => sent[priority]!++,
        priority,
        () => now,
      );
      for (; now < 1000; now += 10) {
        stream.push("a");
      }
      stream.finish();
    }
    await delay(0);
    assert.deepEqual(sent, { interactive: 21, batch: 5 });
  });
});
