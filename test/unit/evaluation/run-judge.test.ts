import assert from "node:assert/strict";
import { scorePrompt, scoreSchema } from "../../../src/evaluation/judge/judge-prompt";
import { parsePreference, parseScore } from "../../../src/evaluation/judge/parse-judgement";

const scale = { min: 1, max: 5 };
const said = (text: string, stopReason: "end" | "max-tokens" = "end") => ({ text, stopReason });

describe("what a judge says", () => {
  it("is a score of the scale with a justification, also with text around it", () => {
    assert.deepEqual(parseScore(said('{"score": 4, "justification": " Good. "}'), scale), {
      score: 4,
      justification: "Good.",
    });
    assert.deepEqual(parseScore(said('```json\n{"score": 1}\n```'), scale), {
      score: 1,
      justification: undefined,
    });
  });

  it("is never made up", () => {
    const noScore = "The judge gave no whole number from 1 to 5 as its score.";
    const cases: [text: string, message: string][] = [
      ["I cannot judge this.", "The judge did not answer as JSON."],
      ["", "The judge did not answer as JSON."],
      ['{"score": 4} or {"score": 5}', "The judge did not answer as JSON."],
      ['{"score": 4,', "The judge did not answer as JSON."],
      ['{"score": "4"}', noScore],
      ['{"score": 0}', noScore],
      ['{"score": 6}', noScore],
      ['{"score": 3.5}', noScore],
      ['{"score": null}', noScore],
      ['{"Score": 3}', noScore],
      ["{}", noScore],
    ];
    for (const [text, message] of cases) {
      assert.throws(() => parseScore(said(text), scale), { code: "invalid-input", message }, text);
    }
    assert.throws(() => parseScore(said('{"score": 4, "justification": "It', "max-tokens"), scale), {
      message: "The judge's answer was cut off before its end (max-tokens).",
    });
  });

  it("is about the answers, whatever the order in which they were shown", () => {
    const preferred = (winner: string, isSwapped: boolean) =>
      parsePreference(said(JSON.stringify({ winner })), isSwapped).preference;
    assert.deepEqual([preferred("A", false), preferred("B", false)], ["first", "second"]);
    assert.deepEqual([preferred("A", true), preferred("B", true)], ["second", "first"]);
    assert.equal(preferred("tie", true), "tie");
    assert.throws(() => preferred("C", false), { message: "The judge named neither an answer nor a tie." });
  });
});

describe("what a judge is asked", () => {
  it("is question, answer and one criterion, with a scale of whole numbers", () => {
    const criterion = { name: "Brevity", description: "The answer is short." };
    const [system, user] = scorePrompt([{ prompt: "Why?", response: "So." }], criterion, scale);
    assert.equal(user?.text, "Question: Why?\n\nAnswer: So.\n\nCriterion: Brevity. The answer is short.");
    assert.match(system?.text ?? "", /from 1 \(worst\) to 5 \(best\)/);
    const { properties } = scoreSchema({ min: 0, max: 2 }) as { properties: Record<string, unknown> };
    assert.deepEqual(properties["score"], { enum: [0, 1, 2] });
    assert.deepEqual(Object.keys(properties), ["score", "justification"], "the score comes first");
  });

  it("is every question and answer of a sequence", () => {
    const exchange = [
      { prompt: "1?", response: "a" },
      { prompt: "2?", response: "b" },
    ];
    const [, user] = scorePrompt(exchange, { name: "Wit", description: "" }, scale);
    assert.equal(user?.text, "Question: 1?\n\nAnswer: a\n\nQuestion: 2?\n\nAnswer: b\n\nCriterion: Wit");
  });
});
