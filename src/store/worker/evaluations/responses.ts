import type {
  NewCheckResult,
  NewResponse,
  OutcomeColumns,
  RecordedResponses,
  ResponseStatus,
  SequenceRunKey,
  StoredResponse,
} from "../../../protocol/store-evaluations";
import type { StopReason } from "../../../protocol/engine";
import type { Change, Query } from "../commits";
import type { Row, Transaction } from "../database";
import { numberColumns, optionalNumber, optionalText } from "./columns";
import { assertRunning } from "./evaluations";
import { insertLog } from "./log";

/** SQLite's limit of parameters is far above this. */
const idsPerQuery = 500;

export function recordResponses({
  evaluationId,
  owner,
  responses,
  log,
}: RecordedResponses): Change<{ responseIds: number[] }> {
  return (transaction) => {
    assertRunning(transaction, evaluationId, owner);
    const responseIds = responses.map(({ response, checks }) => {
      const id = insertResponse(transaction, evaluationId, response);
      insertChecks(transaction, id, checks);
      return id;
    });
    const last = responses.at(-1)?.response;
    if (last) {
      const { model, sequence, run, prompt } = last;
      transaction.run("UPDATE evaluations SET position = ? WHERE id = ?", [
        JSON.stringify({ phase: "responses", model, sequence, run, prompt }),
        evaluationId,
      ]);
    }
    insertLog(transaction, evaluationId, log);
    return { responseIds };
  };
}

function insertResponse({ query, run }: Transaction, evaluationId: string, response: NewResponse): number {
  const key = [evaluationId, response.model, response.sequence, response.run, response.prompt];
  run(
    `INSERT INTO responses (evaluation_id, model_index, sequence_index, run, prompt_index, model, sequence,
       prompt_name, prompt, response, status, error_code, error, stop_reason, prompt_tokens, generated_tokens,
       generation_ms, first_token_ms, tokens_per_second, seed, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      ...key,
      response.modelId,
      response.sequenceName,
      response.promptName,
      response.promptText,
      response.text,
      response.status,
      response.errorCode ?? null,
      response.error ?? null,
      response.stopReason ?? null,
      response.promptTokens ?? null,
      response.generatedTokens ?? null,
      response.generationMs ?? null,
      response.timeToFirstTokenMs ?? null,
      response.tokensPerSecond ?? null,
      response.seed ?? null,
      response.createdAt,
    ],
  );
  const [row] = query(
    `SELECT id FROM responses WHERE evaluation_id = ? AND model_index = ? AND sequence_index = ?
       AND run = ? AND prompt_index = ?`,
    key,
  );
  return Number(row?.["id"]);
}

function insertChecks({ run }: Transaction, responseId: number, checks: readonly NewCheckResult[]): void {
  for (const [position, check] of checks.entries()) {
    run(
      `INSERT INTO checks (response_id, position, kind, expectation, expected, actual, passed, message)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        responseId,
        position,
        check.kind,
        check.expectation,
        check.expected,
        check.actual ?? null,
        check.passed === undefined ? null : Number(check.passed),
        check.message ?? null,
      ],
    );
  }
}

export function listOutcomes(evaluationId: string): Query<OutcomeColumns> {
  return ({ query }) => {
    const columns = numberColumns(
      query,
      [
        "id",
        "model_index",
        "sequence_index",
        "run",
        "prompt_index",
        "status_index",
        "generated_tokens",
        "generation_ms",
        "first_token_ms",
        "tokens_per_second",
        "checks_passed",
        "checks_told",
        "checks_all",
      ],
      `SELECT responses.*,
         CASE status WHEN 'ok' THEN 0 WHEN 'failed' THEN 1 ELSE 2 END AS status_index,
         (SELECT count(*) FROM checks WHERE response_id = responses.id AND passed = 1) AS checks_passed,
         (SELECT count(*) FROM checks WHERE response_id = responses.id AND passed IS NOT NULL) AS checks_told,
         (SELECT count(*) FROM checks WHERE response_id = responses.id) AS checks_all
       FROM responses WHERE evaluation_id = ?
       ORDER BY model_index, sequence_index, run, prompt_index`,
      [evaluationId],
    );
    return {
      ids: Uint32Array.from(columns.id),
      models: Uint32Array.from(columns.model_index),
      sequences: Uint32Array.from(columns.sequence_index),
      runs: Uint32Array.from(columns.run),
      prompts: Uint32Array.from(columns.prompt_index),
      statuses: Uint8Array.from(columns.status_index),
      generatedTokens: Float64Array.from(columns.generated_tokens),
      generationMs: Float64Array.from(columns.generation_ms),
      timeToFirstTokenMs: Float64Array.from(columns.first_token_ms),
      tokensPerSecond: Float64Array.from(columns.tokens_per_second),
      checksPassed: Uint32Array.from(columns.checks_passed),
      checksTold: Uint32Array.from(columns.checks_told),
      checks: Uint32Array.from(columns.checks_all),
    };
  };
}

