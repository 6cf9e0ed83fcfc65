import type { StopReason } from "./engine";
import type { Method } from "./rpc";

/**
 * What the store keeps of evaluations. A reply to a change means that it is on disk. Changes of a running
 * evaluation name its owner and are refused when it is no longer theirs.
 */
export type StoreEvaluationsWire = {
  createEvaluation: Method<{ evaluation: NewEvaluation }, null>;
  /** Newest first. */
  listEvaluations: Method<null, EvaluationSummary[]>;
  getEvaluation: Method<{ evaluationId: string }, StoredEvaluation | null>;
  /** The suite as it was run, as JSON. */
  getEvaluationSuite: Method<{ evaluationId: string }, string | null>;
  /** Makes it `running` for this owner; refused while another runs it. */
  claimEvaluation: Method<EvaluationClaim, null>;
  updateEvaluation: Method<{ evaluationId: string; owner: string; change: EvaluationChange }, null>;
  /** Takes it from whoever runs it, or seems to: it is `interrupted` then and can be resumed. */
  resetEvaluation: Method<{ evaluationId: string; at: number }, null>;
  deleteEvaluation: Method<{ evaluationId: string }, null>;

  /** One or several responses with their checks, and what the log says until then. The ids are in their order. */
  recordResponses: Method<RecordedResponses, { responseIds: number[] }>;
  /** Of every response, in the order of model, sequence, run and prompt. */
  listOutcomes: Method<{ evaluationId: string }, OutcomeColumns>;
  listResponses: Method<ResponseWindow, { total: number; rows: ResponseRow[] }>;
  /** Whole texts, in the order asked for; those that are gone are left out. */
  getResponses: Method<{ responseIds: number[] }, StoredResponse[]>;
  /** The responses of one run of a sequence by one model, in order of their prompts. */
  getSequenceRun: Method<{ evaluationId: string } & SequenceRunKey, StoredResponse[]>;

  recordScores: Method<RecordedScores, null>;
  /** Every score of every judge, in columns; NaN where the judge gave none. */
  listScores: Method<{ evaluationId: string }, ScoreColumns>;
  /** With justification and raw output. */
  getScores: Method<{ responseIds: number[] }, StoredScore[]>;
  /** By model, judge, scope and criterion. */
  summarizeScores: Method<{ evaluationId: string }, ScoreSummary[]>;
  summarizeModels: Method<{ evaluationId: string }, ModelSummary[]>;
  recordComparisons: Method<RecordedComparisons, null>;
  listComparisons: Method<{ evaluationId: string }, StoredComparison[]>;

  appendEvaluationLog: Method<{ evaluationId: string; lines: LogLine[] }, null>;
  /** Lines after the one with this number, which is 0 for the beginning. */
  getEvaluationLog: Method<{ evaluationId: string; after: number; limit: number }, NumberedLogLine[]>;

  /** Writes a copy of the whole database to this path, in one step. */
  copyDatabase: Method<{ path: string }, null>;
};

/**
 * `interrupted`: it was running or waiting when the window ended, or it was reset; like `cancelled` and
 * `failed` it can be resumed.
 */
export type EvaluationStatus =
  "queued" | "running" | "interrupted" | "cancelled" | "failed" | "completed" | "completed-with-errors";

export interface NewEvaluation {
  id: string;
  /** Of the suite. */
  name: string;
  /** Absolute path; undefined for a suite without a file. */
  suiteFile?: string | undefined;
  /** The whole suite with its prompts, as JSON. */
  suite: string;
  /** sha256 of suite and models: the same for evaluations that may be compared response by response. */
  configHash: string;
  models: EvaluationModel[];
  settings: EvaluationSettings;
  /** Models × prompts × runs. */
  totalResponses: number;
  /** The evaluation that it repeats. */
  rerunOf?: string | undefined;
  /** Who runs it; see `EvaluationClaim`. */
  owner: string;
  /** Milliseconds since 1970, like every time here. */
  createdAt: number;
}

