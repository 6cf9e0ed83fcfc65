import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { type Schema, Validator } from "@cfworker/json-schema";
import {
  defaultJudge,
  defaultScale,
  defaultSettings,
  flagFields,
  settingFields,
} from "../../../src/evaluation/suite/defaults";
import { checkKinds } from "../../../src/evaluation/suite/parse-checks";
import { newSuite, sequenceTemplates } from "../../../src/evaluation/templates/templates";
import { suiteText } from "../../../src/evaluation/suite/suite-text";
import { parseJsonSuite, sequenceWith, shown, suiteWith, suiteWithCheck } from "./suite-samples";

const root = path.resolve(__dirname, "../../..");

interface Property {
  type?: string | string[];
  description?: string;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  properties?: Record<string, Property>;
  items?: Property;
  definitions?: Record<string, Property>;
}

const schema = JSON.parse(
  readFileSync(path.join(root, "schemas/evaluation-suite.schema.json"), "utf8"),
) as Property;
const validator = new Validator(schema as Schema, "7");
/** Its JSON service does not look into regular expressions. */
const likeVsCode = new Validator(
  JSON.parse(JSON.stringify(schema), (key, value: unknown) =>
    key === "format" && value === "regex" ? undefined : value,
  ) as Schema,
  "7",
);
const model = "org/name/a.gguf";

const valid: string[] = [
  readFileSync(path.join(root, "demo-workspace/evaluations/demo.eval.json"), "utf8"),
  suiteText(newSuite("New", ["film", "thriller"], { models: [model], judgeModel: model })),
  suiteWith({}),
  suiteWith({ $schema: "x", version: 1, description: "", models: [], settings: {} }),
  suiteWith({ settings: { temperature: 0, max_tokens: 0, num_runs: 1, seed: null, context_length: null } }),
  suiteWith({
    settings: { top_p: 1, top_k: 0, min_p: 0, repeat_penalty: 2, seed: 4294967295, vram_limit_percent: 1.5 },
  }),
  suiteWith({ settings: { reproducible: true, parallel: 1 } }),
  suiteWith({ settings: { reproducible: false, parallel: 1000 } }),
  suiteWith({ settings: { reproducible: null, parallel: null } }),
  suiteWith({ judge: { model, per: "sequence", repeats: 20, temperature: 2 }, scale: { min: 0, max: 100 } }),
  suiteWith({ criteria: [{ name: "Tone", description: "How it sounds." }] }),
  suiteWith({ models: ["org/name/onnx/model_q4.onnx"] }),
  suiteWith({ sequences: [sequenceWith({ independent: true, system_prompt: "" })] }),
  suiteWith({ sequences: [{ name: "S", prompts_from: { file: "a.csv", prompt: "{{q}}" } }] }),
  suiteWith({
    sequences: [
      {
        name: "S",
        independent: false,
        prompts_from: {
          file: "../data/a.JSONL",
          prompt: "{{q}}",
          name: "{{row}}",
          checks: [{ numeric: { value: "{{a}}", tolerance: 0 } }, { equals: "{{b}}", ignore_case: true }],
        },
      },
    ],
  }),
  suiteWithCheck({ equals: "" }),
  suiteWithCheck({ contains: "x", ignore_case: false }),
  suiteWithCheck({ not_contains: "x", ignore_case: true }),
  suiteWithCheck({ regex: "^x$", ignore_case: true }),
  suiteWithCheck({ json_schema: {} }),
  suiteWithCheck({ numeric: { value: -1e9 } }),
  suiteWithCheck({ similarity: { text: "x", at_least: -1 } }),
];

