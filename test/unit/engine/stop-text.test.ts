import assert from "node:assert/strict";
import { StopTextFilter } from "../../../src/engine-process/stop-text-filter";

describe("stop texts", () => {
  it("let ordinary text through", () => {
    assert.deepEqual(run(["a", "b", "c"], ["###"]), { text: "abc", stopped: false });
  });

  it("end the answer where they begin, however they are cut into pieces", () => {
    const whole = "Yes.\n### Human: more";
    for (let size = 1; size < whole.length; size++) {
      const pieces = whole.match(new RegExp(`[\\s\\S]{1,${size}}`, "g")) ?? [];
      assert.deepEqual(run(pieces, ["### Human:"]), { text: "Yes.\n", stopped: true }, `pieces of ${size}`);
    }
  });

  it("give back what only looked like the beginning of one", () => {
    assert.deepEqual(run(["a #", "# b"], ["###"]), { text: "a ## b", stopped: false });
    assert.deepEqual(run(["a ##"], ["###"]), { text: "a ##", stopped: false });
  });

  it("take the first of several", () => {
    assert.deepEqual(run(["one END two STOP"], ["STOP", "END"]), { text: "one ", stopped: true });
  });

  function run(pieces: string[], stopTexts: string[]) {
    const filter = new StopTextFilter(stopTexts);
    const text = pieces.map((piece) => filter.push(piece)).join("") + filter.finish();
    return { text, stopped: filter.found !== undefined };
  }
});
