import * as fs from "node:fs/promises";
import * as path from "node:path";
import { AppError, errnoCode } from "../../common/errors";
import { parseRows } from "../data/rows";
import type { DraftSequence, PromptsFrom } from "./parse-sequence";
import { parseSuite, type SuiteText } from "./parse-suite";
import { problemAt, Problems } from "./problems";
import { promptsOfRows } from "./prompts-from";
import type { Prompt, Sequence, SuiteProblem, SuiteReading } from "./suite";

const largestSuiteBytes = 40_000_000;
const largestDataBytes = 20_000_000;
const mostPrompts = 100_000;

/** Where data files may lie: nowhere outside the workspace folder that holds the suite. */
export interface SuiteScope {
  workspaceFolder: string;
}

/** Reads a suite from its file, with the data files that it names. */
export async function readSuiteFile(file: string, scope: SuiteScope): Promise<SuiteReading> {
  const text = await readText(file, largestSuiteBytes);
  return text instanceof AppError
    ? { problems: [{ ...problemAt({ file, line: 1, column: 1 }, text), isBeyondSchema: true }] }
    : readSuite({ file, text }, scope);
}

/** The same for a text that may not be saved yet. */
export async function readSuite(source: SuiteText, scope: SuiteScope): Promise<SuiteReading> {
  const { draft, outline, problems } = parseSuite(source);
  if (!draft || !outline) {
    return { outline, problems };
  }
  const inSuite = new Problems(source.file, source.text.replace(/^\uFEFF/, ""));
  const inData: SuiteProblem[] = [];
  const sequences: Sequence[] = [];
  for (const { promptsFrom, ...sequence } of draft.sequences) {
    const prompts = promptsFrom
      ? await readPrompts(promptsFrom, sequence, source.file, scope, inSuite, inData)
      : sequence.prompts;
    sequences.push({ ...sequence, prompts });
  }
  const count = sequences.reduce((sum, { prompts }) => sum + prompts.length, 0);
  if (count > mostPrompts) {
    inSuite.add(
      { offset: 0, end: 0 },
      new AppError("invalid-input", "The suite has {0} prompts; {1} are possible.", [count, mostPrompts]),
    );
  }
  // What depends on other files, no schema knows.
  const all = [...inSuite.list, ...inData].map((problem) => ({ ...problem, isBeyondSchema: true as const }));
  return all.length > 0
    ? { outline, problems: all }
    : { suite: { ...draft, sequences }, outline, problems: [] };
}

async function readPrompts(
  from: PromptsFrom,
  { independent }: DraftSequence,
  suiteFile: string,
  scope: SuiteScope,
  inSuite: Problems,
  inData: SuiteProblem[],
): Promise<Prompt[]> {
  const file = await locate(from.file.value, suiteFile, scope);
  const text = file instanceof AppError ? file : await readText(file, largestDataBytes);
  if (file instanceof AppError || text instanceof AppError) {
    inSuite.add(from.file, text instanceof AppError ? text : (file as AppError));
    return [];
  }
  const { rows, problems } = parseRows(file, text);
  inData.push(...problems);
  if (problems.length > 0) {
    return [];
  }
  const result = promptsOfRows(from, { file, rows }, independent, inSuite);
  inData.push(...result.problems);
  return result.prompts;
}

/** The absolute path of a data file; links are followed before it is decided where it lies. */
async function locate(
  named: string,
  suiteFile: string,
  { workspaceFolder }: SuiteScope,
): Promise<string | AppError> {
  const file = path.resolve(path.dirname(suiteFile), named);
  const outside = new AppError(
    "invalid-input",
    "“{0}” must lie in the workspace folder. Write the path relative to the suite.",
    [named],
  );
  if (named.includes("\0") || path.isAbsolute(named) || !isInside(workspaceFolder, file)) {
    return outside;
  }
  try {
    const [folder, real] = await Promise.all([fs.realpath(workspaceFolder), fs.realpath(file)]);
    return isInside(folder, real) ? file : outside;
  } catch (error) {
    return unreadable(file, error);
  }
}

function isInside(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== "" && relative.split(path.sep)[0] !== ".." && !path.isAbsolute(relative);
}

async function readText(file: string, mostBytes: number): Promise<string | AppError> {
  try {
    const stat = await fs.stat(file);
    if (!stat.isFile()) {
      return new AppError("file-error", "“{0}” is not a file.", [path.basename(file)]);
    }
    if (stat.size > mostBytes) {
      return new AppError("file-error", "“{0}” is larger than {1} MB.", [
        path.basename(file),
        mostBytes / 1_000_000,
      ]);
    }
    const bytes = await fs.readFile(file);
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    return error instanceof TypeError
      ? new AppError("file-error", "“{0}” is not in UTF-8. Save it with that encoding.", [
          path.basename(file),
        ])
      : unreadable(file, error);
  }
}

function unreadable(file: string, error: unknown): AppError {
  const code = errnoCode(error);
  return code === "ENOENT" || code === "ENOTDIR"
    ? new AppError("file-missing", "“{0}” is not there.", [path.basename(file)])
    : new AppError("file-error", "“{0}” cannot be read ({1}).", [path.basename(file), code ?? String(error)]);
}