export function getSequenceRun(
  evaluationId: string,
  { model, sequence, run }: SequenceRunKey,
): Query<StoredResponse[]> {
  return ({ query }) =>
    withChecks(
      query,
      query(
        `SELECT * FROM responses WHERE evaluation_id = ? AND model_index = ? AND sequence_index = ? AND run = ?
         ORDER BY prompt_index`,
        [evaluationId, model, sequence, run],
      ),
    );
}

export function getResponses(responseIds: readonly number[]): Query<StoredResponse[]> {
  return ({ query }) => {
    const found = new Map<number, StoredResponse>();
    for (let start = 0; start < responseIds.length; start += idsPerQuery) {
      const ids = responseIds.slice(start, start + idsPerQuery);
      const rows = query(`SELECT * FROM responses WHERE id IN (${ids.map(() => "?").join()})`, ids);
      for (const response of withChecks(query, rows)) {
        found.set(response.id, response);
      }
    }
    return responseIds.flatMap((id) => found.get(id) ?? []);
  };
}

/** Rows of `responses` with their checks. */
export function withChecks(query: Transaction["query"], rows: readonly Row[]): StoredResponse[] {
  const checks = new Map<number, NewCheckResult[]>(rows.map((row) => [Number(row["id"]), []]));
  const ids = [...checks.keys()];
  for (let start = 0; start < ids.length; start += idsPerQuery) {
    const some = ids.slice(start, start + idsPerQuery);
    const found = query(
      `SELECT * FROM checks WHERE response_id IN (${some.map(() => "?").join()}) ORDER BY response_id, position`,
      some,
    );
    for (const row of found) {
      checks.get(Number(row["response_id"]))?.push(toCheck(row));
    }
  }
  return rows.map((row) => ({ ...toResponse(row), checks: checks.get(Number(row["id"])) ?? [] }));
}

function toCheck(row: Row): NewCheckResult {
  return {
    kind: String(row["kind"]),
    expectation: String(row["expectation"]),
    expected: String(row["expected"]),
    actual: optionalText(row["actual"]),
    passed: row["passed"] === null ? undefined : row["passed"] === 1,
    message: optionalText(row["message"]),
  };
}

function toResponse(row: Row): Omit<StoredResponse, "checks"> {
  return {
    id: Number(row["id"]),
    model: Number(row["model_index"]),
    sequence: Number(row["sequence_index"]),
    run: Number(row["run"]),
    prompt: Number(row["prompt_index"]),
    modelId: String(row["model"]),
    sequenceName: String(row["sequence"]),
    promptName: String(row["prompt_name"]),
    promptText: String(row["prompt"]),
    text: String(row["response"]),
    status: row["status"] as ResponseStatus,
    errorCode: optionalText(row["error_code"]),
    error: optionalText(row["error"]),
    stopReason: optionalText(row["stop_reason"]) as StopReason | undefined,
    promptTokens: optionalNumber(row["prompt_tokens"]),
    generatedTokens: optionalNumber(row["generated_tokens"]),
    generationMs: optionalNumber(row["generation_ms"]),
    timeToFirstTokenMs: optionalNumber(row["first_token_ms"]),
    tokensPerSecond: optionalNumber(row["tokens_per_second"]),
    seed: optionalNumber(row["seed"]),
    createdAt: Number(row["created_at"]),
  };
}
