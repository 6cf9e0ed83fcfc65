import type { EvaluationResults } from "../results";
import { reportOf, type ReportResponse } from "./report";

/** A report in GitHub-flavoured Markdown; what models wrote stands in code blocks. */
export function markdownReport(results: EvaluationResults): string {
  const { title, description, facts, overview, prompts } = reportOf(results);
  const parts = [
    `# ${inline(title)}`,
    ...(description ? [paragraph(description)] : []),
    table(["", ""], facts),
    "## Overview",
    table(overview.header, overview.rows),
  ];
  let sequence: string | undefined;
  for (const prompt of prompts) {
    if (prompt.sequence !== sequence) {
      sequence = prompt.sequence;
      parts.push(`## ${inline(sequence)}`);
    }
    parts.push(`### ${inline(prompt.prompt)}`, ...prompt.responses.flatMap(responseParts));
  }
  return `${parts.join("\n\n")}\n`;
}

function responseParts(response: ReportResponse): string[] {
  const { title, figures, promptText, text, error, checks, scores } = response;
  const marks = { passed: "✔", failed: "✘", unknown: "?" };
  return [
    `#### ${inline(title)}`,
    ...(figures ? [paragraph(figures)] : []),
    ...(error === undefined ? [] : [`**${inline(error)}**`]),
    `Prompt:\n\n${block(promptText)}`,
    ...(text ? [`Response:\n\n${block(text)}`] : []),
    ...(checks.length > 0
      ? [checks.map((check) => `- ${marks[check.outcome]} ${inline(check.text)}`).join("\n")]
      : []),
    ...(scores.length > 0
      ? [
          table(
            ["Criterion", "Score", "Justification"],
            scores.map((one) => [one.title, one.score, one.justification]),
          ),
        ]
      : []),
  ];
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(inline).join(" | ")} |`;
  return [line(header), `|${" --- |".repeat(header.length)}`, ...rows.map(line)].join("\n");
}

/** In one line and without any meaning as Markdown or HTML. */
function inline(text: string): string {
  return text
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim()
    .replace(/[\\`*_{}[\]<>()#+!|~&$]/g, "\\$&")
    .replace(/\b(https?|ftp|www)(?=[:.])/gi, "$1\u200B");
}

/** At the start of a line, `1.` and `-` would begin a list. */
function paragraph(text: string): string {
  return inline(text).replace(/^(\d*)([-.])/, "$1\\$2");
}

/** Fenced by more backticks than stand in it. */
function block(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}text\n${text.replace(/\r\n?/g, "\n")}\n${fence}`;
}
