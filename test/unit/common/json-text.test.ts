import assert from "node:assert/strict";
import { JsonSyntaxError, parseJson, positionAt } from "../../../src/common/json-text";

describe("reading JSON with positions", () => {
  it("accepts what JSON.parse accepts, with the same value", () => {
    const texts = [
      ' {"a": [1, -2.5e+3, 0], "b": {"c": null, "": true}, "a": "last"} ',
      '"\\u00e9 \\n \\" 😀 \\ud83d \u007f\u2028"',
      "[]",
      "{}",
      '{"__proto__": {"x": 1}}',
    ];
    for (const text of texts) {
      assert.deepEqual(parseJson(text).value, JSON.parse(text), text);
    }
    assert.deepEqual(parseJson('\uFEFF{"a":1}').value, { a: 1 });
  });

  it("refuses what JSON.parse refuses, and says where", () => {
    const cases: [string, number, number][] = [
      ["", 1, 1],
      ['{\n  "a": 1,\n}', 3, 1],
      ['{\n  "a": 1\n  "b": 2\n}', 3, 3],
      ["// comment\n{}", 1, 1],
      ["{'a': 1}", 1, 2],
      ['{"a": 01}', 1, 8],
      ['{"a" 1}', 1, 6],
      ['["a\nb"]', 1, 2],
      ['["\\x"]', 1, 2],
      ["[1, 2", 1, 6],
      ["{}\r\n{}", 2, 1],
      ["+1", 1, 1],
      ["NaN", 1, 1],
    ];
    for (const [text, line, column] of cases) {
      assert.throws(() => JSON.parse(text), SyntaxError);
      assert.throws(
        () => parseJson(text),
        (error) => {
          assert.ok(error instanceof JsonSyntaxError);
          assert.deepEqual(error.position, { line, column }, text);
          return true;
        },
      );
    }
  });

  it("refuses endless nesting instead of overflowing the stack", () => {
    assert.throws(() => parseJson("[".repeat(1_000_000)), JsonSyntaxError);
  });

  it("knows where each value stands", () => {
    const text = '{\r\n  "a": 1,\n  "b": [true,\n    "x"]\n}';
    const { members } = parseJson(text);
    const positions = [members!.get("a")!, ...members!.get("b")!.items!].map((node) =>
      positionAt(text, node.offset),
    );
    assert.deepEqual(positions, [
      { line: 2, column: 8 },
      { line: 3, column: 9 },
      { line: 4, column: 5 },
    ]);
  });
});
