import { AppError } from "../../common/errors";
import type { JsonNode } from "../../common/json-text";
import type { JsonSchema } from "../../protocol/engine";
import { schemaFault } from "../checks/schema-fault";
import { Fields } from "./fields";
import { didYouMean, mapUntilFull, type ProblemSink } from "./problems";
import type { Check, CheckKind } from "./suite";

export const checkKinds: readonly CheckKind[] = [
  "equals",
  "contains",
  "not_contains",
  "regex",
  "json_schema",
  "numeric",
  "similarity",
];
const ignoreCaseKey = "ignore_case";
const kindsWithCase: readonly CheckKind[] = ["equals", "contains", "not_contains", "regex"];
const anyNumber = { least: -Number.MAX_VALUE, most: Infinity };
const anyTolerance = { least: 0, most: Infinity };
const anySimilarity = { least: -1, most: 1 };

/** Checks of a prompt; those that are wrong are reported and left out. */
export function parseChecks(node: JsonNode, problems: ProblemSink): Check[] {
  if (!node.items) {
    problems.add(node, new AppError("invalid-input", "“{0}” must be a list.", ["checks"]));
    return [];
  }
  return mapUntilFull(node.items, problems, (item) => parseCheck(item, problems) ?? []).flat();
}

/** An object whose one key is the kind: `{"contains": "Paris"}`, with `ignore_case` beside it for texts. */
export function parseCheck(node: JsonNode, problems: ProblemSink): Check | undefined {
  const kind = kindOf(node, problems);
  if (!kind) {
    return undefined;
  }
  const known = kindsWithCase.includes(kind) ? [kind, ignoreCaseKey] : [kind];
  const fields = Fields.of(node, "check", known, problems);
  return fields && readCheck(kind, fields);
}

function kindOf(node: JsonNode, problems: ProblemSink): CheckKind | undefined {
  const kinds = checkKinds.filter((kind) => node.members?.has(kind));
  const [kind, second] = kinds;
  if (kind && !second) {
    return kind;
  }
  if (kind && second) {
    problems.add(
      node,
      new AppError("invalid-input", "A check says one thing; “{0}” and “{1}” need braces of their own.", [
        kind,
        second,
      ]),
    );
    return undefined;
  }
  const wrong = node.names?.find(({ name }) => name !== ignoreCaseKey);
  const meant = wrong && didYouMean(wrong.name, checkKinds);
  if (wrong && meant) {
    problems.add(
      wrong,
      new AppError("invalid-input", "“{0}” is not known here. Did you mean “{1}”?", [wrong.name, meant]),
    );
    return undefined;
  }
  problems.add(
    wrong ?? node,
    new AppError("invalid-input", "A check is an object with one of these keys: {0}.", [
      checkKinds.join(", "),
    ]),
  );
  return undefined;
}

function readCheck(kind: CheckKind, fields: Fields): Check | undefined {
  switch (kind) {
    case "equals":
    case "contains":
    case "not_contains": {
      const text = fields.requiredText(kind, kind === "equals");
      return text === undefined ? undefined : { kind, text, ignoreCase: ignoreCase(fields) };
    }
    case "regex":
      return readRegex(fields);
    case "json_schema":
      return readSchema(fields);
    case "numeric":
      return readNumeric(fields);
    case "similarity":
      return readSimilarity(fields);
  }
}

function ignoreCase(fields: Fields): boolean {
  return fields.flag(ignoreCaseKey) ?? false;
}

function readRegex(fields: Fields): Check | undefined {
  const pattern = fields.requiredText("regex");
  if (pattern === undefined) {
    return undefined;
  }
  try {
    new RegExp(pattern, "u");
  } catch (error) {
    const why = String(error).replace(/^.*\/u?: /s, "");
    fields.problems.add(
      fields.get("regex") ?? fields.node,
      new AppError("invalid-input", "Not a valid regular expression: {0}.", [why]),
      true,
    );
    return undefined;
  }
  return { kind: "regex", pattern, ignoreCase: ignoreCase(fields) };
}

function readSchema(fields: Fields): Check | undefined {
  const node = fields.get("json_schema");
  if (!node?.members) {
    fields.problems.add(
      node ?? fields.node,
      new AppError("invalid-input", "“{0}” must be an object.", ["json_schema"]),
    );
    return undefined;
  }
  const schema = node.value as JsonSchema;
  const fault = schemaFault(schema);
  if (fault !== undefined) {
    fields.problems.add(node, new AppError("invalid-input", "Not a valid JSON schema: {0}.", [fault]), true);
    return undefined;
  }
  return { kind: "json_schema", schema };
}

function readNumeric(fields: Fields): Check | undefined {
  const inner = inside(fields, "numeric", ["value", "tolerance"]);
  if (!inner?.required("value")) {
    return undefined;
  }
  const value = inner.number("value", anyNumber);
  const tolerance = inner.get("tolerance") ? inner.number("tolerance", anyTolerance) : 0;
  return value === undefined || tolerance === undefined ? undefined : { kind: "numeric", value, tolerance };
}

function readSimilarity(fields: Fields): Check | undefined {
  const inner = inside(fields, "similarity", ["text", "at_least"]);
  if (!inner) {
    return undefined;
  }
  const text = inner.requiredText("text");
  const atLeast = inner.required("at_least") && inner.number("at_least", anySimilarity);
  return text === undefined || atLeast === undefined ? undefined : { kind: "similarity", text, atLeast };
}

function inside(fields: Fields, key: string, known: readonly string[]): Fields | undefined {
  const node = fields.get(key);
  return node && Fields.of(node, key, known, fields.problems);
}
