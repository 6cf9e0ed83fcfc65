import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { DeltaBatcher } from "../../../src/chat/delta-batcher";

describe("batches of streamed text", () => {
  it("deliver the first piece at once and join what follows within a frame", async () => {
    const delivered: string[] = [];
    const batcher = new DeltaBatcher((text) => delivered.push(text));
    batcher.push("a");
    assert.deepEqual(delivered, ["a"]);
    batcher.push("b");
    batcher.push("c");
    assert.deepEqual(delivered, ["a"]);
    while (delivered.length < 2) {
      await sleep(5);
    }
    assert.deepEqual(delivered, ["a", "bc"]);
  });

  it("deliver the rest when they are finished, once", async () => {
    const delivered: string[] = [];
    const batcher = new DeltaBatcher((text) => delivered.push(text));
    batcher.push("a");
    batcher.push("b");
    batcher.finish();
    await sleep(40);
    assert.deepEqual(delivered, ["a", "b"]);
  });

  it("deliver an empty piece, for the activity beside it", () => {
    const delivered: string[] = [];
    new DeltaBatcher((text) => delivered.push(text)).push("");
    assert.deepEqual(delivered, [""]);
  });
});
