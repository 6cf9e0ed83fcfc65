import type {
  NewComparison,
  NewScore,
  Preference,
  RecordedComparisons,
  RecordedScores,
  ScoreColumns,
  ScoreScope,
  StoredComparison,
  StoredScore,
} from "../../../protocol/store-evaluations";
import type { Change, Query } from "../commits";
import type { Row, Transaction } from "../database";
import { numberColumns, optionalNumber, optionalText } from "./columns";
import { assertRunning } from "./evaluations";
import { insertLog } from "./log";

/** What the same judge said before of the same is replaced. */
export function recordScores({ evaluationId, owner, scores, log }: RecordedScores): Change<void> {
  return (transaction) => {
    assertRunning(transaction, evaluationId, owner);
    for (const score of scores) {
      replaceScore(transaction, score);
    }
    insertLog(transaction, evaluationId, log);
  };
}

function replaceScore({ run }: Transaction, score: NewScore): void {
  run(
    `INSERT OR REPLACE INTO scores (response_id, scope, judge, criterion, repeat, score, scale_min, scale_max,
       justification, raw_output, error, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      score.responseId,
      score.scope,
      score.judge,
      score.criterion,
      score.repeat,
      score.score ?? null,
      score.scaleMin,
      score.scaleMax,
      score.justification ?? null,
      score.rawOutput,
      score.error ?? null,
      score.createdAt,
    ],
  );
}

export function listScores(evaluationId: string): Query<ScoreColumns> {
  return ({ query }) => {
    const namesOf = (column: string) =>
      query(
        `SELECT DISTINCT ${column} AS name FROM responses JOIN scores ON response_id = responses.id
         WHERE evaluation_id = ? ORDER BY ${column}`,
        [evaluationId],
      ).map(({ name }) => String(name));
    const judgeNames = namesOf("judge");
    const criterionNames = namesOf("criterion");
    const columns = numberColumns(
      query,
      ["response_id", "scope_index", "judge_index", "criterion_index", "repeat", "score"],
      `SELECT response_id, scope = 'sequence' AS scope_index, judges.key AS judge_index,
         criteria.key AS criterion_index, repeat, score
       FROM responses JOIN scores ON response_id = responses.id
         JOIN json_each(?2) AS judges ON judges.value = judge
         JOIN json_each(?3) AS criteria ON criteria.value = criterion
       WHERE evaluation_id = ?1
       ORDER BY model_index, sequence_index, run, prompt_index, judge, criterion, repeat`,
      [evaluationId, JSON.stringify(judgeNames), JSON.stringify(criterionNames)],
    );
    return {
      judgeNames,
      criterionNames,
      responseIds: Uint32Array.from(columns.response_id),
      scopes: Uint8Array.from(columns.scope_index),
      judges: Uint32Array.from(columns.judge_index),
      criteria: Uint32Array.from(columns.criterion_index),
      repeats: Uint32Array.from(columns.repeat),
      scores: Float64Array.from(columns.score),
    };
  };
}

export function getScores(responseIds: readonly number[]): Query<StoredScore[]> {
  return ({ query }) =>
    responseIds.flatMap((id) =>
      query("SELECT * FROM scores WHERE response_id = ? ORDER BY scope, judge, criterion, repeat", [id]).map(
        toScore,
      ),
    );
}

export function recordComparisons({
  evaluationId,
  owner,
  comparisons,
  log,
}: RecordedComparisons): Change<void> {
  return (transaction) => {
    assertRunning(transaction, evaluationId, owner);
    for (const comparison of comparisons) {
      replaceComparison(transaction, comparison);
    }
    insertLog(transaction, evaluationId, log);
  };
}

function replaceComparison({ run }: Transaction, comparison: NewComparison): void {
  run(
    `INSERT OR REPLACE INTO comparisons (first_id, second_id, judge, criterion, is_swapped, preference,
       justification, raw_output, error, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      comparison.firstId,
      comparison.secondId,
      comparison.judge,
      comparison.criterion,
      Number(comparison.isSwapped),
      comparison.preference ?? null,
      comparison.justification ?? null,
      comparison.rawOutput,
      comparison.error ?? null,
      comparison.createdAt,
    ],
  );
}

/** In the order of the first responses. */
export function listComparisons(evaluationId: string): Query<StoredComparison[]> {
  return ({ query }) =>
    query(
      `SELECT comparisons.* FROM responses JOIN comparisons ON first_id = responses.id
       WHERE evaluation_id = ? ORDER BY first_id, second_id, judge, criterion, is_swapped`,
      [evaluationId],
    ).map((row) => ({
      firstId: Number(row["first_id"]),
      secondId: Number(row["second_id"]),
      judge: String(row["judge"]),
      criterion: String(row["criterion"]),
      isSwapped: row["is_swapped"] === 1,
      preference: optionalText(row["preference"]) as Preference | undefined,
      justification: optionalText(row["justification"]),
      rawOutput: String(row["raw_output"]),
      error: optionalText(row["error"]),
      createdAt: Number(row["created_at"]),
    }));
}

function toScore(row: Row): StoredScore {
  return {
    responseId: Number(row["response_id"]),
    scope: row["scope"] as ScoreScope,
    judge: String(row["judge"]),
    criterion: String(row["criterion"]),
    repeat: Number(row["repeat"]),
    score: optionalNumber(row["score"]),
    scaleMin: Number(row["scale_min"]),
    scaleMax: Number(row["scale_max"]),
    justification: optionalText(row["justification"]),
    rawOutput: String(row["raw_output"]),
    error: optionalText(row["error"]),
    createdAt: Number(row["created_at"]),
  };
}
