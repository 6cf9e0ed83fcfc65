import { escapeHtml } from "../../common/html";
import type { EvaluationResults } from "../results";
import { reportOf, type ReportPrompt, type ReportResponse } from "./report";

/** A page on its own: no script, nothing fetched, light and dark as the reader's system has it. */
export function htmlReport(results: EvaluationResults): string {
  const { title, description, facts, overview, prompts } = reportOf(results);
  const rows = facts.map(
    ([label, value]) => `<tr><th scope="row">${escapeHtml(label)}</th><td>${escapeHtml(value)}</td></tr>`,
  );
  return [
    `<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">`,
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<meta name="viewport" content="width=device-width, initial-scale=1">`,
    `<meta name="color-scheme" content="light dark">`,
    `<title>${escapeHtml(title)}</title>\n<style>${style}</style>\n</head>\n<body>\n<main>`,
    `<h1>${escapeHtml(title)}</h1>`,
    description ? `<p>${escapeHtml(description)}</p>` : "",
    `<table class="facts"><tbody>${rows.join("")}</tbody></table>`,
    `<h2>Overview</h2>`,
    overviewTable(overview),
    ...prompts.flatMap((prompt, index) => promptParts(prompt, prompts[index - 1]?.sequence)),
    `</main>\n</body>\n</html>\n`,
  ]
    .filter(Boolean)
    .join("\n");
}

function overviewTable({
  header,
  rows,
}: {
  header: readonly string[];
  rows: readonly (readonly string[])[];
}): string {
  const head = header.map((cell) => `<th scope="col">${escapeHtml(cell)}</th>`).join("");
  const body = rows.map(
    ([name = "", ...cells]) =>
      `<tr><th scope="row">${escapeHtml(name)}</th>${cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join("")}</tr>`,
  );
  return `<div class="wide"><table><thead><tr>${head}</tr></thead><tbody>${body.join("")}</tbody></table></div>`;
}

function promptParts(
  { sequence, prompt, responses }: ReportPrompt,
  previousSequence: string | undefined,
): string[] {
  return [
    sequence === previousSequence ? "" : `<h2>${escapeHtml(sequence)}</h2>`,
    `<section>\n<h3>${escapeHtml(prompt)}</h3>`,
    ...responses.map(responseElement),
    `</section>`,
  ];
}

function responseElement({
  title,
  figures,
  promptText,
  text,
  error,
  checks,
  scores,
}: ReportResponse): string {
  const failed = error !== undefined || checks.some(({ outcome }) => outcome === "failed");
  const marks = { passed: "✔", failed: "✘", unknown: "?" };
  return [
    `<details><summary>${failed ? `<span class="failed">✘</span> ` : ""}${escapeHtml(title)} <small>${escapeHtml(figures)}</small></summary>`,
    error === undefined ? "" : `<p class="failed">${escapeHtml(error)}</p>`,
    `<h4>Prompt</h4><div class="text">${escapeHtml(promptText)}</div>`,
    text ? `<h4>Response</h4><div class="text">${escapeHtml(text)}</div>` : "",
    checks.length > 0
      ? `<ul class="checks">${checks.map((check) => `<li class="${check.outcome}">${marks[check.outcome]} ${escapeHtml(check.text)}</li>`).join("")}</ul>`
      : "",
    scores.length > 0
      ? `<dl>${scores.map((one) => `<dt>${escapeHtml(one.title)}: ${escapeHtml(one.score)}</dt><dd>${escapeHtml(one.justification)}</dd>`).join("")}</dl>`
      : "",
    `</details>`,
  ]
    .filter(Boolean)
    .join("\n");
}

const style = `
:root { color-scheme: light dark; --line: #d0d7de; --weak: #57606a; --soft: #f6f8fa; --bad: #b3261e; --good: #1a7f37; }
@media (prefers-color-scheme: dark) { :root { --line: #3d444d; --weak: #9198a1; --soft: #151b23; --bad: #ff8b82; --good: #4ac26b; } }
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; background: Canvas; color: CanvasText; }
main { max-width: 72rem; margin: 0 auto; padding: 1.5rem; }
h4 { margin: .75rem 0 .25rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { border-bottom: 1px solid var(--line); padding: .25rem .75rem; text-align: right; vertical-align: top; }
th:first-child, .facts td { text-align: left; overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
details { border: 1px solid var(--line); border-radius: 6px; padding: .5rem .75rem; margin: .5rem 0; }
summary { cursor: pointer; }
small { color: var(--weak); }
.text { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--soft); border-radius: 6px; padding: .5rem .75rem; }
.checks { list-style: none; padding: 0; overflow-wrap: anywhere; }
.failed { color: var(--bad); }
.passed { color: var(--good); }
dt { font-weight: 600; }
dd { margin: 0 0 .5rem; white-space: pre-wrap; overflow-wrap: anywhere; }
@media print { details { break-inside: avoid; } }
`;
