import assert from "node:assert/strict";
import {
  type JsonSyntaxFault,
  JsonSyntaxError,
  parseJson,
  positionAt,
  positionsIn,
} from "../../../src/common/json-text";

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

  it("says what is wrong at the place of an error", () => {
    const cases: [string, JsonSyntaxFault][] = [
      ["", "value expected"],
      ["[1 2]", "comma expected"],
      ["[1,]", "trailing comma"],
      ['{"a": 1,}', "trailing comma"],
      ["{1: 2}", "name expected"],
      ['{"a" 2}', "colon expected"],
      ["[/* x */ 1]", "comment"],
      ["{} // x", "comment"],
      ["# x", "comment"],
      ['["\\x"]', "malformed string"],
      ['"open', "malformed string"],
      ['"\u0001"', "malformed string"],
      ["1 2", "text after end"],
      ["[".repeat(300), "too deep"],
    ];
    for (const [text, fault] of cases) {
      assert.throws(() => parseJson(text), { fault }, text);
    }
  });

  it("keeps every name with its place, those that are repeated too, and the end of each value", () => {
    const text = '{"a": [1, 2], "b" : "x", "a": {}}';
    const { names, members, end } = parseJson(text);
    assert.deepEqual(
      names!.map(({ name, offset, end: nameEnd }) => [name, text.slice(offset, nameEnd)]),
      [
        ["a", '"a"'],
        ["b", '"b"'],
        ["a", '"a"'],
      ],
    );
    assert.equal(end, text.length);
    const shown = [...members!.values()].map((node) => text.slice(node.offset, node.end));
    assert.deepEqual(shown, ["{}", '"x"']);
  });

  it("reads texts of megabytes, escapes and all", () => {
    for (const part of ["a", "\\n", "\u0085", "😀", '\\"']) {
      const text = `"${part.repeat(1_000_000)}"`;
      assert.equal(parseJson(text).value, JSON.parse(text));
    }
    assert.equal(parseJson(`"${"a".repeat(12_000_000)}"`).end, 12_000_002);
  });

  it("finds the same positions one by one and many at once", () => {
    const text = "a\r\nbc\n\rd\r\n\r\n😀e\n";
    const positionOf = positionsIn(text);
    for (let offset = 0; offset <= text.length; offset++) {
      // Between the two characters of a line break the two may differ; nothing starts there.
      if (text.slice(offset - 1, offset + 1) !== "\r\n") {
        assert.deepEqual(positionOf(offset), positionAt(text, offset), String(offset));
      }
    }
  });
});
