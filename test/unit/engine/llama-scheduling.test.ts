import assert from "node:assert/strict";
import { chooseSlot, type SlotState } from "../../../src/engine-process/llama/choose-slot";
import { neighboursOf, windowAround } from "../../../src/engine-process/llama/neighbours";
import { PromptPace } from "../../../src/engine-process/prompt-pace";
import { StepWidth } from "../../../src/engine-process/llama/step-width";

describe("the choice of a sequence", () => {
  const slot = (
    tokens: number[],
    lastUsed: number,
    conversation?: string,
    isBesideBusy = false,
  ): SlotState => ({ tokens, lastUsed, conversation, isBesideBusy });
  const system = [1, 2, 3, 4];

  it("gives a conversation its own again", () => {
    const own = slot([7, 8], 1, "chat");
    assert.equal(chooseSlot([slot(system, 9), own], "chat", system), own);
  });

  it("gives a new conversation an unclaimed one, and the least recently used when there is none", () => {
    const fresh = slot([], 0);
    assert.equal(chooseSlot([slot([7], 1, "a"), fresh], "new", system), fresh);
    const oldest = slot([7], 1, "a");
    assert.equal(chooseSlot([slot([8], 2, "b"), oldest], "new", system), oldest);
  });

  it("gives a request of its own the unclaimed one with most of its prompt", () => {
    const shared = slot([...system, 5, 6], 3);
    const slots = [slot([], 0), slot([1, 2, 9, 9, 9], 1), shared, slot(system, 4, "chat")];
    assert.equal(chooseSlot(slots, undefined, [...system, 7]), shared);
  });

  it("does not give up a state that has little in common with the prompt while another is free", () => {
    const fresh = slot([], 0);
    const other = slot([1, 2, 9, 9, 9, 9, 9, 9], 3);
    assert.equal(chooseSlot([other, fresh], undefined, [1, 2, 3, 4, 5, 6, 7, 8]), fresh);
  });

  it("prefers one beside another that is in use, unless a state would be lost or a prefix not used", () => {
    const beside = slot([9, 9], 5, undefined, true);
    assert.equal(chooseSlot([slot([], 0), beside], undefined, system), beside);
    const related = slot(system, 3);
    assert.equal(chooseSlot([related, beside], undefined, [...system, 7]), related);
    const fresh = slot([], 0);
    assert.equal(chooseSlot([slot([7], 1, "chat", true), fresh], undefined, system), fresh);
  });

  it("leaves conversations alone as long as something else is idle", () => {
    const unclaimed = slot([9, 9], 5);
    assert.equal(chooseSlot([slot(system, 1, "chat"), unclaimed], undefined, system), unclaimed);
    const none: SlotState[] = [];
    assert.equal(chooseSlot(none, undefined, system), undefined);
  });
});

describe("the sequences of a step", () => {
  const placed = (...indexes: number[]) => indexes.map((index) => ({ index }));

  it("follow each other without a gap", () => {
    const all = placed(9, 2, 0, 3, 4, 7);
    const indexes = (index: number) =>
      neighboursOf(
        all.find((one) => one.index === index)!,
        all,
      ).map((one) => one.index);
    assert.deepEqual(indexes(3), [2, 3, 4]);
    assert.deepEqual(indexes(2), [2, 3, 4]);
    assert.deepEqual(indexes(0), [0]);
    assert.deepEqual(indexes(9), [9]);
  });

  it("are as many as wanted, with the one that waited longest", () => {
    const all = placed(2, 3, 4, 5, 6);
    for (const chosen of all) {
      for (let width = 1; width <= all.length; width++) {
        const window = windowAround(chosen, all, width);
        assert.equal(window.length, width);
        assert.ok(window.includes(chosen));
        assert.equal(window.at(-1)!.index - window[0]!.index, width - 1);
      }
    }
  });
});