const invalid: string[] = [
  "[]",
  "{}",
  suiteWith({ name: "" }),
  suiteWith({ name: "a\nb" }),
  suiteWith({ name: "x".repeat(201) }),
  suiteWith({ name: 3 }),
  suiteWith({ sequences: [] }),
  suiteWith({ sequences: {} }),
  suiteWith({ sequences: [3] }),
  suiteWith({ extra: 1 }),
  suiteWith({ version: 2 }),
  suiteWith({ version: "1" }),
  suiteWith({ $schema: 1 }),
  suiteWith({ description: null }),
  suiteWith({ models: model }),
  suiteWith({ models: ["name/a.gguf"] }),
  suiteWith({ models: ["org/name/"] }),
  suiteWith({ models: [model, model] }),
  suiteWith({ settings: [] }),
  suiteWith({ settings: { temperature: 2.1 } }),
  suiteWith({ settings: { temperature: null } }),
  suiteWith({ settings: { num_runs: 0 } }),
  suiteWith({ settings: { num_runs: 1.5 } }),
  suiteWith({ settings: { seed: -1 } }),
  suiteWith({ settings: { context_length: 255 } }),
  suiteWith({ settings: { auto_evaluate: 1 } }),
  suiteWith({ settings: { auto_evaluate: null } }),
  suiteWith({ settings: { reproducible: "yes" } }),
  suiteWith({ settings: { parallel: 0 } }),
  suiteWith({ settings: { parallel: 1.5 } }),
  suiteWith({ settings: { parallel: 1001 } }),
  suiteWith({ settings: { threads: 4 } }),
  suiteWith({ sequences: [{ name: "S" }] }),
  suiteWith({ sequences: [{ prompts: [{ name: "P", prompt: "x" }] }] }),
  suiteWith({ sequences: [sequenceWith({ prompts: [] })] }),
  suiteWith({ sequences: [sequenceWith({ prompts: [{ name: "P" }] })] }),
  suiteWith({ sequences: [sequenceWith({ prompts: [{ prompt: "x" }] })] }),
  suiteWith({ sequences: [sequenceWith({ prompts: [{ name: "P", prompt: " " }] })] }),
  suiteWith({ sequences: [sequenceWith({ prompts: [{ name: "P", prompt: "x", checks: {} }] })] }),
  suiteWith({ sequences: [sequenceWith({ independent: "no" })] }),
  suiteWith({ sequences: [sequenceWith({ system_prompt: 1 })] }),
  suiteWith({ sequences: [sequenceWith({ prompts_from: { file: "a.csv", prompt: "x" } })] }),
  suiteWith({ sequences: [{ name: "S", prompts_from: { file: "a.csv" } }] }),
  suiteWith({ sequences: [{ name: "S", prompts_from: { prompt: "x" } }] }),
  suiteWith({ sequences: [{ name: "S", prompts_from: { file: "a.txt", prompt: "x" } }] }),
  suiteWith({
    sequences: [
      { name: "S", prompts_from: { file: "a.csv", prompt: "x", checks: [{ numeric: { value: 1, x: 1 } }] } },
    ],
  }),
  suiteWith({ criteria: [] }),
  suiteWith({ criteria: [{ name: "Tone" }] }),
  suiteWith({ criteria: [{ name: "Tone", description: "" }] }),
  suiteWith({ scale: { min: 1 } }),
  suiteWith({ scale: { min: 1, max: 101 } }),
  suiteWith({ scale: { min: 1.5, max: 5 } }),
  suiteWith({ judge: {} }),
  suiteWith({ judge: { model: "judge" } }),
  suiteWith({ judge: { model, per: "prompt" } }),
  suiteWith({ judge: { model, repeats: 0 } }),
  suiteWith({ judge: { model, temperature: -1 } }),
  suiteWithCheck({}),
  suiteWithCheck("x"),
  suiteWithCheck({ contain: "x" }),
  suiteWithCheck({ contains: "" }),
  suiteWithCheck({ contains: "x", equals: "x" }),
  suiteWithCheck({ contains: "x", ignore_case: "yes" }),
  suiteWithCheck({ numeric: { value: 1 }, ignore_case: true }),
  suiteWithCheck({ numeric: { value: "1" } }),
  suiteWithCheck({ numeric: { value: 1, tolerance: -1 } }),
  suiteWithCheck({ numeric: {} }),
  suiteWithCheck({ similarity: { text: "x", at_least: 2 } }),
  suiteWithCheck({ similarity: { text: "", at_least: 0.5 } }),
  suiteWithCheck({ json_schema: true }),
  suiteWithCheck({ regex: "" }),
];

const beyond: string[] = [
  suiteWith({ sequences: [sequenceWith({}), sequenceWith({})] }),
  suiteWith({
    sequences: [
      sequenceWith({
        prompts: [
          { name: "P", prompt: "x" },
          { name: "P", prompt: "y" },
        ],
      }),
    ],
  }),
  suiteWith({
    criteria: [
      { name: "Tone", description: "a" },
      { name: "Tone", description: "b" },
    ],
  }),
  suiteWith({ scale: { min: 5, max: 5 } }),
  suiteWithCheck({ regex: "(" }),
  suiteWithCheck({ json_schema: { type: "texts" } }),
  suiteWith({ sequences: [sequenceWith({ prompts: [{ name: "P", prompt: "{{context}}" }] })] }),
  suiteWith({ sequences: [sequenceWith({ prompts: [{ name: "P", prompt: "{{contxt}} and on" }] })] }),
];