export interface EvaluationModel {
  /** Id in the library. */
  id: string;
  name: string;
}

/** What was set for the whole evaluation; the seed is there even when the suite gives none. */
export type EvaluationSettings = Record<string, number | boolean | string>;

/** Where a running evaluation is. */
export interface EvaluationPosition extends Partial<ResponseKey> {
  phase: "responses" | "judging" | "comparing";
}

export interface EvaluationSummary {
  id: string;
  name: string;
  suiteFile: string | undefined;
  configHash: string;
  status: EvaluationStatus;
  models: EvaluationModel[];
  settings: EvaluationSettings;
  totalResponses: number;
  /** By what became of them. */
  responses: { ok: number; failed: number; skipped: number };
  scores: { given: number; failed: number };
  position: EvaluationPosition | undefined;
  /** As a sentence. */
  error: string | undefined;
  errorCode: string | undefined;
  rerunOf: string | undefined;
  createdAt: number;
  startedAt: number | undefined;
  endedAt: number | undefined;
}

export interface StoredEvaluation extends EvaluationSummary {
  owner: string;
  /** As JSON. */
  lockfile: string | undefined;
}

export interface EvaluationClaim {
  evaluationId: string;
  /** Names one piece of work of one window's runner. */
  owner: string;
  /** Forget responses that failed or were skipped, so that they are made again. */
  retryFailed: boolean;
  at: number;
}

/** What is left out stays; null empties. */
export interface EvaluationChange {
  status?: EvaluationStatus;
  position?: EvaluationPosition | null;
  error?: string | null;
  errorCode?: string | null;
  lockfile?: string;
  endedAt?: number;
}

/** Indexes into the evaluation's models and the suite's sequences and prompts; runs count from 1. */
export interface ResponseKey {
  model: number;
  sequence: number;
  run: number;
  prompt: number;
}

export type SequenceRunKey = Omit<ResponseKey, "prompt">;

/** `skipped`: it was not asked for, because an earlier response of its sequence is not there. */
export type ResponseStatus = "ok" | "failed" | "skipped";

export interface NewResponse extends ResponseKey {
  modelId: string;
  sequenceName: string;
  promptName: string;
  /** As it was asked, after what was filled in. */
  promptText: string;
  /** What was written, also when it failed. */
  text: string;
  status: ResponseStatus;
  errorCode?: string | undefined;
  /** As a sentence. */
  error?: string | undefined;
  stopReason?: StopReason | undefined;
  promptTokens?: number | undefined;
  generatedTokens?: number | undefined;
  /** From the request to the end of the answer. */
  generationMs?: number | undefined;
  timeToFirstTokenMs?: number | undefined;
  tokensPerSecond?: number | undefined;
  seed?: number | undefined;
  createdAt: number;
}

export interface NewCheckResult {
  kind: string;
  /** The check as it stands in the suite, as JSON. */
  expectation: string;
  /** For people. */
  expected: string;
  /** What was found instead; undefined when that is the whole response. */
  actual: string | undefined;
  /** Undefined when it could not be told. */
  passed: boolean | undefined;
  /** Why not, as a sentence. */
  message: string | undefined;
}

export interface RecordedResponses {
  evaluationId: string;
  owner: string;
  responses: { response: NewResponse; checks: NewCheckResult[] }[];
  log: LogLine[];
}

export interface StoredResponse extends NewResponse {
  id: number;
  checks: NewCheckResult[];
}

/** One entry per response in each column. */
export interface OutcomeColumns {
  ids: Uint32Array;
  models: Uint32Array;
  sequences: Uint32Array;
  runs: Uint32Array;
  prompts: Uint32Array;
  /** Index into `responseStatuses`. */
  statuses: Uint8Array;
  /** NaN where it is not known, as in the columns below. */
  generatedTokens: Float64Array;
  generationMs: Float64Array;
  timeToFirstTokenMs: Float64Array;
  tokensPerSecond: Float64Array;
  checksPassed: Uint32Array;
  /** Those that could be told. */
  checksTold: Uint32Array;
  checks: Uint32Array;
}

