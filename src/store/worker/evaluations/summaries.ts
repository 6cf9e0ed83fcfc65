import type { ModelSummary, ScoreScope, ScoreSummary } from "../../../protocol/store-evaluations";
import type { Query } from "../commits";
import { optionalNumber } from "./columns";

export function summarizeScores(evaluationId: string): Query<ScoreSummary[]> {
  return ({ query }) =>
    query(
      `SELECT model_index, judge, scope, criterion, count(score) AS count, sum(score IS NULL) AS failed,
         avg(score) AS mean, sum(score * score) AS squares
       FROM responses JOIN scores ON response_id = responses.id
       WHERE evaluation_id = ? GROUP BY model_index, judge, scope, criterion
       ORDER BY model_index, judge, scope, criterion`,
      [evaluationId],
    ).map((row) => {
      const count = Number(row["count"]);
      const mean = optionalNumber(row["mean"]);
      return {
        model: Number(row["model_index"]),
        judge: String(row["judge"]),
        scope: row["scope"] as ScoreScope,
        criterion: String(row["criterion"]),
        count,
        failed: Number(row["failed"]),
        mean,
        standardDeviation: standardDeviation(count, mean, Number(row["squares"])),
      };
    });
}

/** Scores are small whole numbers, so nothing is lost in the difference of the sums. */
function standardDeviation(count: number, mean: number | undefined, squares: number): number | undefined {
  return mean === undefined || count < 2
    ? undefined
    : Math.sqrt(Math.max(0, squares - count * mean * mean) / (count - 1));
}

export function summarizeModels(evaluationId: string): Query<ModelSummary[]> {
  return ({ query }) => {
    const checks = new Map(
      query(
        `SELECT model_index, sum(passed) AS passed, count(passed) AS told
         FROM responses JOIN checks ON response_id = responses.id
         WHERE evaluation_id = ? GROUP BY model_index`,
        [evaluationId],
      ).map((row) => [Number(row["model_index"]), row]),
    );
    return query(
      `SELECT model_index, sum(status = 'ok') AS ok, sum(status = 'failed') AS failed,
         sum(status = 'skipped') AS skipped,
         avg(CASE status WHEN 'ok' THEN length(response) END) AS characters,
         avg(CASE status WHEN 'ok' THEN generated_tokens END) AS tokens,
         avg(CASE status WHEN 'ok' THEN generation_ms END) AS generation,
         avg(CASE status WHEN 'ok' THEN first_token_ms END) AS first_token,
         avg(CASE status WHEN 'ok' THEN tokens_per_second END) AS speed
       FROM responses WHERE evaluation_id = ? GROUP BY model_index ORDER BY model_index`,
      [evaluationId],
    ).map((row) => {
      const model = Number(row["model_index"]);
      const its = checks.get(model);
      return {
        model,
        ok: Number(row["ok"]),
        failed: Number(row["failed"]),
        skipped: Number(row["skipped"]),
        checksPassed: Number(its?.["passed"] ?? 0),
        checksTold: Number(its?.["told"] ?? 0),
        meanCharacters: optionalNumber(row["characters"]),
        meanGeneratedTokens: optionalNumber(row["tokens"]),
        meanGenerationMs: optionalNumber(row["generation"]),
        meanTimeToFirstTokenMs: optionalNumber(row["first_token"]),
        meanTokensPerSecond: optionalNumber(row["speed"]),
      };
    });
  };
}
