import { AppError } from "../../../common/errors";
import type {
  EvaluationChange,
  EvaluationClaim,
  EvaluationModel,
  EvaluationPosition,
  EvaluationSettings,
  EvaluationStatus,
  EvaluationSummary,
  NewEvaluation,
  StoredEvaluation,
} from "../../../protocol/store-evaluations";
import type { Change, Query } from "../commits";
import type { Row, Transaction } from "../database";
import type { SqlValue } from "../journal-codec";
import { optionalNumber, optionalText } from "./columns";

/** Everything but the suite. */
const summaryColumns = `id, name, suite_file, config_hash, status, owner, models, settings, total_responses,
  position, error, error_code, rerun_of, created_at, started_at, ended_at`;

export const listEvaluations: Query<EvaluationSummary[]> = ({ query }) => {
  const responses = countsBy(
    query(`SELECT evaluation_id AS id, status, count(*) AS count
    FROM responses GROUP BY evaluation_id, status`),
  );
  const scores = countsBy(
    query(`SELECT evaluation_id AS id, score IS NULL AS status, count(*) AS count
    FROM scores JOIN responses ON responses.id = response_id GROUP BY evaluation_id, score IS NULL`),
  );
  return query(`SELECT ${summaryColumns} FROM evaluations ORDER BY created_at DESC, rowid DESC`).map((row) =>
    toSummary(row, responses, scores),
  );
};

export function getEvaluation(evaluationId: string): Query<StoredEvaluation | null> {
  return ({ query }) => {
    const row = query(`SELECT ${summaryColumns}, lockfile FROM evaluations WHERE id = ?`, [evaluationId])[0];
    if (!row) {
      return null;
    }
    const responses = countsBy(
      query(
        `SELECT evaluation_id AS id, status, count(*) AS count FROM responses
         WHERE evaluation_id = ? GROUP BY status`,
        [evaluationId],
      ),
    );
    const scores = countsBy(
      query(
        `SELECT evaluation_id AS id, score IS NULL AS status, count(*) AS count
         FROM responses JOIN scores ON responses.id = response_id
         WHERE evaluation_id = ? GROUP BY score IS NULL`,
        [evaluationId],
      ),
    );
    return {
      ...toSummary(row, responses, scores),
      owner: String(row["owner"]),
      lockfile: optionalText(row["lockfile"]),
    };
  };
}

export function getEvaluationSuite(evaluationId: string): Query<string | null> {
  return ({ query }) =>
    optionalText(query("SELECT suite FROM evaluations WHERE id = ?", [evaluationId])[0]?.["suite"]) ?? null;
}

export function createEvaluation(evaluation: NewEvaluation): Change<void> {
  return ({ query, run }) => {
    if (query("SELECT 1 FROM evaluations WHERE id = ?", [evaluation.id]).length > 0) {
      throw new AppError("invalid-input", "The id “{0}” is already in use.", [evaluation.id]);
    }
    run(
      `INSERT INTO evaluations (id, name, suite_file, config_hash, status, owner, models, settings,
         total_responses, rerun_of, created_at, suite)
       VALUES (?, ?, ?, ?, 'queued', ?, ?, ?, ?, ?, ?, ?)`,
      [
        evaluation.id,
        evaluation.name,
        evaluation.suiteFile ?? null,
        evaluation.configHash,
        evaluation.owner,
        JSON.stringify(evaluation.models),
        JSON.stringify(evaluation.settings),
        evaluation.totalResponses,
        evaluation.rerunOf ?? null,
        evaluation.createdAt,
        evaluation.suite,
      ],
    );
  };
}

export function claimEvaluation({ evaluationId, owner, retryFailed, at }: EvaluationClaim): Change<void> {
  return ({ query, run }) => {
    const row = query("SELECT name, status, owner FROM evaluations WHERE id = ?", [evaluationId])[0];
    if (!row) {
      throw unknownEvaluation(evaluationId);
    }
    if (row["status"] === "running" && row["owner"] !== owner) {
      throw new AppError(
        "model-busy",
        "The evaluation “{0}” is running already. Wait until it ends, or reset it.",
        [String(row["name"])],
      );
    }
    run(
      `UPDATE evaluations SET status = 'running', owner = ?, started_at = coalesce(started_at, ?),
         ended_at = NULL, error = NULL, error_code = NULL WHERE id = ?`,
      [owner, at, evaluationId],
    );
    if (retryFailed) {
      run("DELETE FROM responses WHERE evaluation_id = ? AND status <> 'ok'", [evaluationId]);
    }
  };
}

