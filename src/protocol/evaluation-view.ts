import type { Method } from "./rpc";
import type {
  EvaluationSettings,
  EvaluationStatus,
  NewCheckResult,
  ResponseFilter,
  ResponseKey,
  ResponseSort,
  ResponseStatus,
  ScoreScope,
} from "./store-evaluations";

/** What the results page asks of the extension host. Messages are JSON, so a missing number is `null`. */
export type EvaluationHostWire = {
  /** First call of a page; the reply is the list of evaluations. */
  ready: Method<null, EvaluationsState>;
  /** What does not change while it runs; null when it no longer exists. */
  outline: Method<{ evaluationId: string }, EvaluationOutline | null>;
  /** Rows `offset` to `offset + limit - 1` of the table. */
  responses: Method<ResponseLinesRequest, { total: number; lines: ResponseLine[] }>;
  /** Whole texts, every score and every check; null when it is gone. */
  response: Method<{ responseId: number }, ResponseDetails | null>;
  statistics: Method<{ evaluationId: string }, EvaluationStatistics>;
  /** Two models, quantizations or evaluations, prompt by prompt. */
  compare: Method<{ first: ComparisonSide; second: ComparisonSide }, Comparison>;
  /** What both sides wrote to one prompt, with what differs. */
  read: Method<ReadRequest, Reading>;

  /** Does to an evaluation what the command of that name does; it may ask the person first. */
  act: Method<{ action: EvaluationAction; evaluationId: string }, null>;
  newEvaluation: Method<null, null>;
  /** The product's log, for errors of the page. */
  showLog: Method<null, null>;
  copy: Method<{ text: string }, null>;
  insertIntoEditor: Method<{ text: string }, null>;
  openLink: Method<{ url: string }, null>;
};

/** What the extension host tells the results page. */
export type EvaluationPageWire = {
  /** The whole list; replaces what the page has. */
  state: Method<EvaluationsState, null>;
  /** Opens an evaluation; the list without one. */
  show: Method<{ evaluationId: string | null }, null>;
};

export const evaluationActions = [
  "cancel",
  "resume",
  "retryFailed",
  "reset",
  "judge",
  "comparePairs",
  "rerun",
  "export",
  "openSuite",
  "showOutput",
  "delete",
] as const;
export type EvaluationAction = (typeof evaluationActions)[number];

export interface EvaluationsState {
  /** Newest first. */
  evaluations: EvaluationLine[];
}

/** One evaluation in the list. */
export interface EvaluationLine {
  id: string;
  name: string;
  status: EvaluationStatus;
  models: string[];
  /** Responses that it makes altogether, and what became of those that are there. */
  total: number;
  ok: number;
  failed: number;
  skipped: number;
  checksPassed: number;
  /** Those that could be told. */
  checksTold: number;
  /** Mean of all scores; null without any. */
  score: number | null;
  scoresFailed: number;
  /** As a sentence. */
  error: string | null;
  hasSuiteFile: boolean;
  hasLockfile: boolean;
  /** Milliseconds since 1970. */
  createdAt: number;
  startedAt: number | null;
  endedAt: number | null;
  /** What is being done with it now. */
  activity: EvaluationActivity | null;
  /** Grows whenever anything that is stored of it may be different. */
  revision: number;
}

export interface EvaluationActivity {
  state: "queued" | "running" | "ending";
  /** Null before it has begun. */
  phase: "loading" | "responses" | "judging" | "comparing" | null;
  /** Of the model that is worked with. */
  modelName: string | null;
  done: number;
  total: number;
  failed: number;
}

export interface EvaluationOutline {
  id: string;
  name: string;
  description: string;
  models: { id: string; name: string }[];
  sequences: { name: string; prompts: string[] }[];
  runs: number;
  scale: { min: number; max: number };
  settings: EvaluationSettings;
  suiteFile: string | null;
  /** Name and time of the evaluation that it repeats. */
  rerunOf: { id: string; name: string; createdAt: number } | null;
}

export interface ResponseLinesRequest {
  evaluationId: string;
  filter: ResponseFilter;
  sort: ResponseSort;
  isDescending: boolean;
  offset: number;
  limit: number;
}

/** One row of the table. */
export interface ResponseLine extends ResponseKey {
  id: number;
  promptName: string;
  status: ResponseStatus;
  /** As a sentence; null when it is ok. */
  error: string | null;
  /** The beginning of the response, without line breaks. */
  text: string;
  /** Mean of all scores. */
  score: number | null;
  /** A judge's reason, cut; of the criterion with the lowest score. */
  justification: string | null;
  checksPassed: number;
  checksTold: number;
  checks: number;
  generatedTokens: number | null;
  generationMs: number | null;
  timeToFirstTokenMs: number | null;
  tokensPerSecond: number | null;
}

