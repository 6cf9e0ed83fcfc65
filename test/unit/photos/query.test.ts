import assert from "node:assert/strict";
import { combineVectors } from "../../../src/photos/query/combine";
import { fuseRanks } from "../../../src/photos/query/fuse-ranks";
import { parseQuery } from "../../../src/photos/query/parse-query";

const cases: [query: string, terms: [text: string, weight: number][]][] = [
  ["red car", [["red car", 1]]],
  [
    "beach - people",
    [
      ["beach", 1],
      ["people", -1],
    ],
  ],
  [
    "beach -people",
    [
      ["beach", 1],
      ["people", -1],
    ],
  ],
  [
    "beach + 2:sunset - 0.5:boats",
    [
      ["beach", 1],
      ["sunset", 2],
      ["boats", -0.5],
    ],
  ],
  ["2:red car", [["red car", 2]]],
  ["1,5: snow", [["snow", 1.5]]],
  ["- people", [["people", -1]]],
  ["-people", [["-people", 1]]],
  ["x-ray of a t-shirt", [["x-ray of a t-shirt", 1]]],
  ["-10 degrees", [["-10 degrees", 1]]],
  ["cold -10 degrees", [["cold -10 degrees", 1]]],
  [
    '"rock + roll" - 2:"a - b"',
    [
      ["rock + roll", 1],
      ["a - b", -2],
    ],
  ],
  ["http://example.org", [["http://example.org", 1]]],
  ["12:30 at the station", [["12:30 at the station", 1]]],
  ["0:nothing + dog", [["dog", 1]]],
  ["  spaces   between  ", [["spaces between", 1]]],
  [
    "a + + - b",
    [
      ["a", 1],
      ["b", -1],
    ],
  ],
  ["", []],
  [" + - ", []],
  [
    "😀 + ‘quotes’",
    [
      ["😀", 1],
      ["‘quotes’", 1],
    ],
  ],
];

describe("picture queries", () => {
  for (const [query, terms] of cases) {
    it(`reads ${JSON.stringify(query)}`, () => {
      assert.deepEqual(
        parseQuery(query),
        terms.map(([text, weight]) => ({ text, weight })),
      );
    });
  }

  it("reads 10,000 characters", () => {
    assert.equal(parseQuery("word + ".repeat(1430)).length, 1430);
    assert.equal(parseQuery("w".repeat(10_000))[0]!.text.length, 10_000);
  });

  it("combines terms to a vector of unit length, and nothing when they cancel out", () => {
    const x = Float32Array.of(1, 0);
    const y = Float32Array.of(0, 1);
    const both = combineVectors([
      { vector: x, weight: 3 },
      { vector: y, weight: -4 },
    ])!;
    assert.ok(Math.abs(both[0]! - 0.6) < 1e-6 && Math.abs(both[1]! + 0.8) < 1e-6);
    assert.equal(
      combineVectors([
        { vector: x, weight: 1 },
        { vector: x, weight: -1 },
      ]),
      undefined,
    );
    assert.equal(combineVectors([]), undefined);
  });

  it("puts first what several lists put high", () => {
    const fused = fuseRanks([
      { ids: ["a", "b", "c"], weight: 1 },
      { ids: ["b", "d"], weight: 1 },
    ]);
    assert.deepEqual(
      fused.map(({ id }) => id),
      ["b", "a", "d", "c"],
    );
    assert.ok(Math.abs(fused[0]!.score - (1 / 62 + 1 / 61)) < 1e-12);
  });

  it("lets a list count more", () => {
    const fused = fuseRanks([
      { ids: ["a"], weight: 1 },
      { ids: ["b"], weight: 2 },
    ]);
    assert.equal(fused[0]!.id, "b");
  });
});
