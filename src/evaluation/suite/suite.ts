import type { TextPosition } from "../../common/json-text";
import type { JsonSchema } from "../../protocol/engine";

/**
 * An evaluation suite as the runner takes it: every default filled in, every prompt from a data file there.
 * It is plain JSON, so it can be stored, hashed and sent as it is. Where its parts stand in the file is in
 * the `SuiteOutline`.
 */
export interface Suite {
  version: 1;
  name: string;
  /** Empty when there is none. */
  description: string;
  /** Ids `org/name/file`; empty means whoever starts the evaluation chooses. */
  models: string[];
  settings: SuiteSettings;
  sequences: Sequence[];
  /** At least one; the default criteria when the file has none. */
  criteria: Criterion[];
  scale: Scale;
  /** Undefined: nothing is judged unless a judge is chosen later. */
  judge?: JudgeSettings | undefined;
}

export interface SuiteSettings {
  /** 0…2. */
  temperature: number;
  /** Upper limit of generated tokens per response; 0 means until the context is full. */
  maxTokens: number;
  /** How often every sequence is run with every model. */
  numRuns: number;
  /** Share of the graphics memory that may be used, 1…100. */
  vramLimitPercent: number;
  /** Judge as soon as the responses are there. */
  autoEvaluate: boolean;
  /** 0…2³²−1; undefined: one is drawn when the evaluation starts, and recorded. */
  seed?: number | undefined;
  topP: number;
  topK: number;
  minP: number;
  repeatPenalty: number;
  /** Tokens; undefined leaves it to the model's configuration and the settings. */
  contextLength?: number | undefined;
  /** One response at a time, each as if nothing had been asked before; undefined: at temperature 0. */
  reproducible?: boolean | undefined;
  /** At most so many responses or judgements at once; undefined: as many as the model keeps sequences. */
  parallel?: number | undefined;
}

/** Prompts that are asked one after another in one context, which starts empty in each run. */
export interface Sequence {
  /** Unique in the suite. */
  name: string;
  /** Empty when there is none. */
  systemPrompt: string;
  /** Each prompt starts with an empty context of its own, so that all may run at once. */
  independent: boolean;
  prompts: Prompt[];
}

export interface Prompt {
  /** Unique in its sequence. */
  name: string;
  /** May contain `{{context}}`; see `context.ts`. */
  text: string;
  checks: Check[];
}

/** What a response must be, told without a judge. */
export type Check = TextCheck | RegexCheck | SchemaCheck | NumericCheck | SimilarityCheck;

export interface TextCheck {
  kind: "equals" | "contains" | "not_contains";
  text: string;
  ignoreCase: boolean;
}

/** A JavaScript regular expression with the flags `u` and, with `ignoreCase`, `i`. */
export interface RegexCheck {
  kind: "regex";
  pattern: string;
  ignoreCase: boolean;
}

export interface SchemaCheck {
  kind: "json_schema";
  schema: JsonSchema;
}

export interface NumericCheck {
  kind: "numeric";
  value: number;
  tolerance: number;
}

/** Cosine similarity of the embeddings, −1…1. */
export interface SimilarityCheck {
  kind: "similarity";
  text: string;
  atLeast: number;
}

export type CheckKind = Check["kind"];

export interface Criterion {
  /** Unique in the suite. */
  name: string;
  description: string;
}

/** Scores are whole numbers from `min` to `max`. */
export interface Scale {
  min: number;
  max: number;
}

export interface JudgeSettings {
  /** Id `org/name/file` of any chat model. */
  model: string;
  temperature: number;
  /** What is judged at once: each response, or all responses of a sequence's run together. */
  per: "response" | "sequence";
  /** How often the same is judged; more than one shows how far the judge agrees with itself. */
  repeats: number;
}

/** A place in a suite file or in a data file that it names. Both numbers count from 1. */
export interface SourcePlace extends TextPosition {
  /** Absolute path. */
  file: string;
}

/** Something in a suite that has to be put right before it can be run. */
export interface SuiteProblem extends SourcePlace {
  /** Where it ends in the same file; absent for a single place. */
  end?: TextPosition | undefined;
  /** English, with `{0}` placeholders for `args`, as in `AppError`. */
  template: string;
  args: readonly (string | number)[];
  /** The sentence with its arguments. */
  message: string;
  /** No JSON schema can tell it, such as a name that is used twice: editors do not find it by the schema. */
  isBeyondSchema?: true | undefined;
}

/** Where a suite's parts stand in its file, for CodeLens, the Testing view and the gutter. */
export interface SuiteOutline {
  file: string;
  name: string;
  position: TextPosition;
  /** Of the suite and of its judge, as they are written. */
  models: ModelOutline[];
  sequences: SequenceOutline[];
}

export interface ModelOutline {
  /** Maybe not a valid one. */
  id: string;
  position: TextPosition;
  end: TextPosition;
}

export interface SequenceOutline {
  name: string;
  position: TextPosition;
  /** Those written in the suite file; empty where they come from a data file. */
  prompts: PromptOutline[];
  /** The data file as it is named in the suite. */
  promptsFrom?: string | undefined;
  /** Of the prompts from the data file. */
  checksFrom?: TextPosition[] | undefined;
}

export interface PromptOutline {
  name: string;
  position: TextPosition;
  checks: TextPosition[];
}

/** What reading a suite gives. The outline may be there although the suite cannot be run. */
export type SuiteReading =
  | { suite: Suite; outline: SuiteOutline; problems: readonly [] }
  | { suite?: undefined; outline?: SuiteOutline | undefined; problems: readonly SuiteProblem[] };

/** Responses that an evaluation of so many models makes. */
export function totalResponses(suite: Suite, models: number): number {
  const prompts = suite.sequences.reduce((sum, sequence) => sum + sequence.prompts.length, 0);
  return models * prompts * suite.settings.numRuns;
}