export function updateEvaluation(
  evaluationId: string,
  owner: string,
  change: EvaluationChange,
): Change<void> {
  return (transaction) => {
    const columns: [column: string, value: SqlValue][] = [];
    const set = (column: string, value: SqlValue | undefined) => {
      if (value !== undefined) {
        columns.push([column, value]);
      }
    };
    set("status", change.status);
    set("position", change.position ? JSON.stringify(change.position) : change.position);
    set("error", change.error);
    set("error_code", change.errorCode);
    set("lockfile", change.lockfile);
    set("ended_at", change.endedAt);
    if (columns.length === 0) {
      return;
    }
    const assignments = columns.map(([column]) => `${column} = ?`).join(", ");
    const changed = transaction.run(`UPDATE evaluations SET ${assignments} WHERE id = ? AND owner = ?`, [
      ...columns.map(([, value]) => value),
      evaluationId,
      owner,
    ]);
    if (changed === 0) {
      throw notYours(transaction, evaluationId);
    }
  };
}

export function resetEvaluation(evaluationId: string, at: number): Change<void> {
  return ({ query, run }) => {
    if (query("SELECT 1 FROM evaluations WHERE id = ?", [evaluationId]).length === 0) {
      throw unknownEvaluation(evaluationId);
    }
    run(
      `UPDATE evaluations SET status = 'interrupted', owner = '', position = NULL,
         ended_at = coalesce(ended_at, ?) WHERE id = ? AND status IN ('queued', 'running')`,
      [at, evaluationId],
    );
  };
}

export function deleteEvaluation(evaluationId: string): Change<void> {
  return ({ run }) => {
    if (run("DELETE FROM evaluations WHERE id = ?", [evaluationId]) === 0) {
      throw unknownEvaluation(evaluationId);
    }
  };
}

/** Whoever ran these is gone when a store is opened. */
export const interruptEvaluations: Change<void> = ({ query, run }) => {
  if (query("SELECT 1 FROM evaluations WHERE status IN ('queued', 'running') LIMIT 1").length > 0) {
    run("UPDATE evaluations SET status = 'interrupted' WHERE status IN ('queued', 'running')");
  }
};

/** Throws unless this owner runs the evaluation: whoever lost it must not write into it. */
export function assertRunning(transaction: Transaction, evaluationId: string, owner: string): void {
  const found = transaction.query(
    "SELECT 1 FROM evaluations WHERE id = ? AND owner = ? AND status = 'running'",
    [evaluationId, owner],
  );
  if (found.length === 0) {
    throw notYours(transaction, evaluationId);
  }
}

function notYours({ query }: Transaction, evaluationId: string): AppError {
  const row = query("SELECT name FROM evaluations WHERE id = ?", [evaluationId])[0];
  return row
    ? new AppError("invalid-input", "The evaluation “{0}” was reset or is run elsewhere now.", [
        String(row["name"]),
      ])
    : unknownEvaluation(evaluationId);
}

function unknownEvaluation(evaluationId: string): AppError {
  return new AppError("invalid-input", "This evaluation no longer exists.", [], `Evaluation ${evaluationId}`);
}

type Counts = ReadonlyMap<string, number>;

/** By id and status. */
function countsBy(rows: readonly Row[]): Counts {
  return new Map(rows.map(({ id, status, count }) => [`${String(id)} ${String(status)}`, Number(count)]));
}

function toSummary(row: Row, responses: Counts, scores: Counts): EvaluationSummary {
  const id = String(row["id"]);
  const position = optionalText(row["position"]);
  const responsesOf = (status: string) => responses.get(`${id} ${status}`) ?? 0;
  return {
    id,
    name: String(row["name"]),
    suiteFile: optionalText(row["suite_file"]),
    configHash: String(row["config_hash"]),
    status: row["status"] as EvaluationStatus,
    models: JSON.parse(String(row["models"])) as EvaluationModel[],
    settings: JSON.parse(String(row["settings"])) as EvaluationSettings,
    totalResponses: Number(row["total_responses"]),
    responses: { ok: responsesOf("ok"), failed: responsesOf("failed"), skipped: responsesOf("skipped") },
    scores: { given: scores.get(`${id} 0`) ?? 0, failed: scores.get(`${id} 1`) ?? 0 },
    position: position === undefined ? undefined : (JSON.parse(position) as EvaluationPosition),
    error: optionalText(row["error"]),
    errorCode: optionalText(row["error_code"]),
    rerunOf: optionalText(row["rerun_of"]),
    createdAt: Number(row["created_at"]),
    startedAt: optionalNumber(row["started_at"]),
    endedAt: optionalNumber(row["ended_at"]),
  };
}