export const responseStatuses: readonly ResponseStatus[] = ["ok", "failed", "skipped"];

export interface ResponseWindow {
  evaluationId: string;
  filter: ResponseFilter;
  sort: ResponseSort;
  isDescending: boolean;
  offset: number;
  limit: number;
}

export interface ResponseFilter {
  model?: number | undefined;
  sequence?: number | undefined;
  run?: number | undefined;
  prompt?: number | undefined;
  status?: ResponseStatus | undefined;
  /** At least one check did not pass. */
  hasFailedCheck?: boolean | undefined;
  /** In the response, upper and lower case alike for ASCII. */
  contains?: string | undefined;
}

export type ResponseSort = "position" | "score" | "tokens" | "generation" | "firstToken" | "speed";

/** A line of a table: long texts are cut. */
export interface ResponseRow extends StoredResponse {
  /** Of the whole response, in UTF-8 characters. */
  characters: number;
  /** Mean of all scores; undefined without any. */
  score: number | undefined;
}

/** Scores of a whole run of a sequence are those of its last response. */
export type ScoreScope = "response" | "sequence";

export interface NewScore {
  responseId: number;
  scope: ScoreScope;
  /** Id of the judging model. */
  judge: string;
  criterion: string;
  /** Counts from 1. */
  repeat: number;
  /** Undefined when the judge gave none: then there is an error. */
  score: number | undefined;
  scaleMin: number;
  scaleMax: number;
  justification: string | undefined;
  /** Everything that the judge wrote. */
  rawOutput: string;
  error: string | undefined;
  createdAt: number;
}

export type StoredScore = NewScore;

export interface RecordedScores {
  evaluationId: string;
  owner: string;
  scores: NewScore[];
  log: LogLine[];
}

/** One entry per score in each column, except the two lists of names, into which columns point. */
export interface ScoreColumns {
  judgeNames: string[];
  criterionNames: string[];
  responseIds: Uint32Array;
  /** 0 for `response`, 1 for `sequence`. */
  scopes: Uint8Array;
  judges: Uint32Array;
  criteria: Uint32Array;
  repeats: Uint32Array;
  scores: Float64Array;
}

export interface ScoreSummary {
  model: number;
  judge: string;
  scope: ScoreScope;
  criterion: string;
  count: number;
  failed: number;
  /** Undefined without any score. */
  mean: number | undefined;
  /** Of the scores, with n − 1; undefined below two. */
  standardDeviation: number | undefined;
}

export interface ModelSummary {
  model: number;
  ok: number;
  failed: number;
  skipped: number;
  checksPassed: number;
  checksTold: number;
  /** Means over the responses that are ok. */
  meanCharacters: number | undefined;
  meanGeneratedTokens: number | undefined;
  meanGenerationMs: number | undefined;
  meanTimeToFirstTokenMs: number | undefined;
  meanTokensPerSecond: number | undefined;
}

export type Preference = "first" | "second" | "tie";

/** One question to a judge which of two responses is better. */
export interface NewComparison {
  /** In the order in which both are compared. */
  firstId: number;
  secondId: number;
  judge: string;
  criterion: string;
  /** Whether the judge was shown the second one first. */
  isSwapped: boolean;
  /** Whatever order was shown; undefined when the judge gave none. */
  preference: Preference | undefined;
  justification: string | undefined;
  rawOutput: string;
  error: string | undefined;
  createdAt: number;
}

export type StoredComparison = NewComparison;

export interface RecordedComparisons {
  evaluationId: string;
  owner: string;
  comparisons: NewComparison[];
  log: LogLine[];
}

export interface LogLine {
  at: number;
  text: string;
}

export interface NumberedLogLine extends LogLine {
  number: number;
}
