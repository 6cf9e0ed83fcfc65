import assert from "node:assert/strict";
import { toGrammarSchema } from "../../../src/engine-process/llama/grammar-schema";

describe("a JSON schema for a grammar", () => {
  it("keeps what a grammar can enforce and drops annotations", () => {
    const schema = {
      $schema: "https://json-schema.org/draft/2020-12/schema",
      type: "object",
      title: "Person",
      description: "Somebody",
      properties: {
        name: { type: "string", minLength: 1, default: "Ada" },
        born: { type: "string", format: "date" },
      },
      required: ["name"],
    };
    assert.deepEqual(toGrammarSchema(schema), {
      type: "object",
      description: "Somebody",
      properties: { name: { type: "string", minLength: 1 }, born: { type: "string", format: "date" } },
      additionalProperties: false,
    });
  });

  it("writes alternatives as the library knows them", () => {
    const anyOf = [{ type: "null" }, { const: 3 }];
    assert.deepEqual(toGrammarSchema({ anyOf }), { oneOf: [{ type: "null" }, { enum: [3] }] });
    assert.deepEqual(toGrammarSchema({ type: ["string", "null"], maxLength: 4 }), {
      oneOf: [{ type: "string", maxLength: 4 }, { type: "null" }],
    });
  });

  it("takes what allows everything for any JSON value", () => {
    const any = toGrammarSchema({});
    assert.deepEqual(toGrammarSchema({ type: "array", items: {} }), { type: "array", items: any });
    assert.deepEqual(toGrammarSchema({ type: "array", items: true }), { type: "array", items: any });
  });

  it("guesses a missing type from what it says", () => {
    const properties = { a: { type: "null" } };
    assert.deepEqual(toGrammarSchema({ properties }), toGrammarSchema({ type: "object", properties }));
  });

  it("resolves references where they are defined", () => {
    const $defs = { tree: { type: "array", items: { $ref: "#/$defs/tree" } } };
    assert.deepEqual(toGrammarSchema({ $ref: "#/$defs/tree", $defs }), { $ref: "#/$defs/tree", $defs });
    assert.throws(() => toGrammarSchema({ $ref: "#/$defs/other", $defs }), /\$ref/);
  });

  it("names what it refuses and where", () => {
    const refused: [Record<string, unknown>, RegExp][] = [
      [
        { type: "object", properties: { a: { type: "string", pattern: "x" } } },
        /“pattern” at “#\/properties\/a”/,
      ],
      [{ type: "array", items: { multipleOf: 2, type: "integer" } }, /“multipleOf” at “#\/items”/],
      [{ not: {} }, /“not” at “#”/],
      [{ oneOf: [] }, /at “#\/oneOf”/],
      [{ oneOf: [{ type: "null" }], type: "object" }, /“type”/],
      [{ type: "string", format: "date", maxLength: 3 }, /“format: date”/],
      [{ type: "object", properties: { a: true, b: true }, maxProperties: 1 }, /“maxProperties: 1”/],
      [{ enum: [{}] }, /“enum”/],
      [{ type: "toString" }, /“type: toString”/],
      [{ type: "object", required: "a" }, /“required: a”/],
      [{ type: "object", properties: { a: false } }, /“false”/],
    ];
    for (const [schema, message] of refused) {
      assert.throws(() => toGrammarSchema(schema), message, JSON.stringify(schema));
    }
  });
});
