import { AppError } from "../../common/errors";
import { type JsonNode, JsonSyntaxError, parseJson } from "../../common/json-text";
import { isRepoId } from "../../library/model-id";
import {
  defaultCriteria,
  defaultJudge,
  defaultScale,
  judgeChoices,
  judgeRanges,
  scaleRange,
} from "./defaults";
import { Fields, reportRepeated } from "./fields";
import { outlineOf } from "./outline";
import { type DraftSequence, parseSequence } from "./parse-sequence";
import { mapUntilFull, Problems } from "./problems";
import { readSettings, settingKeys } from "./settings";
import type { Criterion, JudgeSettings, Scale, Suite, SuiteOutline, SuiteProblem } from "./suite";
import { syntaxReason } from "./syntax-reason";
import { parseYaml } from "./yaml-text";

/** A suite whose data files are not read yet. */
export interface SuiteDraft extends Omit<Suite, "sequences"> {
  sequences: DraftSequence[];
}

/** `draft` is there only where nothing is wrong in the file itself. */
export interface ParsedSuite {
  draft: SuiteDraft | undefined;
  outline: SuiteOutline | undefined;
  problems: SuiteProblem[];
}

export interface SuiteText {
  /** Absolute path; its ending tells JSON from YAML. */
  file: string;
  text: string;
}

/** In UTF-16 units. YAML takes ten times as long to read as JSON. */
const longestText = { json: 10_000_000, yaml: 1_000_000 };
const rootKeys = [
  "$schema",
  "version",
  "name",
  "description",
  "models",
  "settings",
  "sequences",
  "criteria",
  "scale",
  "judge",
];

/** True for the names that suites have. */
export function isSuiteFile(file: string): boolean {
  return /\.eval\.(?:json|ya?ml)$/i.test(file);
}

/** Reads a suite as far as its own file says it; see `readSuite` for the whole. */
export function parseSuite({ file, text: written }: SuiteText): ParsedSuite {
  // Editors do not count it either.
  const text = written.replace(/^\uFEFF/, "");
  const format = file.toLowerCase().endsWith(".json") ? "json" : "yaml";
  if (text.length > longestText[format]) {
    const problems = new Problems(file, "");
    problems.add({ offset: 0, end: 0 }, tooLong(longestText[format]), true);
    return { draft: undefined, outline: undefined, problems: problems.list };
  }
  const problems = new Problems(file, text);
  const root = format === "json" ? readJson(text, problems) : parseYaml(text, problems);
  const draft = root && parseRoot(root, problems);
  return {
    draft: problems.count > 0 ? undefined : draft,
    outline: root && outlineOf(root, file, problems),
    problems: problems.list,
  };
}

function readJson(text: string, problems: Problems): JsonNode | undefined {
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) {
      throw error;
    }
    problems.add({ offset: error.offset, end: error.offset + 1 }, syntaxReason(error.fault));
    return undefined;
  }
}

function parseRoot(root: JsonNode, problems: Problems): SuiteDraft | undefined {
  const fields = Fields.of(root, "suite", rootKeys, problems);
  if (!fields) {
    return undefined;
  }
  checkVersion(fields);
  fields.text("$schema", { mayBeBlank: true });
  const name = fields.requiredName() ?? "";
  const description = fields.text("description", { mayBeBlank: true }) ?? "";
  const models = parseModels(fields);
  const settingsNode = fields.get("settings");
  const settings = readSettings(settingsNode && Fields.of(settingsNode, "settings", settingKeys, problems));
  const sequences = parseSequences(fields);
  const criteria = parseCriteria(fields);
  const scale = parseScale(fields);
  const judge = parseJudge(fields);
  return {
    version: 1,
    name,
    description,
    models,
    settings,
    sequences,
    criteria,
    scale,
    ...(judge && { judge }),
  };
}

function checkVersion(fields: Fields): void {
  const node = fields.get("version");
  if (node && node.value !== 1) {
    fields.problems.add(
      node,
      Number.isInteger(node.value) && Number(node.value) > 1
        ? new AppError(
            "invalid-input",
            "This suite needs a newer version of Local Models; “version” 1 is known.",
          )
        : new AppError("invalid-input", "“version” must be 1."),
    );
  }
}

