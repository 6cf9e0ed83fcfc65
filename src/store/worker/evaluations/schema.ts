import type { Transaction } from "../database";

/**
 * Evaluations with their responses, checks, scores and log. Names stand beside indexes, so that the tables can
 * be queried without the suite. The large columns of an evaluation come last: lists do not read them.
 */
export function createEvaluationTables({ run }: Transaction): void {
  run(`CREATE TABLE evaluations (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    suite_file TEXT,
    config_hash TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN
      ('queued', 'running', 'interrupted', 'cancelled', 'failed', 'completed', 'completed-with-errors')),
    owner TEXT NOT NULL,
    models TEXT NOT NULL,
    settings TEXT NOT NULL,
    total_responses INTEGER NOT NULL,
    position TEXT,
    error TEXT,
    error_code TEXT,
    rerun_of TEXT,
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    ended_at INTEGER,
    lockfile TEXT,
    suite TEXT NOT NULL
  )`);
  run("CREATE INDEX evaluations_by_creation ON evaluations (created_at)");
  run(`CREATE TABLE responses (
    id INTEGER PRIMARY KEY,
    evaluation_id TEXT NOT NULL REFERENCES evaluations (id) ON DELETE CASCADE,
    model_index INTEGER NOT NULL,
    sequence_index INTEGER NOT NULL,
    run INTEGER NOT NULL,
    prompt_index INTEGER NOT NULL,
    model TEXT NOT NULL,
    sequence TEXT NOT NULL,
    prompt_name TEXT NOT NULL,
    prompt TEXT NOT NULL,
    response TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('ok', 'failed', 'skipped')),
    error_code TEXT,
    error TEXT,
    stop_reason TEXT,
    prompt_tokens INTEGER,
    generated_tokens INTEGER,
    generation_ms REAL,
    first_token_ms REAL,
    tokens_per_second REAL,
    seed INTEGER,
    created_at INTEGER NOT NULL,
    UNIQUE (evaluation_id, model_index, sequence_index, run, prompt_index)
  )`);
  run("CREATE INDEX responses_by_status ON responses (evaluation_id, status)");
  run(`CREATE TABLE checks (
    response_id INTEGER NOT NULL REFERENCES responses (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    kind TEXT NOT NULL,
    expectation TEXT NOT NULL,
    expected TEXT NOT NULL,
    actual TEXT,
    passed INTEGER,
    message TEXT,
    PRIMARY KEY (response_id, position)
  ) WITHOUT ROWID`);
  run(`CREATE TABLE scores (
    id INTEGER PRIMARY KEY,
    response_id INTEGER NOT NULL REFERENCES responses (id) ON DELETE CASCADE,
    scope TEXT NOT NULL CHECK (scope IN ('response', 'sequence')),
    judge TEXT NOT NULL,
    criterion TEXT NOT NULL,
    repeat INTEGER NOT NULL,
    score INTEGER,
    scale_min INTEGER NOT NULL,
    scale_max INTEGER NOT NULL,
    justification TEXT,
    raw_output TEXT NOT NULL,
    error TEXT,
    created_at INTEGER NOT NULL,
    UNIQUE (response_id, scope, judge, criterion, repeat)
  )`);
  run(`CREATE TABLE comparisons (
    id INTEGER PRIMARY KEY,
    first_id INTEGER NOT NULL REFERENCES responses (id) ON DELETE CASCADE,
    second_id INTEGER NOT NULL REFERENCES responses (id) ON DELETE CASCADE,
    judge TEXT NOT NULL,
    criterion TEXT NOT NULL,
    is_swapped INTEGER NOT NULL,
    preference TEXT CHECK (preference IN ('first', 'second', 'tie')),
    justification TEXT,
    raw_output TEXT NOT NULL,
    error TEXT,
    created_at INTEGER NOT NULL,
    UNIQUE (first_id, second_id, judge, criterion, is_swapped)
  )`);
  run("CREATE INDEX comparisons_by_second ON comparisons (second_id)");
  run(`CREATE TABLE evaluation_log (
    evaluation_id TEXT NOT NULL REFERENCES evaluations (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (evaluation_id, number)
  ) WITHOUT ROWID`);
}
