import { AppError } from "../../common/errors";
import type { JsonNode } from "../../common/json-text";
import { type DataRow, textOfValue } from "../data/rows";
import { contextPlaceholder } from "./context";
import { faultOfName } from "./fields";
import { parseCheck } from "./parse-checks";
import { faultOfPrompt, hasPlaceholders, type PromptsFrom, rowPlaceholder } from "./parse-sequence";
import { fillPlaceholders, placeholdersIn, solePlaceholder } from "./placeholders";
import { didYouMean, problemAt, type Problems, type ProblemSink } from "./problems";
import type { Check, Prompt, SuiteProblem } from "./suite";

const mostProblems = 20;
const mostColumnsListed = 20;
/** Of a name made from data; a number may follow. */
const longestName = 150;

/** The data file behind a sequence's prompts, with what was read from it. */
export interface RowSource {
  /** Absolute path. */
  file: string;
  rows: readonly DataRow[];
}

/**
 * One prompt per row. What is wrong with the templates is reported in the suite, what is wrong with a row in
 * the data file. Names that repeat get a number, for data have no need of unique names.
 */
export function promptsOfRows(
  from: PromptsFrom,
  { file, rows }: RowSource,
  independent: boolean,
  problems: Problems,
): { prompts: Prompt[]; problems: SuiteProblem[] } {
  const columns = new Set(rows.flatMap(({ values }) => [...values.keys()]));
  if (!checkColumns(from, columns, problems)) {
    return { prompts: [], problems: [] };
  }
  const found: SuiteProblem[] = [];
  const taken = new Map<string, number>();
  const prompts: Prompt[] = [];
  for (const [index, row] of rows.entries()) {
    const report = (reason: AppError) => {
      found.push(problemAt({ file, line: row.line, column: 1 }, reason));
    };
    const filler = new RowFiller(row, index + 1, report);
    const text = filler.fill(from.prompt.value);
    const name = uniqueName(oneLine(filler.fill(from.name.value)), taken);
    const fault = faultOfName(name, "name") ?? faultOfText(text) ?? faultOfPrompt(text, independent);
    if (fault) {
      report(fault);
    }
    prompts.push({ name, text, checks: from.checks.flatMap((check) => filler.check(check) ?? []) });
    if (found.length >= mostProblems) {
      break;
    }
  }
  return { prompts, problems: found };
}

class RowFiller {
  readonly #sink: ProblemSink;
  /** Values that the row does not have. */
  #missing = 0;

  constructor(
    readonly row: DataRow,
    readonly number: number,
    readonly report: (reason: AppError) => void,
  ) {
    this.#sink = { isFull: false, add: (_, reason) => report(reason) };
  }

  fill(template: string): string {
    return fillPlaceholders(template, (name) => {
      const value = this.#valueOf(name);
      return value === undefined ? undefined : textOfValue(value);
    });
  }

  check(node: JsonNode): Check | undefined {
    if (!hasPlaceholders(node)) {
      return parseCheck(node, this.#sink);
    }
    const missing = this.#missing;
    const filled = this.#filled(node, "");
    return this.#missing === missing ? parseCheck(filled, this.#sink) : undefined;
  }

  /** A text that is one placeholder and nothing else takes the value itself, a number for instance. */
  #filled(node: JsonNode, key: string): JsonNode {
    if (typeof node.value === "string") {
      const name = solePlaceholder(node.value);
      const value = name === undefined ? this.fill(node.value) : this.#valueOf(name);
      return { ...node, value: textOrNumber(value, key) };
    }
    if (node.items) {
      const items = node.items.map((item) => this.#filled(item, key));
      return { ...node, value: items.map(({ value }) => value), items };
    }
    if (node.members) {
      const members = new Map([...node.members].map(([name, member]) => [name, this.#filled(member, name)]));
      const value = Object.fromEntries([...members].map(([name, member]) => [name, member.value]));
      return { ...node, value, members };
    }
    return node;
  }

  #valueOf(name: string): unknown {
    const { values } = this.row;
    if (values.has(name)) {
      return values.get(name);
    }
    if (name === rowPlaceholder) {
      return this.number;
    }
    if (name !== contextPlaceholder) {
      this.#missing++;
      this.report(new AppError("invalid-input", "This row has no “{0}”.", [name]));
    }
    return undefined;
  }
}

/** CSV has texts only; keys that take numbers read them. Where a text belongs, a JSONL number becomes one. */
function textOrNumber(value: unknown, key: string): unknown {
  if (["value", "tolerance", "at_least"].includes(key)) {
    return typeof value === "string" && /^\s*[+-]?(?:\d|\.\d)/.test(value) ? Number(value) : value;
  }
  return ["equals", "contains", "not_contains", "regex", "text"].includes(key) ? textOfValue(value) : value;
}

function checkColumns(from: PromptsFrom, columns: ReadonlySet<string>, problems: Problems): boolean {
  const before = problems.count;
  for (const node of [from.prompt, from.name, ...from.checks.flatMap(textsIn)]) {
    for (const name of placeholdersIn(String(node.value))) {
      const isContext = name === contextPlaceholder && node === from.prompt;
      if (!columns.has(name) && name !== rowPlaceholder && !isContext) {
        problems.add(node, missingColumn(name, columns));
      }
    }
  }
  return problems.count === before;
}

function missingColumn(name: string, columns: ReadonlySet<string>): AppError {
  const meant = didYouMean(name, columns);
  return meant === undefined
    ? new AppError("invalid-input", "The data have no column “{0}”. They have: {1}.", [
        name,
        [...columns].slice(0, mostColumnsListed).join(", "),
      ])
    : new AppError("invalid-input", "The data have no column “{0}”. Did you mean “{1}”?", [name, meant]);
}

function textsIn(node: JsonNode): JsonNode[] {
  return typeof node.value === "string"
    ? [node]
    : [...(node.items ?? []), ...(node.members?.values() ?? [])].flatMap(textsIn);
}

function faultOfText(text: string): AppError | undefined {
  return text.trim() === "" ? new AppError("invalid-input", "The prompt of this row is empty.") : undefined;
}

function oneLine(text: string): string {
  const line = text.replace(/[\s\p{Cc}]+/gu, " ").trim();
  return line.length > longestName ? `${line.slice(0, longestName)}…` : line;
}

function uniqueName(name: string, taken: Map<string, number>): string {
  for (let count = (taken.get(name) ?? 0) + 1; ; count++) {
    const candidate = count === 1 ? name : `${name} (${count})`;
    if (count === 1 || !taken.has(candidate)) {
      taken.set(name, count);
      if (count > 1) {
        taken.set(candidate, 1);
      }
      return candidate;
    }
  }
}
