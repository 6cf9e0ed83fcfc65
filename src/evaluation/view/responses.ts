import type {
  CheckLine,
  ResponseDetails,
  ResponseLine,
  ResponseLinesRequest,
  ScoreLine,
} from "../../protocol/evaluation-view";
import type { NewCheckResult, ResponseRow, StoredScore } from "../../protocol/store-evaluations";
import { scoresByResponse } from "../results";
import type { EvaluationStore } from "../run/run-options";

/** Of a text, as much as a row can show. */
const shownCharacters = 300;

export async function responseLines(
  store: EvaluationStore,
  request: ResponseLinesRequest,
): Promise<{ total: number; lines: ResponseLine[] }> {
  const { total, rows } = await store.request("listResponses", request);
  const scored = rows.filter(({ score }) => score !== undefined).map(({ id }) => id);
  const scores = scored.length > 0 ? await store.request("getScores", { responseIds: scored }) : [];
  const scoresOf = scoresByResponse(scores);
  return { total, lines: rows.map((row) => lineOf(row, scoresOf.get(row.id) ?? [])) };
}

function lineOf(row: ResponseRow, scores: readonly StoredScore[]): ResponseLine {
  const { id, model, sequence, run, prompt, promptName, status, checks } = row;
  return {
    ...{ id, model, sequence, run, prompt, promptName, status },
    error: row.error ?? null,
    text: oneLine(withoutMarks(row.text)),
    score: row.score ?? null,
    justification: justificationOf(scores),
    checksPassed: checks.filter(({ passed }) => passed === true).length,
    checksTold: checks.filter(({ passed }) => passed !== undefined).length,
    checks: checks.length,
    generatedTokens: row.generatedTokens ?? null,
    generationMs: row.generationMs ?? null,
    timeToFirstTokenMs: row.timeToFirstTokenMs ?? null,
    tokensPerSecond: row.tokensPerSecond ?? null,
  };
}

/** What a judge liked least says most about a mean. */
function justificationOf(scores: readonly StoredScore[]): string | null {
  const [lowest] = scores
    .filter(({ score, justification }) => score !== undefined && justification !== undefined)
    .sort((a, b) => (a.score ?? 0) - (b.score ?? 0));
  return lowest ? oneLine(`${lowest.criterion}: ${lowest.justification ?? ""}`) : null;
}

/** Without the marks of Markdown that would stand before words. */
function withoutMarks(text: string): string {
  return text.replace(/^\s*#+\s+/gm, "").replace(/\*\*|__/g, "");
}

function oneLine(text: string): string {
  return text
    .slice(0, 2 * shownCharacters)
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, shownCharacters);
}

/** Null when it is gone, because failed ones are made anew or its evaluation was deleted. */
export async function responseDetails(
  store: EvaluationStore,
  responseId: number,
): Promise<ResponseDetails | null> {
  const responseIds = [responseId];
  const [[response], scores] = await Promise.all([
    store.request("getResponses", { responseIds }),
    store.request("getScores", { responseIds }),
  ]);
  if (!response) {
    return null;
  }
  const { id, model, sequence, run, prompt, sequenceName, promptName, promptText, text, status } = response;
  return {
    ...{ id, model, sequence, run, prompt, sequenceName, promptName, promptText, text, status },
    error: response.error ?? null,
    stopReason: response.stopReason ?? null,
    promptTokens: response.promptTokens ?? null,
    generatedTokens: response.generatedTokens ?? null,
    generationMs: response.generationMs ?? null,
    timeToFirstTokenMs: response.timeToFirstTokenMs ?? null,
    tokensPerSecond: response.tokensPerSecond ?? null,
    seed: response.seed ?? null,
    createdAt: response.createdAt,
    checks: response.checks.map(checkLine),
    scores: scores.map(scoreLine),
  };
}

function checkLine({ kind, expected, actual, passed, message }: NewCheckResult): CheckLine {
  return { kind, expected, actual: actual ?? null, passed: passed ?? null, message: message ?? null };
}

function scoreLine(stored: StoredScore): ScoreLine {
  const { judge, scope, criterion, repeat, scaleMin, scaleMax, rawOutput } = stored;
  return {
    ...{ judge, scope, criterion, repeat, scaleMin, scaleMax, rawOutput },
    score: stored.score ?? null,
    justification: stored.justification ?? null,
    error: stored.error ?? null,
  };
}
