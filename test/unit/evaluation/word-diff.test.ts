import assert from "node:assert/strict";
import { type DiffPart, diffWords } from "../../../src/evaluation/statistics/word-diff";

function sideOf(parts: readonly DiffPart[], side: "first" | "second"): string {
  return parts
    .filter((part) => part.side === "both" || part.side === side)
    .map(({ text }) => text)
    .join("");
}

describe("differences between two texts", () => {
  it("marks the words that differ", () => {
    assert.deepEqual(diffWords("The red fox sleeps.", "The old fox sleeps well."), [
      { side: "both", text: "The " },
      { side: "first", text: "red" },
      { side: "second", text: "old" },
      { side: "both", text: " fox sleeps" },
      { side: "second", text: " well" },
      { side: "both", text: "." },
    ]);
  });

  it("has nothing to mark in equal texts, and everything in texts without a common word", () => {
    assert.deepEqual(diffWords("same 😀", "same 😀"), [{ side: "both", text: "same 😀" }]);
    assert.deepEqual(diffWords("", ""), []);
    assert.deepEqual(diffWords("", "b"), [{ side: "second", text: "b" }]);
    assert.deepEqual(diffWords("a", "b"), [
      { side: "first", text: "a" },
      { side: "second", text: "b" },
    ]);
  });

  it("keeps both texts whole and finds the least difference, on thousands of random texts", () => {
    const random = randomIntegers(7);
    for (let round = 0; round < 3000; round++) {
      const [first, second] = [0, 0].map(() =>
        Array.from({ length: random(12) }, () => "abcd"[random(4)]).join(" "),
      ) as [string, string];
      const parts = diffWords(first, second);
      assert.equal(sideOf(parts, "first"), first);
      assert.equal(sideOf(parts, "second"), second);
      const common = parts.filter(({ side }) => side === "both").map(({ text }) => text);
      const [a, b] = [first.match(/\w|\s/g) ?? [], second.match(/\w|\s/g) ?? []];
      assert.equal(common.join("").length, longestCommon(a, b), `${first} | ${second}`);
    }
  });

  it("divides long texts with little in common at what both have once", () => {
    const random = randomIntegers(3);
    const story = (seed: string) =>
      Array.from({ length: 6000 }, (_, index) =>
        index % 500 === 250 ? `Landmark${index}` : `${seed}${random(900)}`,
      ).join(" ");
    const [first, second] = [story("x"), story("y")];
    const parts = diffWords(first, second);
    assert.equal(sideOf(parts, "first"), first);
    assert.equal(sideOf(parts, "second"), second);
    const common = parts.filter(({ side }) => side === "both").map(({ text }) => text);
    assert.equal(common.filter((text) => text.includes("Landmark")).length, 12);
  });
});

function longestCommon(a: readonly string[], b: readonly string[]): number {
  const table = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      table[i]![j] =
        a[i - 1] === b[j - 1] ? table[i - 1]![j - 1]! + 1 : Math.max(table[i - 1]![j]!, table[i]![j - 1]!);
    }
  }
  return table[a.length]![b.length]!;
}

/** A linear congruential generator: 0 ≤ x < limit. */
function randomIntegers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}