function parseModels(fields: Fields): string[] {
  const models = mapUntilFull(fields.list("models"), fields.problems, (node) => ({
    node,
    text: modelId(node, "models", fields),
  }));
  reportRepeated(models, fields.problems, true);
  return models.flatMap(({ text }) => text ?? []);
}

function modelId(node: JsonNode, key: string, fields: Fields): string | undefined {
  const id = fields.textOf(node, key, false);
  if (id === undefined) {
    return undefined;
  }
  const [organisation = "", name = "", ...file] = id.split("/");
  const isWhole = file.length > 0 && file.every((part) => part !== "" && part !== "." && part !== "..");
  if (isWhole && isRepoId(`${organisation}/${name}`) && !/\p{Cc}|\\/u.test(id)) {
    return id;
  }
  fields.problems.add(
    node,
    new AppError("invalid-input", "“{0}” is not a model id. Write it as organisation/name/file.", [id]),
  );
  return undefined;
}

function parseSequences(root: Fields): DraftSequence[] {
  const node = root.required("sequences");
  const items = (node && root.itemsOf(node, "sequences")) ?? [];
  if (node?.items?.length === 0) {
    root.problems.add(node, new AppError("invalid-input", "“{0}” must not be empty.", ["sequences"]));
  }
  const sequences = mapUntilFull(items, root.problems, (item) => ({
    node: item,
    sequence: parseSequence(item, root.problems),
  }));
  reportRepeated(
    sequences.map(({ node: item, sequence }) => ({
      node: item.members?.get("name") ?? item,
      text: sequence?.name,
    })),
    root.problems,
  );
  return sequences.flatMap(({ sequence }) => sequence ?? []);
}

function parseCriteria(root: Fields): Criterion[] {
  const node = root.get("criteria");
  if (!node) {
    return [...defaultCriteria];
  }
  const items = root.itemsOf(node, "criteria") ?? [];
  if (node.items?.length === 0) {
    root.problems.add(node, new AppError("invalid-input", "“{0}” must not be empty.", ["criteria"]));
  }
  const criteria = mapUntilFull(items, root.problems, (item) => {
    const fields = Fields.of(item, "criterion", ["name", "description"], root.problems);
    const name = fields?.requiredName();
    const description = fields?.requiredText("description");
    return { node: fields?.get("name") ?? item, text: name, description: description ?? "" };
  });
  reportRepeated(criteria, root.problems);
  return criteria.map(({ text, description }) => ({ name: text ?? "", description }));
}

function parseScale(root: Fields): Scale {
  const node = root.get("scale");
  const fields = node && Fields.of(node, "scale", ["min", "max"], root.problems);
  if (!fields) {
    return defaultScale;
  }
  const [hasMin, hasMax] = [fields.required("min"), fields.required("max")];
  const min = hasMin && fields.number("min", scaleRange);
  const max = hasMax && fields.number("max", scaleRange);
  if (min !== undefined && max !== undefined && min >= max) {
    root.problems.add(fields.node, new AppError("invalid-input", "“min” must be less than “max”."), true);
  }
  return { min: min ?? defaultScale.min, max: max ?? defaultScale.max };
}

function parseJudge(root: Fields): JudgeSettings | undefined {
  const node = root.get("judge");
  const fields = node && Fields.of(node, "judge", ["model", "temperature", "per", "repeats"], root.problems);
  if (!fields) {
    return undefined;
  }
  const model = fields.required("model");
  return {
    model: (model && modelId(model, "model", fields)) ?? "",
    temperature: fields.number("temperature", judgeRanges.temperature) ?? defaultJudge.temperature,
    per: fields.choice("per", judgeChoices) ?? defaultJudge.per,
    repeats: fields.number("repeats", judgeRanges.repeats) ?? defaultJudge.repeats,
  };
}

function tooLong(most: number): AppError {
  return new AppError(
    "invalid-input",
    "The file is longer than {0} characters. Move the prompts into a JSONL or CSV file, and name that with “prompts_from”.",
    [most],
  );
}
