import type { StoredResponse, StoredScore } from "../../protocol/store-evaluations";
import { criteriaOf, type EvaluationResults, inOrder, meanScores, scoresByResponse } from "../results";
import { mean } from "../statistics/summary";

type Cell = string | number | undefined;

/** One record per response, with a column for the mean score of each criterion. */
export function responsesCsv(results: EvaluationResults): string {
  const criteria = criteriaOf(results);
  const scoresOf = scoresByResponse(results.scores);
  const header = [...Object.keys(fixedColumns), "score", ...criteria.map((name) => `score: ${name}`)];
  const records = inOrder(results.responses).map((response): Cell[] => {
    const scores = meanScores(scoresOf.get(response.id) ?? []);
    const fixed = Object.values(fixedColumns).map((read) => read(response));
    return [...fixed, mean([...scores.values()]), ...criteria.map((name) => scores.get(name))];
  });
  return csvText([header, ...records]);
}

/** One record per score, with its justification. */
export function scoresCsv(results: EvaluationResults): string {
  const responses = new Map(results.responses.map((response) => [response.id, response]));
  const header = [...positionColumns, ...Object.keys(scoreColumns)];
  const records = results.scores.map((score): Cell[] => {
    const response = responses.get(score.responseId);
    const position = positionColumns.map((name) => response && fixedColumns[name](response));
    return [...position, ...Object.values(scoreColumns).map((read) => read(score))];
  });
  return csvText([header, ...records]);
}

const fixedColumns = {
  model: ({ modelId }) => modelId,
  sequence: ({ sequenceName }) => sequenceName,
  run: ({ run }) => run,
  prompt: ({ promptName }) => promptName,
  status: ({ status }) => status,
  error: ({ error }) => error,
  prompt_text: ({ promptText }) => promptText,
  response: ({ text }) => text,
  stop_reason: ({ stopReason }) => stopReason,
  prompt_tokens: ({ promptTokens }) => promptTokens,
  generated_tokens: ({ generatedTokens }) => generatedTokens,
  generation_ms: ({ generationMs }) => generationMs,
  time_to_first_token_ms: ({ timeToFirstTokenMs }) => timeToFirstTokenMs,
  tokens_per_second: ({ tokensPerSecond }) => tokensPerSecond,
  seed: ({ seed }) => seed,
  checks_passed: ({ checks }) => checks.filter(({ passed }) => passed).length,
  checks: ({ checks }) => checks.length,
} as const satisfies Record<string, (response: StoredResponse) => Cell>;

const positionColumns = ["model", "sequence", "run", "prompt"] as const;

const scoreColumns: Record<string, (score: StoredScore) => Cell> = {
  scope: ({ scope }) => scope,
  judge: ({ judge }) => judge,
  criterion: ({ criterion }) => criterion,
  repeat: ({ repeat }) => repeat,
  score: ({ score }) => score,
  scale_min: ({ scaleMin }) => scaleMin,
  scale_max: ({ scaleMax }) => scaleMax,
  justification: ({ justification }) => justification,
  error: ({ error }) => error,
};

/** RFC 4180: CR LF, quotation marks doubled. */
function csvText(records: readonly (readonly Cell[])[]): string {
  return records.map((cells) => `${cells.map(cellText).join(",")}\r\n`).join("");
}

function cellText(cell: Cell): string {
  if (typeof cell !== "string") {
    return cell === undefined || !Number.isFinite(cell) ? "" : String(cell);
  }
  const text = withoutFormula(cell);
  return /[",\r\n]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * Spreadsheets compute texts that begin like a formula, and what a model wrote must not run. An apostrophe
 * keeps it a text (OWASP, "CSV Injection"); in front of what is already a number nothing is needed.
 */
function withoutFormula(text: string): string {
  const mayBeFormula = /^\s*[=+\-@\uFF0B\uFF0D\uFF1D\uFF20]|^[\t\r\n]/.test(text);
  return mayBeFormula && !/^[-+]?\d+(?:\.\d+)?$/.test(text) ? `'${text}` : text;
}
