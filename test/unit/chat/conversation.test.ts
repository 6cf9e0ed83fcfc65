import assert from "node:assert/strict";
import { buildTurns, titleOf } from "../../../src/chat/conversation";
import type { StoredMessage } from "../../../src/protocol/store";

describe("the turns a model gets", () => {
  it("begin with the system prompt and end with the question", () => {
    assert.deepEqual(buildTurns("Be brief.", [user("a"), assistant("b"), user("c")]), [
      { role: "system", text: "Be brief." },
      { role: "user", text: "a" },
      { role: "assistant", text: "b" },
      { role: "user", text: "c" },
    ]);
  });

  it("have no system turn when the prompt is blank", () => {
    assert.deepEqual(buildTurns(" \n", [user("a")]), [{ role: "user", text: "a" }]);
  });

  it("leave out questions without an answer, so that the roles alternate", () => {
    const failed: StoredMessage = { ...assistant(""), status: "failed", error: "no" };
    assert.deepEqual(buildTurns("", [user("a"), failed, user("b")]), [{ role: "user", text: "b" }]);
  });

  it("keep a stopped answer as far as it went", () => {
    const stopped: StoredMessage = { ...assistant("half"), status: "stopped" };
    assert.deepEqual(buildTurns("", [user("a"), stopped, user("b")])[1], { role: "assistant", text: "half" });
  });

  it("leave out a model's thoughts", () => {
    const thinking = assistant("<think>\nhm\n</think>\n\nYes.");
    assert.deepEqual(buildTurns("", [user("a"), thinking, user("b")])[1], {
      role: "assistant",
      text: "Yes.",
    });
    const onlyThoughts = assistant("<think>\nhm");
    assert.deepEqual(buildTurns("", [user("a"), onlyThoughts, user("b")]), [{ role: "user", text: "b" }]);
  });
});

describe("a chat's title", () => {
  it("is the first question on one line, shortened", () => {
    assert.equal(titleOf("  What\n is this? "), "What is this?");
    const long = titleOf("word ".repeat(50));
    assert.ok(long.length <= 60 && long.endsWith("…"));
  });
});

function user(text: string): StoredMessage {
  return { id: text, role: "user", text, status: "complete", createdAt: 0 };
}

function assistant(text: string): StoredMessage {
  return { id: text, role: "assistant", text, status: "complete", createdAt: 0 };
}
