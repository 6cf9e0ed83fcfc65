import type { GbnfJsonSchema } from "node-llama-cpp";
import { AppError } from "../../common/errors";
import { isRecord } from "../../common/is-record";
import type { JsonSchema } from "../../protocol/engine";

/**
 * Rewrites a JSON schema (draft 2020-12) into what llama.cpp's grammar can enforce. Nothing is loosened: a
 * keyword that would be ignored is refused by name. Some schemas become stricter: all properties are written,
 * in their order, and no others unless `additionalProperties` allows them.
 */
export function toGrammarSchema(schema: JsonSchema): GbnfJsonSchema {
  // The rewritten schema is built from the keywords that the type lists.
  return rewrite(schema, "", []) as GbnfJsonSchema;
}

/** Describe the data and change nothing; only `description` is of use to a model. */
const annotations = new Set([
  "$schema",
  "$id",
  "$comment",
  "title",
  "description",
  "default",
  "examples",
  "deprecated",
  "readOnly",
  "writeOnly",
]);

const keywordsOfType: Record<string, readonly string[]> = {
  string: ["minLength", "maxLength", "format"],
  number: [],
  integer: [],
  boolean: [],
  null: [],
  object: ["properties", "required", "additionalProperties", "minProperties", "maxProperties"],
  array: ["items", "prefixItems", "minItems", "maxItems"],
};

const formats = ["date-time", "time", "date"];
const referencePrefix = "#/$defs/";

/** Any JSON value. */
const anything = {
  oneOf: [
    { type: ["string", "number", "boolean", "null"] },
    { type: "array" },
    { type: "object", additionalProperties: true },
  ],
};

type Rewritten = Record<string, unknown>;

function rewrite(schema: unknown, path: string, outerDefs: readonly string[]): Rewritten {
  if (schema === true) {
    return anything;
  }
  if (!isRecord(schema)) {
    throw unsupported(String(schema), path);
  }
  const rest = Object.fromEntries(Object.entries(schema).filter(([key]) => !annotations.has(key)));
  const { $defs, ...own } = rest;
  const defNames = [...outerDefs, ...(isRecord($defs) ? Object.keys($defs) : [])];
  const { description } = schema;
  return {
    ...rewriteOwn(own, path, defNames),
    ...(typeof description === "string" ? { description } : {}),
    ...($defs === undefined ? {} : { $defs: rewriteEach($defs, `${path}/$defs`, defNames) }),
  };
}

function rewriteOwn(own: Rewritten, path: string, defNames: readonly string[]): Rewritten {
  const alternatives = "anyOf" in own ? "anyOf" : "oneOf";
  if (alternatives in own) {
    const { [alternatives]: list, ...others } = own;
    refuseOthers(others, [], path);
    return { oneOf: rewriteList(list, `${path}/${alternatives}`, defNames) };
  }
  if ("$ref" in own) {
    const { $ref, ...others } = own;
    refuseOthers(others, [], path);
    const name = typeof $ref === "string" ? $ref.slice(referencePrefix.length) : "";
    if ($ref !== referencePrefix + name || !defNames.includes(name)) {
      throw unsupported(`$ref: ${JSON.stringify($ref)}`, path);
    }
    return { $ref };
  }
  if ("const" in own || "enum" in own) {
    const { const: value, enum: values, ...others } = own;
    refuseOthers(others, ["type"], path);
    const list = "const" in own ? [value] : values;
    if (!Array.isArray(list) || list.length === 0 || list.some((item) => typeof item === "object" && item)) {
      throw unsupported("const" in own ? "const" : "enum", path);
    }
    return { enum: list };
  }
  return rewriteByType(own, path, defNames);
}

