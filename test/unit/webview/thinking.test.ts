import assert from "node:assert/strict";
import { splitThinking } from "../../../webview-ui/chat/transcript/thinking";

describe("splitThinking", () => {
  it("leaves an ordinary answer as it is", () => {
    assert.deepEqual(splitThinking(" Hello", true), { thinking: null, answer: " Hello", isOpen: false });
    assert.equal(splitThinking("Use <think> tags", false).answer, "Use <think> tags");
    assert.deepEqual(splitThinking("", true), { thinking: null, answer: "", isOpen: false });
  });

  it("separates a complete section", () => {
    assert.deepEqual(splitThinking("\n<think>\nhm\n</think>\n\nYes", false), {
      thinking: "hm",
      answer: "Yes",
      isOpen: false,
    });
  });

  it("takes only the first section; a later one is part of the answer", () => {
    assert.equal(splitThinking("<think>a</think>b <think>c</think>", false).answer, "b <think>c</think>");
  });

  it("never shows a piece of a tag while the text streams", () => {
    const whole = "<think>one two</think>three";
    for (let length = 1; length <= whole.length; length++) {
      const { thinking, answer } = splitThinking(whole.slice(0, length), true);
      assert.ok("one two".startsWith(thinking ?? ""), `thinking “${thinking ?? ""}” at ${length}`);
      assert.ok("three".startsWith(answer), `answer “${answer}” at ${length}`);
    }
  });

  it("shows a lone “<” once the text is complete", () => {
    assert.equal(splitThinking("<", true).answer, "");
    assert.equal(splitThinking("<", false).answer, "<");
  });

  it("marks a section that never ended", () => {
    assert.deepEqual(splitThinking("<think>still at it", false), {
      thinking: "still at it",
      answer: "",
      isOpen: true,
    });
  });
});