export interface ResponseDetails extends ResponseKey {
  id: number;
  sequenceName: string;
  promptName: string;
  promptText: string;
  text: string;
  status: ResponseStatus;
  error: string | null;
  stopReason: string | null;
  promptTokens: number | null;
  generatedTokens: number | null;
  generationMs: number | null;
  timeToFirstTokenMs: number | null;
  tokensPerSecond: number | null;
  seed: number | null;
  createdAt: number;
  checks: CheckLine[];
  scores: ScoreLine[];
}

export interface CheckLine extends Pick<NewCheckResult, "kind" | "expected"> {
  /** Null when that is the whole response. */
  actual: string | null;
  /** Null when it could not be told. */
  passed: boolean | null;
  message: string | null;
}

export interface ScoreLine {
  judge: string;
  scope: ScoreScope;
  criterion: string;
  repeat: number;
  /** Null when the judge gave none: then there is an error. */
  score: number | null;
  scaleMin: number;
  scaleMax: number;
  justification: string | null;
  rawOutput: string;
  error: string | null;
}

/** A mean with its 95 % interval; `low` and `high` are null where there is too little to tell. */
export interface Estimate {
  mean: number;
  low: number | null;
  high: number | null;
  /** Values behind it. */
  count: number;
}

export interface EvaluationStatistics {
  /** The `revision` of the list that these are of, or of a later one. */
  revision: number;
  scale: { min: number; max: number };
  criteria: string[];
  judges: string[];
  /** In the evaluation's order. */
  models: ModelStatistics[];
  consistency: JudgeConsistency[];
}

export interface ModelStatistics {
  name: string;
  ok: number;
  failed: number;
  skipped: number;
  checksPassed: number;
  checksTold: number;
  /** Of all scores. */
  score: Estimate | null;
  /** By criterion. */
  scores: (Estimate | null)[];
  tokensPerSecond: Estimate | null;
  timeToFirstTokenMs: Estimate | null;
  generatedTokens: number | null;
  generationMs: number | null;
}

/** How far a judge agrees with itself, where it judged the same more than once. */
export interface JudgeConsistency {
  judge: string;
  /** 0…1. */
  exactAgreement: number;
  /** In points of the scale. */
  meanAbsoluteDeviation: number;
  groups: number;
}

export interface ComparisonSide {
  evaluationId: string;
  /** Index in the evaluation's models. */
  model: number;
}

/** Differences are second − first. */
export interface Comparison {
  first: ComparedSide;
  second: ComparedSide;
  /** Responses that both sides have. */
  pairs: number;
  /** Responses that are ok on one side only. */
  unmatched: { first: number; second: number };
  hasSameConfiguration: boolean;
  /** Both have scores, but none from the same judge on the same scale. */
  hasOtherJudges: boolean;
  measures: ComparedMeasure[];
  flips: { gained: number; lost: number; listed: Flip[] };
  pairwise: PairwiseLine[];
}

export interface ComparedSide {
  evaluationName: string;
  modelName: string;
  createdAt: number;
}

export type MeasureKind =
  "score" | "criterion" | "checks" | "tokensPerSecond" | "timeToFirstTokenMs" | "generatedTokens";

export interface ComparedMeasure {
  kind: MeasureKind;
  /** Of a criterion; otherwise empty. */
  criterion: string;
  /** Means over the pairs. */
  first: number;
  second: number;
  difference: number;
  /** 95 %, paired bootstrap over prompts; null where there are too few. */
  low: number | null;
  high: number | null;
  pairs: number;
  prompts: number;
}

/** A check that one side passed and the other did not. */
export interface Flip {
  change: "gained" | "lost";
  place: PromptPlace;
  run: number;
  expected: string;
  /** What the side that failed says. */
  message: string | null;
}

/** By names, which are the same in suites whose order differs. */
export interface PromptPlace {
  sequence: string;
  prompt: string;
}

/** What one judge said by one criterion, each pair shown in both orders. */
export interface PairwiseLine {
  judge: string;
  criterion: string;
  first: number;
  second: number;
  ties: number;
  /** The verdict changed with the order. */
  inconsistent: number;
  unknown: number;
  /** Share of verdicts for whatever was shown first: 0.5 without a bias. */
  shownFirstShare: number | null;
}

export interface ReadRequest {
  first: ComparisonSide & { run: number };
  second: ComparisonSide & { run: number };
  place: PromptPlace;
}

export interface Reading {
  first: ReadResponse | null;
  second: ReadResponse | null;
  /** The parts of one side and both, joined, are that side's text. Null unless both are there. */
  parts: { side: "both" | "first" | "second"; text: string }[] | null;
}

export interface ReadResponse {
  id: number;
  promptText: string;
  text: string;
  status: ResponseStatus;
  error: string | null;
  score: number | null;
  checksPassed: number;
  checksTold: number;
  generatedTokens: number | null;
}