function rewriteByType(own: Rewritten, path: string, defNames: readonly string[]): Rewritten {
  const { type = impliedType(own), ...keywords } = own;
  if (Array.isArray(type)) {
    const types = type as unknown[];
    refuseOthers(keywords, types.flatMap(keywordsFor), path);
    return {
      oneOf: types.map((one) => {
        const its = Object.entries(keywords).filter(([key]) => keywordsFor(one).includes(key));
        return rewriteByType({ type: one, ...Object.fromEntries(its) }, path, defNames);
      }),
    };
  }
  if (type === undefined && Object.keys(keywords).length === 0) {
    return anything;
  }
  if (typeof type !== "string" || !Object.hasOwn(keywordsOfType, type)) {
    throw unsupported(
      type === undefined ? (Object.keys(keywords)[0] ?? "type") : `type: ${shown(type)}`,
      path,
    );
  }
  refuseOthers(keywords, keywordsFor(type), path);
  switch (type) {
    case "object":
      return rewriteObject(keywords, path, defNames);
    case "array":
      return rewriteArray(keywords, path, defNames);
    case "string":
      return rewriteString(keywords, path);
    default:
      return { type };
  }
}

function rewriteObject(keywords: Rewritten, path: string, defNames: readonly string[]): Rewritten {
  const { properties, required = [], additionalProperties, ...counts } = keywords;
  const its = properties === undefined ? {} : rewriteEach(properties, `${path}/properties`, defNames);
  const names: unknown[] = Array.isArray(required) ? required : [required];
  const missing = names.find((name) => typeof name !== "string" || !Object.hasOwn(its, name));
  if (missing !== undefined) {
    throw unsupported(`required: ${shown(missing)}`, path);
  }
  const most = counts["maxProperties"];
  if (typeof most === "number" && most < Object.keys(its).length) {
    throw unsupported(`maxProperties: ${most}`, path);
  }
  return {
    type: "object",
    properties: its,
    ...(additionalProperties === undefined || typeof additionalProperties === "boolean"
      ? { additionalProperties: additionalProperties ?? false }
      : { additionalProperties: rewrite(additionalProperties, `${path}/additionalProperties`, defNames) }),
    ...counts,
  };
}

function rewriteArray(keywords: Rewritten, path: string, defNames: readonly string[]): Rewritten {
  const { items, prefixItems, ...counts } = keywords;
  return {
    type: "array",
    ...(items === undefined ? {} : { items: rewrite(items, `${path}/items`, defNames) }),
    ...(prefixItems === undefined
      ? {}
      : { prefixItems: rewriteList(prefixItems, `${path}/prefixItems`, defNames) }),
    ...counts,
  };
}

function rewriteString(keywords: Rewritten, path: string): Rewritten {
  const { format } = keywords;
  if (
    format !== undefined &&
    (!formats.some((known) => known === format) || Object.keys(keywords).length > 1)
  ) {
    throw unsupported(`format: ${shown(format)}`, path);
  }
  return { type: "string", ...keywords };
}

function rewriteEach(schemas: unknown, path: string, defNames: readonly string[]): Rewritten {
  if (!isRecord(schemas)) {
    throw unsupported(String(schemas), path);
  }
  return Object.fromEntries(
    Object.entries(schemas).map(([name, one]) => [name, rewrite(one, `${path}/${name}`, defNames)]),
  );
}

function rewriteList(schemas: unknown, path: string, defNames: readonly string[]): Rewritten[] {
  if (!Array.isArray(schemas) || schemas.length === 0) {
    throw unsupported(String(schemas), path);
  }
  return schemas.map((one, index) => rewrite(one, `${path}/${index}`, defNames));
}

function impliedType(own: Rewritten): string | undefined {
  return Object.keys(keywordsOfType).find((type) => keywordsFor(type).some((keyword) => keyword in own));
}

function keywordsFor(type: unknown): readonly string[] {
  return typeof type === "string" && Object.hasOwn(keywordsOfType, type) ? (keywordsOfType[type] ?? []) : [];
}

function refuseOthers(keywords: Rewritten, allowed: readonly string[], path: string): void {
  const other = Object.keys(keywords).find((key) => !allowed.includes(key));
  if (other !== undefined) {
    throw unsupported(other, path);
  }
}

function unsupported(what: string, path: string): AppError {
  return new AppError(
    "invalid-input",
    "The schema uses “{0}” at “{1}”, which cannot be enforced while the model writes. Leave it out, or check it afterwards.",
    [what, `#${path}`],
  );
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
