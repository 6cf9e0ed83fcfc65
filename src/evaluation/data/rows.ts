import { AppError } from "../../common/errors";
import { JsonSyntaxError, parseJson } from "../../common/json-text";
import { problemAt } from "../suite/problems";
import type { SuiteProblem } from "../suite/suite";
import { syntaxReason } from "../suite/syntax-reason";
import { CsvError, parseCsv } from "./csv-text";

/** One row of a data file: its values by column, as they are in JSONL and as texts in CSV. */
export interface DataRow {
  line: number;
  values: ReadonlyMap<string, unknown>;
}

const mostProblems = 20;
const mostRows = 100_000;

/** True for files that prompts can come from. */
export function isDataFile(file: string): boolean {
  return /\.(?:jsonl|ndjson|csv|tsv)$/i.test(file);
}

/** Rows of a JSONL or CSV file, which its ending tells apart; either rows or problems. */
export function parseRows(file: string, text: string): { rows: DataRow[]; problems: SuiteProblem[] } {
  const problems: SuiteProblem[] = [];
  const report = (line: number, reason: AppError, column = 1) => {
    if (problems.length < mostProblems) {
      problems.push(problemAt({ file, line, column }, reason));
    }
  };
  const rows = /\.(?:csv|tsv)$/i.test(file) ? rowsOfCsv(text, report) : rowsOfJsonLines(text, report);
  if (rows.length === 0 && problems.length === 0) {
    report(1, new AppError("invalid-input", "The file has no rows."));
  } else if (rows.length > mostRows) {
    report(
      rows[mostRows]?.line ?? 1,
      new AppError("invalid-input", "The file has more than {0} rows.", [mostRows]),
    );
  }
  return { rows: problems.length > 0 ? [] : rows, problems };
}

type Report = (line: number, reason: AppError, column?: number) => void;

function rowsOfCsv(text: string, report: Report): DataRow[] {
  try {
    const [header, ...records] = parseCsv(text);
    const columns = header?.fields.map((name) => name.trim()) ?? [];
    const repeated = columns.find((name, index) => columns.indexOf(name) !== index);
    if (header && repeated !== undefined) {
      report(header.line, new AppError("invalid-input", "Two columns are called “{0}”.", [repeated]));
    }
    for (const { line, fields } of records.filter(({ fields }) => fields.length !== columns.length)) {
      report(
        line,
        new AppError("invalid-input", "This row has {0} fields, and the first line names {1} columns.", [
          fields.length,
          columns.length,
        ]),
      );
    }
    return records.map(({ line, fields }) => ({
      line,
      values: new Map(columns.map((name, index) => [name, fields[index]])),
    }));
  } catch (error) {
    if (!(error instanceof CsvError)) {
      throw error;
    }
    report(error.line, error.reason);
    return [];
  }
}

function rowsOfJsonLines(text: string, report: Report): DataRow[] {
  const rows: DataRow[] = [];
  for (const [index, content] of text
    .replace(/^\uFEFF/, "")
    .split(/\r\n|\r|\n/)
    .entries()) {
    const line = index + 1;
    if (content.trim() === "") {
      continue;
    }
    try {
      const { value, members } = parseJson(content);
      if (members) {
        rows.push({ line, values: new Map(Object.entries(value as object)) });
      } else {
        report(line, new AppError("invalid-input", "A row must be an object."));
      }
    } catch (error) {
      if (!(error instanceof JsonSyntaxError)) {
        throw error;
      }
      report(line, syntaxReason(error.fault), error.position.column);
    }
  }
  return rows;
}

/** A value in the middle of a text. */
export function textOfValue(value: unknown): string {
  return typeof value === "string"
    ? value
    : value === null || value === undefined
      ? ""
      : JSON.stringify(value);
}
