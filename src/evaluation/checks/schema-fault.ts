import { dereference, type Schema, Validator } from "@cfworker/json-schema";
import { isRecord } from "../../common/is-record";
import type { JsonSchema } from "../../protocol/engine";

const types = new Set<unknown>(["array", "boolean", "integer", "null", "number", "object", "string"]);
type Shape = "schema" | "schemas" | "members";
/** The keywords of JSON schema (drafts 4 to 2020-12) that hold schemas. */
const holders: Readonly<Record<string, readonly Shape[]>> = {
  items: ["schema", "schemas"],
  ...shaped("schema", "not if then else additionalProperties unevaluatedProperties propertyNames"),
  ...shaped("schema", "additionalItems unevaluatedItems contains"),
  ...shaped("schemas", "allOf anyOf oneOf prefixItems"),
  ...shaped("members", "properties patternProperties definitions $defs dependentSchemas"),
};

/** Why a schema could never work as it is meant, where that can be told without a value; else undefined. */
export function schemaFault(schema: JsonSchema): string | undefined {
  return faultIn(schema, "#") ?? faultOfReferences(schema);
}

/** A schema that names no dialect is read as draft 2020-12. @throws where references clash */
export function validatorOf(schema: JsonSchema): Validator {
  const shortCircuit = true;
  return new Validator(copyOf(schema), draftOf(schema), shortCircuit);
}

function draftOf({ $schema }: JsonSchema): "4" | "7" | "2019-09" | "2020-12" {
  const [, draft] =
    /(?:draft-0?|draft\/)(4|7|2019-09)\b/.exec(typeof $schema === "string" ? $schema : "") ?? [];
  return draft === "4" || draft === "7" || draft === "2019-09" ? draft : "2020-12";
}

function faultIn(schema: unknown, path: string): string | undefined {
  if (typeof schema === "boolean") {
    return undefined;
  }
  if (!isRecord(schema)) {
    return `${path} must be a schema`;
  }
  const own = faultOfKeywords(schema, path);
  if (own !== undefined) {
    return own;
  }
  for (const [keyword, shapes] of Object.entries(holders)) {
    const held = schema[keyword];
    const fault = held === undefined ? undefined : faultInHeld(held, shapes, `${path}/${keyword}`);
    if (fault !== undefined) {
      return fault;
    }
  }
  return undefined;
}

function faultInHeld(held: unknown, shapes: readonly Shape[], path: string): string | undefined {
  if (Array.isArray(held)) {
    return shapes.includes("schemas") ? firstFault(held.entries(), path) : `${path} must not be a list`;
  }
  if (shapes.includes("members")) {
    return isRecord(held) ? firstFault(Object.entries(held), path) : `${path} must be an object`;
  }
  return shapes.includes("schema") ? faultIn(held, path) : `${path} must be a list`;
}

function firstFault(parts: Iterable<[string | number, unknown]>, path: string): string | undefined {
  for (const [name, part] of parts) {
    const fault = faultIn(part, `${path}/${name}`);
    if (fault !== undefined) {
      return fault;
    }
  }
  return undefined;
}

function faultOfKeywords(schema: Record<string, unknown>, path: string): string | undefined {
  const { type, pattern, patternProperties, required, enum: choices, $ref: reference } = schema;
  const strange = type === undefined ? undefined : [type].flat().find((one) => !types.has(one));
  if (strange !== undefined) {
    return `${path}/type: ${JSON.stringify(strange)} is no type`;
  }
  const patterns = [pattern, ...Object.keys(isRecord(patternProperties) ? patternProperties : {})];
  const wrong = patterns.find((one) => one !== undefined && !isPattern(one));
  if (wrong !== undefined) {
    return `${path}: ${JSON.stringify(wrong)} is no regular expression`;
  }
  if (
    required !== undefined &&
    !(Array.isArray(required) && required.every((key) => typeof key === "string"))
  ) {
    return `${path}/required must be a list of texts`;
  }
  if (reference !== undefined && typeof reference !== "string") {
    return `${path}/$ref must be a text`;
  }
  return choices === undefined || Array.isArray(choices) ? undefined : `${path}/enum must be a list`;
}

/** References lead inside the schema only; nothing is fetched. */
function faultOfReferences(schema: JsonSchema): string | undefined {
  try {
    const found = dereference(copyOf(schema));
    for (const part of Object.values(found)) {
      if (typeof part === "object" && part.$ref !== undefined && !(String(part.__absolute_ref__) in found)) {
        return `“${part.$ref}” leads nowhere`;
      }
    }
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The library writes into the schemas that it is given. */
function copyOf(schema: JsonSchema): Schema {
  return JSON.parse(JSON.stringify(schema)) as Schema;
}

function isPattern(text: unknown): boolean {
  try {
    new RegExp(text as string, "u");
    return typeof text === "string";
  } catch {
    return false;
  }
}

function shaped(shape: Shape, keywords: string): Record<string, Shape[]> {
  return Object.fromEntries(keywords.split(" ").map((keyword) => [keyword, [shape]]));
}
