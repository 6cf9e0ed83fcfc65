import assert from "node:assert/strict";
import { parseJsonSuite, parseYamlSuite, shown, suiteWith, suiteWithCheck } from "./suite-samples";

/** Something that a person can read, and not too much of it. */
function assertReadable(parse: typeof parseJsonSuite, text: string, expected?: RegExp): void {
  const { problems, draft } = parse(text);
  assert.equal(draft, undefined);
  assert.ok(problems.length > 0 && problems.length <= 100, `${problems.length} problems`);
  for (const problem of problems) {
    assert.ok(problem.line >= 1 && problem.column >= 1 && problem.message.length < 500, shown(problem));
    assert.doesNotMatch(problem.message, /Maximum call stack|undefined|\[object|\{\d\}/);
  }
  if (expected) {
    assert.match(problems.map(shown).join("\n"), expected);
  }
}

describe("suites that nobody should write", () => {
  it("says of endless nesting that it is too deep", () => {
    const deep = /nested too deeply/;
    for (const times of [150, 1000, 100_000]) {
      for (const text of [
        "[".repeat(times),
        `${"[".repeat(times)}${"]".repeat(times)}`,
        "{a: ".repeat(times),
      ]) {
        assertReadable(parseYamlSuite, text, deep);
      }
      assertReadable(parseYamlSuite, "- ".repeat(times), deep);
    }
    assertReadable(
      parseYamlSuite,
      Array.from({ length: 500 }, (_, n) => `${" ".repeat(n)}a:`).join("\n"),
      deep,
    );
    assertReadable(parseJsonSuite, "[".repeat(1_000_000), deep);
    assertReadable(parseJsonSuite, '{"a":'.repeat(1_000_000), deep);
  });

  it("does not multiply what aliases stand for", () => {
    const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
    for (let n = 1; n < 12; n++) {
      lines.push(
        `a${n}: &a${n} [${Array(10)
          .fill(`*a${n - 1}`)
          .join(", ")}]`,
      );
    }
    assertReadable(parseYamlSuite, lines.join("\n"), /stand for too many values/);
    const inSchema = `name: A\nsequences:\n- name: S\n  prompts:\n  - name: P\n    prompt: x\n    checks:\n    - json_schema: {enum: *a11}\n`;
    assertReadable(parseYamlSuite, `${lines.join("\n")}\n${inSchema}`, /stand for too many values/);
  });

  it("refuses files of many megabytes with an advice", () => {
    const advice = /Move the prompts into a JSONL or CSV file/;
    assertReadable(parseJsonSuite, suiteWith({ description: "x".repeat(11_000_000) }), advice);
    assertReadable(parseYamlSuite, `name: ${"x".repeat(3_000_000)}`, advice);
  });

  it("reads ten megabytes of JSON, in one text or in many prompts", () => {
    const long = suiteWith({ description: "x\\n😀".repeat(1_600_000) });
    assert.deepEqual(parseJsonSuite(long).problems, []);
    const prompts = Array.from({ length: 10_000 }, (_, n) => ({
      name: `P${n}`,
      prompt: `Question ${n}? ${"word ".repeat(100)}`,
      checks: [{ contains: String(n) }],
    }));
    const many = suiteWith({ sequences: [{ name: "S", independent: true, prompts }] });
    assert.equal(parseJsonSuite(many).draft?.sequences[0]?.prompts.length, 10_000);
  });

  it("lists a hundred problems of a suite in which everything is wrong", () => {
    const sequences = Array.from({ length: 20_000 }, () => ({ nam: 1 }));
    assert.equal(parseJsonSuite(suiteWith({ sequences })).problems.length, 100);
    assertReadable(parseJsonSuite, `{${'"a":1,'.repeat(50_000)}"a":1}`, /“a” is already set above/);
    const yaml = Array.from({ length: 20_000 }, (_, n) => `key${n}: 1`).join("\n");
    assertReadable(parseYamlSuite, yaml, /“key7” is not known here/);
  });

  it("survives junk in YAML", () => {
    const junk = [
      "\u0000\u0001{}[]:*&!%@`'\"|>?-#,".repeat(500),
      "}".repeat(5000),
      "? ".repeat(5000),
      "# x\n".repeat(100_000),
      "*a ".repeat(5000),
      "--- a\n".repeat(5000),
      "a\ud800: \udfff",
      "%YAML 1.1\n---\nname: 2001-01-01\nsequences: yes\n",
      "<<: {name: A}\n",
      "name: !!binary aGVsbG8=\n",
      "__proto__: {name: A}\nconstructor: 1\n",
    ];
    for (const text of junk) {
      assertReadable(parseYamlSuite, text);
    }
  });

  it("keeps names like __proto__ apart from what objects have anyway", () => {
    assertReadable(
      parseJsonSuite,
      '{"__proto__": {"name": "A", "sequences": []}}',
      /“__proto__” is not known/,
    );
    assertReadable(parseJsonSuite, suiteWithCheck({ toString: "x" }), /one of these keys/);
  });

  it("counts columns in UTF-16 units, as editors do", () => {
    assert.deepEqual(parseJsonSuite('\uFEFF{"name": "😀", "x": 1,\r"sequences": 3}').problems.map(shown), [
      "1:16 “x” is not known here. Known are: $schema, version, name, description, models, settings, sequences, criteria, scale, judge.",
      "2:14 “sequences” must be a list.",
    ]);
  });
});
