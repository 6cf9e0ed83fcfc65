import assert from "node:assert/strict";
import { turnsForPrompt } from "../../../src/evaluation/suite/context";
import type { Sequence } from "../../../src/evaluation/suite/suite";

function sequence(texts: string[], members: Partial<Sequence> = {}): Sequence {
  const prompts = texts.map((text, index) => ({ name: `P${index}`, text, checks: [] }));
  return { name: "S", systemPrompt: "", independent: false, prompts, ...members };
}

describe("what a model is given for a prompt", () => {
  it("has the earlier prompts and responses as chat turns", () => {
    assert.deepEqual(turnsForPrompt(sequence(["One", "Two"], { systemPrompt: "Be brief." }), 1, ["First"]), [
      { role: "system", text: "Be brief." },
      { role: "user", text: "One" },
      { role: "assistant", text: "First" },
      { role: "user", text: "Two" },
    ]);
  });

  it("has them as text where the prompt says so, and quotes no context twice", () => {
    const steps = sequence(["One", "So far:\n{{ context }}\nGo on.", "End it.", "All: {{context}}"]);
    const responses = ["First {{context}} $& $1", "Second", "Third"];
    assert.deepEqual(turnsForPrompt(steps, 1, responses.slice(0, 1)), [
      { role: "user", text: "So far:\nOne\n\nFirst {{context}} $& $1\nGo on." },
    ]);
    assert.deepEqual(turnsForPrompt(steps, 2, responses.slice(0, 2)), [
      { role: "user", text: "One" },
      { role: "assistant", text: "First {{context}} $& $1" },
      { role: "user", text: "So far:\n\nGo on." },
      { role: "assistant", text: "Second" },
      { role: "user", text: "End it." },
    ]);
    const [last] = turnsForPrompt(steps, 3, responses);
    assert.equal(
      last?.text,
      "All: One\n\nFirst {{context}} $& $1\n\nSo far:\n\nGo on.\n\nSecond\n\nEnd it.\n\nThird",
    );
  });

  it("is empty in front of the first prompt and of every independent one", () => {
    assert.deepEqual(turnsForPrompt(sequence(["{{context}}Begin"]), 0, []), [
      { role: "user", text: "Begin" },
    ]);
    assert.deepEqual(turnsForPrompt(sequence(["One", "Two"], { independent: true }), 1, []), [
      { role: "user", text: "Two" },
    ]);
  });

  it("is not made without the responses that belong to it", () => {
    assert.throws(() => turnsForPrompt(sequence(["One", "Two"]), 1, []), RangeError);
    assert.throws(() => turnsForPrompt(sequence(["One"]), 1, ["First"]), RangeError);
  });
});