describe("the JSON schema of suites", () => {
  it("accepts what the parser accepts", () => {
    for (const text of valid) {
      assert.deepEqual(parseJsonSuite(text).problems.map(shown), [], text.slice(0, 300));
      const { valid: isValid, errors } = validator.validate(JSON.parse(text));
      assert.ok(isValid, `${text.slice(0, 300)}: ${JSON.stringify(errors)}`);
    }
  });

  it("refuses what the parser refuses", () => {
    for (const text of invalid) {
      assert.ok(parseJsonSuite(text).problems.length > 0, `the parser accepts ${text}`);
      assert.equal(validator.validate(JSON.parse(text)).valid, false, `the schema accepts ${text}`);
    }
  });

  it("leaves to the parser what no schema can tell, which says so", () => {
    for (const text of beyond) {
      const { problems } = parseJsonSuite(text);
      assert.deepEqual(
        problems.map(({ isBeyondSchema }) => isBeyondSchema),
        [true],
        `${text}: ${problems.map(shown).join()}`,
      );
      assert.ok(likeVsCode.validate(JSON.parse(text)).valid, text);
    }
    for (const text of [...invalid, "{", '{"name": "A",}']) {
      const { problems } = parseJsonSuite(text);
      assert.ok(
        problems.every(({ isBeyondSchema }) => !isBeyondSchema),
        `${text}: ${problems.map(shown).join()}`,
      );
    }
  });

  it("has the ranges and defaults of the parser", () => {
    const { settings, judge, scale } = schema.properties!;
    assert.deepEqual(
      Object.keys(settings!.properties!).sort(),
      [...settingFields, ...flagFields].map(({ key }) => key).sort(),
    );
    for (const { key, name, least, most, isWhole, mayBeNull } of settingFields) {
      const property = settings!.properties![key]!;
      const type = isWhole ? "integer" : "number";
      assert.deepEqual(property.type, mayBeNull ? [type, "null"] : type, key);
      assert.deepEqual([property.minimum, property.maximum], [least, most], key);
      assert.equal(property.default ?? undefined, defaultSettings[name], key);
    }
    for (const { key, name, mayBeNull } of flagFields) {
      const property = settings!.properties![key]!;
      assert.deepEqual(property.type, mayBeNull ? ["boolean", "null"] : "boolean", key);
      assert.equal(property.default ?? undefined, defaultSettings[name], key);
    }
    assert.deepEqual(scale!.default, defaultScale);
    for (const [name, value] of Object.entries(defaultJudge)) {
      assert.equal(judge!.properties![name]!.default, value, name);
    }
  });

  it("knows every kind of check and explains every key", () => {
    for (const name of ["check", "dataCheck"]) {
      const keys = Object.keys(schema.definitions![name]!.properties!);
      assert.deepEqual(keys, [...checkKinds, "ignore_case"]);
    }
    const explain = (property: Property, at: string) => {
      for (const [key, part] of Object.entries(property.properties ?? {})) {
        assert.ok(
          key === "$schema" || "$ref" in part || (part.description ?? "").length > 10,
          `${at}.${key}`,
        );
        explain(part, `${at}.${key}`);
        explain(part.items ?? {}, `${at}.${key}[]`);
      }
    };
    explain(schema, "suite");
    for (const [name, definition] of Object.entries(schema.definitions!)) {
      explain(definition, name);
    }
  });
});

describe("the sequences to begin with", () => {
  it("are five of three prompts each, as suites without problems", () => {
    assert.deepEqual(
      sequenceTemplates.map(({ sequence }) => sequence.prompts.length),
      [3, 3, 3, 3, 3],
    );
    const ids = sequenceTemplates.map(({ id }) => id);
    const suite = newSuite("All", ids, { models: [] });
    const { draft, problems } = parseJsonSuite(suiteText(suite));
    assert.deepEqual(problems, []);
    assert.deepEqual(draft, suite);
    const texts = suite.sequences.flatMap(({ prompts }) => prompts.map(({ text }) => text));
    assert.equal(new Set(texts).size, 15);
    assert.ok(texts.every((text) => text.length > 200));
  });
});
