import type { NewCheckResult, StoredResponse } from "../../protocol/store-evaluations";
import {
  criteriaOf,
  type EvaluationResults,
  grouped,
  inOrder,
  type ModelOverview,
  overviewOf,
  scoresByResponse,
} from "../results";
import { settingsAsWritten } from "../suite/settings";

/** What a report says, before it is Markdown or HTML. Reports are in English, as their data are. */
export interface Report {
  title: string;
  description: string;
  facts: [label: string, value: string][];
  overview: { header: string[]; rows: string[][] };
  /** One per prompt, in the order of the suite. */
  prompts: ReportPrompt[];
}

export interface ReportPrompt {
  sequence: string;
  prompt: string;
  responses: ReportResponse[];
}

export interface ReportResponse {
  title: string;
  /** Tokens, times, speed; empty for what is not known. */
  figures: string;
  promptText: string;
  text: string;
  /** Undefined when it is ok. */
  error: string | undefined;
  checks: { outcome: "passed" | "failed" | "unknown"; text: string }[];
  scores: { title: string; score: string; justification: string }[];
}

const nothing = "–";

export function reportOf(results: EvaluationResults): Report {
  const criteria = criteriaOf(results);
  return {
    title: results.evaluation.name,
    description: results.suite.description,
    facts: factsOf(results),
    overview: {
      header: ["Model", "OK", "Failed", "Skipped", "Checks", "Score", ...criteria, "Tokens/s", "First token"],
      rows: overviewOf(results).map((model) => overviewRow(model, criteria)),
    },
    prompts: promptsOf(results),
  };
}

function factsOf({ evaluation }: EvaluationResults): [string, string][] {
  const { status, createdAt, endedAt, totalResponses, responses, settings, configHash, error } = evaluation;
  const done = responses.ok + responses.failed + responses.skipped;
  return [
    ["Status", status.replaceAll("-", " ")],
    ...(error === undefined ? [] : [["Error", error] satisfies [string, string]]),
    ["Created", timeText(createdAt)],
    ...(endedAt === undefined ? [] : [["Ended", timeText(endedAt)] satisfies [string, string]]),
    ["Responses", `${done} of ${totalResponses}`],
    [
      "Settings",
      Object.entries(settingsAsWritten(settings))
        .map(([name, value]) => `${name} ${value.toString()}`)
        .join(", "),
    ],
    ["Configuration", configHash],
  ];
}

function overviewRow(model: ModelOverview, criteria: readonly string[]): string[] {
  const { name, ok, failed, skipped, checksPassed, checksTold, score, scores } = model;
  return [
    name,
    String(ok),
    String(failed),
    String(skipped),
    checksTold === 0 ? nothing : `${checksPassed} of ${checksTold}`,
    fixed(score, 2),
    ...criteria.map((criterion) => fixed(scores.get(criterion), 2)),
    fixed(model.tokensPerSecond, 1),
    model.medianTimeToFirstTokenMs === undefined ? nothing : milliseconds(model.medianTimeToFirstTokenMs),
  ];
}

function promptsOf(results: EvaluationResults): ReportPrompt[] {
  const names = new Map(results.evaluation.models.map(({ id, name }) => [id, name]));
  const scoresOf = scoresByResponse(results.scores);
  const byPrompt = grouped(inOrder(results.responses), ({ sequence, prompt }) => `${sequence} ${prompt}`);
  return [...byPrompt.values()]
    .sort(([a], [b]) => (a && b ? a.sequence - b.sequence || a.prompt - b.prompt : 0))
    .map((responses) => ({
      sequence: responses[0]?.sequenceName ?? "",
      prompt: responses[0]?.promptName ?? "",
      responses: responses.map((response) => ({
        title: `${names.get(response.modelId) ?? response.modelId}, run ${response.run}`,
        figures: figuresOf(response),
        promptText: response.promptText,
        text: response.text,
        error: response.status === "ok" ? undefined : (response.error ?? response.status),
        checks: response.checks.map(checkOf),
        scores: (scoresOf.get(response.id) ?? []).map((score) => ({
          title: score.repeat > 1 ? `${score.criterion} (${score.repeat})` : score.criterion,
          score: score.score === undefined ? nothing : `${score.score} of ${score.scaleMax}`,
          justification: score.justification ?? score.error ?? "",
        })),
      })),
    }));
}

function figuresOf({
  generatedTokens,
  generationMs,
  timeToFirstTokenMs,
  tokensPerSecond,
}: StoredResponse): string {
  return [
    generatedTokens === undefined ? "" : `${generatedTokens} tokens`,
    generationMs === undefined ? "" : milliseconds(generationMs),
    tokensPerSecond === undefined ? "" : `${fixed(tokensPerSecond, 1)} tokens/s`,
    timeToFirstTokenMs === undefined ? "" : `first token after ${milliseconds(timeToFirstTokenMs)}`,
  ]
    .filter(Boolean)
    .join(" · ");
}

function checkOf({ passed, expectation, message }: NewCheckResult): ReportResponse["checks"][number] {
  const outcome = passed === undefined ? "unknown" : passed ? "passed" : "failed";
  return { outcome, text: message === undefined ? expectation : `${expectation}: ${message}` };
}

function fixed(value: number | undefined, digits: number): string {
  return value === undefined ? nothing : value.toFixed(digits);
}

function milliseconds(value: number): string {
  return value < 1000 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(1)} s`;
}

function timeText(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}
