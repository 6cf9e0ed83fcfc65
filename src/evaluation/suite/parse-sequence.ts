import { AppError } from "../../common/errors";
import type { JsonNode } from "../../common/json-text";
import { isDataFile } from "../data/rows";
import { contextPlaceholder, takesContextAsText } from "./context";
import { Fields, reportRepeated } from "./fields";
import { parseChecks } from "./parse-checks";
import { fillPlaceholders, placeholdersIn } from "./placeholders";
import { didYouMean, mapUntilFull, type ProblemSink } from "./problems";
import type { Prompt, Sequence } from "./suite";

/** A sequence whose prompts may still be in a data file; then it has none of its own. */
export interface DraftSequence extends Sequence {
  promptsFrom?: PromptsFrom;
}

/** One prompt for each row of a data file. The texts may have `{{column}}` in them. */
export interface PromptsFrom {
  /** Relative to the suite. */
  file: JsonNode & { value: string };
  prompt: JsonNode & { value: string };
  name: JsonNode & { value: string };
  checks: readonly JsonNode[];
}

const sequenceKeys = ["name", "system_prompt", "independent", "prompts", "prompts_from"];
const promptKeys = ["name", "prompt", "checks"];
const promptsFromKeys = ["file", "prompt", "name", "checks"];
/** Stands for the number of the row, from 1, where no column has that name. */
export const rowPlaceholder = "row";
const defaultRowName = `{{${rowPlaceholder}}}`;

export function parseSequence(node: JsonNode, problems: ProblemSink): DraftSequence | undefined {
  const fields = Fields.of(node, "sequence", sequenceKeys, problems);
  if (!fields) {
    return undefined;
  }
  const from = fields.get("prompts_from");
  const written = fields.get("prompts");
  if (from && written) {
    problems.add(
      from,
      new AppError(
        "invalid-input",
        "A sequence has either “prompts” or “prompts_from”. Make two sequences of it.",
      ),
    );
  } else if (!from) {
    fields.required("prompts");
  }
  const independent = fields.flag("independent") ?? from !== undefined;
  const promptsFrom = from && parsePromptsFrom(from, problems);
  return {
    name: fields.requiredName() ?? "",
    systemPrompt: fields.text("system_prompt", { mayBeBlank: true }) ?? "",
    independent,
    prompts: written ? parsePrompts(written, fields, independent) : [],
    ...(promptsFrom && { promptsFrom }),
  };
}

function parsePrompts(node: JsonNode, sequence: Fields, independent: boolean): Prompt[] {
  const { problems } = sequence;
  const items = sequence.itemsOf(node, "prompts") ?? [];
  if (node.items?.length === 0) {
    problems.add(node, new AppError("invalid-input", "“{0}” must not be empty.", ["prompts"]));
  }
  const prompts = mapUntilFull(items, problems, (item) => ({
    item,
    prompt: parsePrompt(item, problems, independent),
  }));
  const names = prompts.map(({ item, prompt }) => ({
    node: item.members?.get("name") ?? item,
    text: prompt?.name,
  }));
  reportRepeated(names, problems);
  return prompts.flatMap(({ prompt }) => prompt ?? []);
}

function parsePrompt(node: JsonNode, problems: ProblemSink, independent: boolean): Prompt | undefined {
  const fields = Fields.of(node, "prompt", promptKeys, problems);
  if (!fields) {
    return undefined;
  }
  const name = fields.requiredName();
  const text = fields.requiredText("prompt");
  const textNode = fields.get("prompt");
  if (text !== undefined && textNode) {
    const fault = faultOfPrompt(text, independent) ?? misspelledContext(text);
    if (fault) {
      problems.add(textNode, fault, true);
    }
  }
  const checks = fields.get("checks");
  return name === undefined || text === undefined
    ? undefined
    : { name, text, checks: checks ? parseChecks(checks, problems) : [] };
}

function parsePromptsFrom(node: JsonNode, problems: ProblemSink): PromptsFrom | undefined {
  const fields = Fields.of(node, "prompts_from", promptsFromKeys, problems);
  if (!fields) {
    return undefined;
  }
  const file = textNode(fields, "file", fields.requiredText("file"));
  if (file && !isDataFile(file.value)) {
    problems.add(file, new AppError("invalid-input", "“{0}” must be a JSONL or CSV file.", [file.value]));
  }
  const prompt = textNode(fields, "prompt", fields.requiredText("prompt"));
  const named = textNode(fields, "name", fields.text("name", { mayBeBlank: false }));
  const checks = fields.list("checks");
  // Those that no row changes are checked once, here.
  for (const check of checks.filter((one) => !hasPlaceholders(one))) {
    parseChecks({ ...check, items: [check] }, problems);
  }
  const name = named ?? { value: defaultRowName, offset: node.offset, end: node.offset };
  return file && prompt && { file, prompt, name, checks };
}

function textNode(fields: Fields, key: string, value: string | undefined) {
  const node = fields.get(key);
  return node && value !== undefined ? { ...node, value } : undefined;
}

/** Whether a text in it, at any depth, has a placeholder. */
export function hasPlaceholders(node: JsonNode): boolean {
  return typeof node.value === "string"
    ? placeholdersIn(node.value).length > 0
    : [...(node.items ?? []), ...(node.members?.values() ?? [])].some(hasPlaceholders);
}

/** What is wrong with a prompt after everything was filled in. */
export function faultOfPrompt(text: string, independent: boolean): AppError | undefined {
  if (!takesContextAsText(text)) {
    return undefined;
  }
  if (independent) {
    return new AppError(
      "invalid-input",
      "{{context}} is what came before, and in an independent sequence nothing does. Remove it, or set “independent” to false.",
    );
  }
  const rest = fillPlaceholders(text, (name) => (name === contextPlaceholder ? "" : undefined));
  return rest.trim() === ""
    ? new AppError("invalid-input", "A prompt must say more than {{context}}.")
    : undefined;
}

/** Other words in braces are text, but these are hardly meant to be. */
function misspelledContext(text: string): AppError | undefined {
  const wrong = placeholdersIn(text).find(
    (name) =>
      name !== contextPlaceholder &&
      name !== "content" &&
      didYouMean(name, [contextPlaceholder]) !== undefined,
  );
  return wrong === undefined
    ? undefined
    : new AppError("invalid-input", "“{0}” is not known here. Did you mean “{1}”?", [
        `{{${wrong}}}`,
        `{{${contextPlaceholder}}}`,
      ]);
}