describe("the width of a step", () => {
  /** Chooses and records until the choice is made from measurements. */
  function settled(costs: number[], ready: number, width = new StepWidth()): StepWidth {
    for (let step = 0; step < 3 * ready; step++) {
      const chosen = width.choose(ready);
      width.record(chosen, costs[chosen] ?? NaN);
    }
    return width;
  }

  it("is all answers where they share the reading of the weights", () => {
    assert.equal(settled([0, 10, 11, 12, 14], 4).choose(4), 4);
  });

  it("is one answer where several together cost more than one after the other", () => {
    assert.equal(settled([0, 6, 27, 30, 38], 4).choose(4), 1);
    assert.equal(settled([0, 6, 27, 30, 38], 4).choose(1), 1);
  });

  it("is found among few for many answers", () => {
    const asked = new Set<number>();
    const width = new StepWidth();
    for (let step = 0; step < 50; step++) {
      const chosen = width.choose(14);
      asked.add(chosen);
      // Twelve rows cost hardly more than eight, and fourteen much more.
      width.record(chosen, chosen <= 12 ? 10 + chosen : 60);
    }
    assert.deepEqual([...asked], [14, 12, 8, 4, 2, 1]);
    assert.equal(width.choose(14), 12);
  });

  it("follows what steps take now", () => {
    const width = settled([0, 6, 27, 30, 38], 4);
    for (let step = 0; step < 3050; step++) {
      const chosen = width.choose(4);
      width.record(chosen, [0, 6, 7, 8, 9][chosen] ?? NaN);
    }
    assert.equal(width.choose(4), 4);
  });
});

describe("a width that does not pay", () => {
  it("is tried again more and more rarely", () => {
    const width = new StepWidth();
    const costs = [0, 6, 27, 30, 38];
    const count = (steps: number) => {
      let tried = 0;
      for (let step = 0; step < steps; step++) {
        const chosen = width.choose(4);
        tried += chosen === 1 ? 0 : 1;
        width.record(chosen, costs[chosen] ?? NaN);
      }
      return tried;
    };
    assert.ok(count(1_000) > 12, "at first each is measured, and tried again");
    const later = count(16_000);
    assert.ok(later > 10 && later < 60, `${later} of 16000 steps`);
  });

  it("is not forgotten while there is only one answer", () => {
    const width = new StepWidth();
    const costs = [0, 6, 27, 30, 38];
    const step = (ready: number) => {
      const chosen = width.choose(ready);
      width.record(chosen, costs[chosen] ?? NaN);
      return chosen;
    };
    for (let index = 0; index < 50; index++) {
      step(4);
    }
    for (let index = 0; index < 5_000; index++) {
      assert.equal(step(1), 1);
    }
    const next = Array.from({ length: 60 }, () => step(4));
    assert.equal(next.filter((chosen) => chosen !== 1).length, 3);
  });
});

describe("the pace of a prompt", () => {
  it("begins with little, and grows with what it learns up to what llama.cpp takes at once", () => {
    const pace = new PromptPace();
    assert.equal(pace.chunkTokens(), 8);
    pace.record(8, 10);
    assert.equal(pace.chunkTokens(), 128);
    pace.record(128, 100);
    assert.equal(pace.chunkTokens(), 512);
  });

  it("bounds the time of a chunk for a slow model, and more so while somebody watches an answer", () => {
    const pace = new PromptPace();
    pace.record(16, 800);
    assert.equal(pace.chunkTokens(), 14);
    pace.record(200, 1000);
    assert.equal(pace.chunkTokens(), 140);
    assert.equal(pace.briefChunkTokens(), 40);
  });

  it("remembers how fast the beginning of a prompt is, unless the machine has become slow", () => {
    const pace = new PromptPace();
    pace.record(400, 1000, 0);
    pace.record(300, 1000, 600);
    assert.equal(pace.chunkTokens(900), 210);
    assert.equal(pace.chunkTokens(0), 280);
    pace.record(100, 1000, 900);
    assert.equal(pace.chunkTokens(0), 140);
    pace.record(50, 1000, 0);
    assert.equal(pace.chunkTokens(0), 35);
  });

  it("learns nothing from a few tokens", () => {
    const pace = new PromptPace();
    pace.record(256, 100);
    pace.record(2, 50);
    assert.equal(pace.chunkTokens(), 512);
  });
});
