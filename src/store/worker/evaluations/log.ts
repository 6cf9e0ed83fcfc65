import type { LogLine, NumberedLogLine } from "../../../protocol/store-evaluations";
import type { Change, Query } from "../commits";
import type { Transaction } from "../database";

export function appendEvaluationLog(evaluationId: string, lines: readonly LogLine[]): Change<void> {
  return (transaction) => insertLog(transaction, evaluationId, lines);
}

export function insertLog(
  { query, run }: Transaction,
  evaluationId: string,
  lines: readonly LogLine[],
): void {
  if (lines.length === 0) {
    return;
  }
  const last = query("SELECT max(number) AS number FROM evaluation_log WHERE evaluation_id = ?", [
    evaluationId,
  ]);
  let number = Number(last[0]?.["number"] ?? 0);
  for (const { at, text } of lines) {
    run("INSERT INTO evaluation_log (evaluation_id, number, at, text) VALUES (?, ?, ?, ?)", [
      evaluationId,
      ++number,
      at,
      text,
    ]);
  }
}

export function getEvaluationLog(
  evaluationId: string,
  after: number,
  limit: number,
): Query<NumberedLogLine[]> {
  return ({ query }) =>
    query(
      `SELECT number, at, text FROM evaluation_log
       WHERE evaluation_id = ? AND number > ? ORDER BY number LIMIT ?`,
      [evaluationId, after, limit],
    ).map((row) => ({
      number: Number(row["number"]),
      at: Number(row["at"]),
      text: String(row["text"]),
    }));
}
