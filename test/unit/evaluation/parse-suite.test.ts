import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { defaultCriteria, defaultSettings } from "../../../src/evaluation/suite/defaults";
import { isSuiteFile, parseSuite } from "../../../src/evaluation/suite/parse-suite";
import { totalResponses } from "../../../src/evaluation/suite/suite";
import { suiteText } from "../../../src/evaluation/suite/suite-text";
import {
  file,
  parseJsonSuite,
  parseYamlSuite,
  sequenceWith,
  shown,
  suiteWith,
  suiteWithCheck,
} from "./suite-samples";

const demoFile = path.resolve(__dirname, "../../../demo-workspace/evaluations/demo.eval.json");
const model = "org/name/a.gguf";

describe("reading an evaluation suite", () => {
  it("reads the demo suite, and writes one that means the same", () => {
    const text = readFileSync(demoFile, "utf8");
    const { draft, problems } = parseSuite({ file: demoFile, text });
    assert.deepEqual(problems, []);
    assert.ok(draft);
    assert.equal(draft.name, "Demo chat models");
    assert.equal(draft.settings.temperature, 0.8);
    assert.equal(draft.settings.topK, defaultSettings.topK);
    assert.deepEqual(draft.judge, {
      model: "local-models/demo-chat-plus-gguf/demo-chat-plus-q8_0.gguf",
      temperature: 0.3,
      per: "response",
      repeats: 1,
    });
    assert.equal(totalResponses(draft, 4), 4 * 26);
    const again = parseSuite({ file: demoFile, text: suiteText(draft) });
    assert.deepEqual(again.draft, draft);
  });

  it("fills in every default", () => {
    const { draft } = parseJsonSuite(suiteWith({}));
    assert.deepEqual(draft, {
      version: 1,
      name: "A",
      description: "",
      models: [],
      settings: defaultSettings,
      sequences: [
        {
          name: "S",
          systemPrompt: "",
          independent: false,
          prompts: [{ name: "P", text: "Hello", checks: [] }],
        },
      ],
      criteria: defaultCriteria,
      scale: { min: 1, max: 5 },
    });
    assert.deepEqual(
      [defaultSettings.temperature, defaultSettings.maxTokens, defaultSettings.numRuns],
      [1, 8192, 3],
    );
    assert.equal(defaultCriteria.length, 7);
  });

  it("reads YAML with comments, anchors, block texts and CR LF as the same suite", () => {
    const yaml = [
      "# what we ask",
      "name: A",
      "settings: {temperature: 0, seed: null, num_runs: 1}",
      "sequences:",
      "  - name: S 😀",
      "    prompts:",
      "      - name: P",
      "        prompt: |",
      "          Line one",
      "          Line two",
      "        checks: &checks",
      "          - contains: Paris",
      "            ignore_case: true",
      "      - {name: Q, prompt: 'It''s?', checks: *checks}",
      "judge: {model: org/name/a.gguf, per: sequence, repeats: 3}",
      "",
    ].join("\r\n");
    const { draft, problems, outline } = parseYamlSuite(`\uFEFF${yaml}`);
    assert.deepEqual(problems, []);
    const checks = [{ kind: "contains" as const, text: "Paris", ignoreCase: true }];
    assert.deepEqual(draft?.sequences[0]?.prompts, [
      { name: "P", text: "Line one\nLine two\n", checks },
      { name: "Q", text: "It's?", checks },
    ]);
    assert.deepEqual(draft.judge, { model, temperature: 0.3, per: "sequence", repeats: 3 });
    assert.equal(draft.settings.temperature, 0);
    assert.equal(draft.settings.seed, undefined);
    assert.deepEqual(outline?.sequences[0]?.position, { line: 5, column: 5 });
    assert.deepEqual(outline.sequences[0].prompts, [
      { name: "P", position: { line: 7, column: 9 }, checks: [{ line: 12, column: 13 }] },
      // The checks behind an alias stand where they are written.
      { name: "Q", position: { line: 14, column: 9 }, checks: [{ line: 12, column: 13 }] },
    ]);
    const { draft: fromJson } = parseJsonSuite(suiteText(draft));
    assert.deepEqual(fromJson, draft);
  });

  it("keeps an outline with positions of a suite that has problems", () => {
    const text = `{\n  "sequences": [\n    {"name": "S", "prompts": [\n      {"name": "P"}, 3]}]\n}`;
    const { draft, outline, problems } = parseJsonSuite(text);
    assert.equal(draft, undefined);
    assert.deepEqual(outline, {
      file,
      name: "a",
      position: { line: 1, column: 1 },
      models: [],
      sequences: [
        {
          name: "S",
          position: { line: 3, column: 5 },
          prompts: [{ name: "P", position: { line: 4, column: 7 }, checks: [] }],
        },
      ],
    });
    assert.deepEqual(problems.map(shown), [
      "1:1 “name” is missing.",
      "4:7 “prompt” is missing.",
      "4:22 “prompt” must be an object.",
    ]);
  });

  it("reports every problem at once, each where it stands and with what was meant", () => {
    const text = [
      "{",
      '  "version": 2, "nmae": "x",',
      '  "name": "",',
      '  "settings": {"temprature": 1, "max_tokens": 1.5, "num_runs": 0, "num_runs": 1, "auto_evaluate": "yes"},',
      '  "models": ["org/name", "org/name/a.gguf", "org/name/a.gguf", "../x/y"],',
      '  "sequences": [{"name": "S", "prompts": []}, {"name": "S", "prompt": []}],',
      '  "criteria": [], "scale": {"min": 5, "max": 1},',
      '  "judge": {"per": "Response", "repeats": 21}',
      "}",
    ].join("\n");
    assert.deepEqual(parseJsonSuite(text).problems.map(shown), [
      "2:14 This suite needs a newer version of Local Models; “version” 1 is known.",
      "2:17 “nmae” is not known here. Did you mean “name”?",
      "3:11 “name” must not be empty.",
      "4:16 “temprature” is not known here. Did you mean “temperature”?",
      "4:47 “max_tokens” must be a whole number from 0 to 1048576.",
      "4:67 “num_runs” is already set above.",
      "4:99 “auto_evaluate” must be true or false.",
      "5:14 “org/name” is not a model id. Write it as organisation/name/file.",
      "5:45 “org/name/a.gguf” is already used above. Choose another name.",
      "5:64 “../x/y” is not a model id. Write it as organisation/name/file.",
      "6:42 “prompts” must not be empty.",
      "6:47 “prompts” is missing.",
      "6:56 “S” is already used above. Choose another name.",
      "6:61 “prompt” is not known here. Did you mean “prompts”?",
      "7:15 “criteria” must not be empty.",
      "7:28 “min” must be less than “max”.",
      "8:12 “model” is missing.",
      "8:20 “per” must be one of: response, sequence.",
      "8:43 “repeats” must be a whole number from 1 to 20.",
    ]);
    assert.deepEqual(parseJsonSuite(text).problems[1], {
      file,
      line: 2,
      column: 17,
      end: { line: 2, column: 23 },
      template: "“{0}” is not known here. Did you mean “{1}”?",
      args: ["nmae", "name"],
      message: "“nmae” is not known here. Did you mean “name”?",
    });
  });

  it("says what is wrong with a check", () => {
    const cases: [unknown, RegExp][] = [
      [{}, /with one of these keys: equals, contains/],
      ["contains", /with one of these keys/],
      [{ contain: "x" }, /“contain” is not known here. Did you mean “contains”\?/],
      [{ "not-contains": "x" }, /Did you mean “not_contains”\?/],
      [{ contains: "x", equals: "y" }, /“equals” and “contains” need braces of their own/],
      [{ contains: "" }, /“contains” must not be empty/],
      [{ contains: 3 }, /“contains” must be a text/],
      [{ contains: "x", ignore_case: 1 }, /“ignore_case” must be true or false/],
      [{ numeric: { value: 1 }, ignore_case: true }, /“ignore_case” is not known here/],
      [{ regex: "(" }, /Not a valid regular expression: Unterminated group\./],
      [{ regex: "\\-" }, /Not a valid regular expression: Invalid escape\./],
      [{ numeric: 3 }, /“numeric” must be an object/],
      [{ numeric: { tolerance: 1 } }, /“value” is missing/],
      [{ numeric: { value: "3" } }, /“value” must be a number\./],
      [{ numeric: { value: 3, tolerance: -1 } }, /“tolerance” must be a number/],
      [{ similarity: { text: "x" } }, /“at_least” is missing/],
      [{ similarity: { text: "x", at_least: 1.1 } }, /“at_least” must be a number from -1 to 1/],
      [{ json_schema: true }, /“json_schema” must be an object/],
      [{ json_schema: { type: "objekt" } }, /Not a valid JSON schema: #\/type: "objekt" is no type/],
      [{ json_schema: { properties: { a: "string" } } }, /JSON schema: #\/properties\/a must be a schema/],
      [{ json_schema: { items: { pattern: "(" } } }, /#\/items: "\(" is no regular expression/],
      [{ json_schema: { $ref: "#/$defs/a" } }, /“#\/\$defs\/a” leads nowhere/],
      [{ json_schema: { anyOf: {} } }, /#\/anyOf must be a list/],
      [{ json_schema: { required: "a" } }, /#\/required must be a list of texts/],
    ];
    for (const [check, message] of cases) {
      const { problems, draft } = parseJsonSuite(suiteWithCheck(check));
      assert.equal(draft, undefined);
      assert.deepEqual(problems.length, 1, `${JSON.stringify(check)}: ${problems.map(shown).join()}`);
      assert.match(problems[0]!.message, message);
    }
  });

  it("accepts schemas with references, examples and annotations that are no schemas", () => {
    const schema = {
      $defs: { a: { type: ["string", "null"] } },
      properties: { x: { $ref: "#/$defs/a" }, type: { enum: [1] } },
      example: { type: "cat" },
      items: [{ type: "string" }, true],
      const: { required: 3 },
    };
    assert.deepEqual(parseJsonSuite(suiteWithCheck({ json_schema: schema })).problems, []);
  });

  it("refuses {{context}} where there is none, and a misspelled one", () => {
    const cases: [object, RegExp][] = [
      [
        { independent: true, prompts: [{ name: "P", prompt: "x {{context}}" }] },
        /in an independent sequence/,
      ],
      [{ prompts: [{ name: "P", prompt: "x {{ contxt }}" }] }, /Did you mean “{{context}}”\?/],
      [{ prompts: [{ name: "P", prompt: " {{context}} " }] }, /must say more than/],
      [{ prompts_from: { file: "a.txt", prompt: "x" } }, /“a\.txt” must be a JSONL or CSV file/],
      [{ prompts_from: { file: "a.csv", prompt: "x" } }, /either “prompts” or “prompts_from”/],
    ];
    for (const [members, message] of cases) {
      const { problems } = parseJsonSuite(suiteWith({ sequences: [sequenceWith(members)] }));
      assert.match(problems.map(shown).join("\n"), message);
    }
    const fine = sequenceWith({ prompts: [{ name: "P", prompt: "Use {{ name }} and {{content}}" }] });
    assert.deepEqual(parseJsonSuite(suiteWith({ sequences: [fine] })).problems, []);
  });

  it("names the place and the reason of a syntax error", () => {
    const json: [string, string][] = [
      ['{\n "name": "A",\n}', "3:1 Not valid JSON: remove the comma before the closing bracket."],
      ['{\n "name": "A"\n "x": 1}', "3:2 Not valid JSON: a comma or a closing bracket is missing."],
      ["{\n // x\n}", "2:2 Not valid JSON: comments are possible in YAML suites only."],
      ["{'a': 1}", "1:2 Not valid JSON: here belongs a key in double quotes."],
      ['{"a" 1}', "1:6 Not valid JSON: a colon is missing between a key and its value."],
      ['{"a": yes}', "1:7 Not valid JSON: a value is missing here, or a text without quotes."],
      ['{} "x"', "1:4 Not valid JSON: the suite ended before this."],
      ["", "1:1 Not valid JSON: a value is missing here, or a text without quotes."],
    ];
    for (const [text, expected] of json) {
      assert.deepEqual(parseJsonSuite(text).problems.map(shown), [expected], text);
    }
    assert.match(
      parseJsonSuite('{"a": "b\nc"}').problems.map(shown).join(),
      /^1:7 Not valid JSON: this text is not closed/,
    );
    const yaml: [string, RegExp][] = [
      ["name: A\nsequences:\n\t- name: S\n", /^3:1 Not valid YAML: Tabs are not allowed as indentation\.$/],
      ["a: b: c\n", /^1:4 Not valid YAML: Nested mappings are not allowed in compact mappings\.$/],
      ["a: [1, 2\nb: 3\n", /Not valid YAML: Flow sequence/],
      ["name: A\n---\nname: B\n", /^2:1 A suite is one YAML document/],
      ["name: *x\n", /^1:7 “\*x” has no “&x” before it\.$/],
      ["a: &x [*x]\n", /^1:8 “\*x” has no “&x” before it\.$/],
      ["name: A\nname: B\n", /2:1 “name” is already set above\./],
      ["name: !!set {a, b}\n", /YAML|must be/],
      ["? [a]\n: 1\n", /1:3 A key must be a text\./],
      ["settings: {temperature: .nan}\n", /1:25 Only texts, finite numbers/],
      ["", /1:1 “suite” must be an object/],
    ];
    for (const [text, expected] of yaml) {
      assert.match(parseYamlSuite(text).problems.map(shown).join("\n"), expected, text);
    }
  });

  it("knows the names of suites", () => {
    const names = ["a.eval.json", "b.eval.yaml", "c.EVAL.yml", "eval.json", "a.eval.json.bak", "a.json"];
    assert.deepEqual(names.map(isSuiteFile), [true, true, true, false, false, false]);
  });
});
