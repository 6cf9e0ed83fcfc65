import * as fs from "node:fs/promises";
import { AppError } from "../common/errors";
import { isRecord } from "../common/is-record";
import { isSafeRepoPath } from "./cache-layout";
import { type CatalogueEntry, modelKinds } from "./model";
import { isRepoId } from "./model-id";

type Check = (value: unknown) => boolean;

const kinds: ReadonlySet<unknown> = new Set(modelKinds);

const isText: Check = (value) => typeof value === "string" && value.trim() !== "";
const isCount: Check = (value) => Number.isSafeInteger(value) && Number(value) > 0;
const isFlag: Check = (value) => value === undefined || typeof value === "boolean";

/** The same rules as `models/catalogue.schema.json`, which editors use. */
const checks: Record<keyof CatalogueEntry, { check: Check; rule: string }> = {
  repoId: { check: (value) => typeof value === "string" && isRepoId(value), rule: "organisation/name" },
  name: { check: isText, rule: "a text" },
  kind: { check: (value) => kinds.has(value), rule: `one of ${[...kinds].join(", ")}` },
  description: { check: isText, rule: "a text" },
  primaryFile: {
    check: (value) => typeof value === "string" && isSafeRepoPath(value),
    rule: "a path inside the repository",
  },
  sizeBytes: { check: isCount, rule: "a positive whole number" },
  memoryBytes: { check: isCount, rule: "a positive whole number" },
  license: { check: isText, rule: "a text" },
  parameters: { check: isText, rule: "a text" },
  contextLength: { check: isCount, rule: "a positive whole number" },
  isDemo: { check: isFlag, rule: "true or false" },
  onHub: { check: isFlag, rule: "true or false" },
};

/** Reads `models/catalogue.json`. @throws AppError `file-error`, `invalid-input` */
export async function readCatalogue(file: string): Promise<CatalogueEntry[]> {
  let text: string;
  try {
    text = await fs.readFile(file, "utf8");
  } catch (error) {
    throw new AppError("file-error", "The model catalogue “{0}” cannot be read.", [file], String(error));
  }
  try {
    return parseCatalogue(JSON.parse(text));
  } catch (error) {
    throw error instanceof SyntaxError
      ? new AppError("invalid-input", "The model catalogue “{0}” is not valid JSON: {1}", [
          file,
          error.message,
        ])
      : error;
  }
}

/** @throws AppError `invalid-input` that names the first wrong entry and field */
export function parseCatalogue(value: unknown): CatalogueEntry[] {
  const entries = isRecord(value) ? value["models"] : undefined;
  if (!Array.isArray(entries)) {
    throw new AppError("invalid-input", "The model catalogue has no list “{0}”.", ["models"]);
  }
  const seen = new Set<string>();
  return entries.map((entry: unknown, index) => {
    checkEntry(entry, index + 1);
    const id = `${entry.repoId}/${entry.primaryFile}`;
    if (seen.has(id)) {
      throw new AppError("invalid-input", "The model catalogue lists “{0}” twice.", [id]);
    }
    seen.add(id);
    return entry;
  });
}

function checkEntry(entry: unknown, number: number): asserts entry is CatalogueEntry {
  if (!isRecord(entry)) {
    throw new AppError("invalid-input", "Entry {0} of the model catalogue is not an object.", [number]);
  }
  for (const [field, { check, rule }] of Object.entries(checks)) {
    if (!check(entry[field])) {
      throw new AppError("invalid-input", "Entry {0} of the model catalogue: “{1}” must be {2}.", [
        number,
        field,
        rule,
      ]);
    }
  }
  const unknown = Object.keys(entry).find((field) => !(field in checks));
  if (unknown !== undefined) {
    throw new AppError("invalid-input", "Entry {0} of the model catalogue has an unknown field “{1}”.", [
      number,
      unknown,
    ]);
  }
}
