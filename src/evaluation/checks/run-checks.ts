import { throwIfAborted } from "../../common/async";
import type {
  Check,
  NumericCheck,
  RegexCheck,
  SchemaCheck,
  SimilarityCheck,
  TextCheck,
} from "../suite/suite";
import { checkToJson } from "../suite/suite-text";
import type { PatternWorker } from "./pattern-worker";

/** What a check says of one response. */
export interface CheckResult {
  kind: Check["kind"];
  /** Undefined when it could not be told; `message` says why. */
  passed: boolean | undefined;
  /** The check as it stands in the suite, as JSON. */
  expectation: string;
  /** For people; the response itself where it is compared as a whole. */
  expected: string;
  actual: string;
  /** Why it did not pass, as a sentence; undefined when it did. */
  message: string | undefined;
}

/** What checks need beside the response. */
export interface CheckTools {
  patterns: PatternWorker;
  /** Unit-length vectors, one per text, in their order. @throws AppError when no model can */
  embed: (texts: string[], signal: AbortSignal | undefined) => Promise<readonly Float32Array[]>;
}

type Verdict = Pick<CheckResult, "passed" | "expected" | "actual" | "message">;

/** All checks of a prompt, one after another. @throws only when `signal` is aborted */
export async function runChecks(
  checks: readonly Check[],
  response: string,
  tools: CheckTools,
  signal?: AbortSignal,
): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const check of checks) {
    throwIfAborted(signal);
    const verdict = await judge(check, response, tools, signal);
    results.push({ kind: check.kind, expectation: JSON.stringify(checkToJson(check)), ...verdict });
  }
  return results;
}

function judge(
  check: Check,
  response: string,
  tools: CheckTools,
  signal: AbortSignal | undefined,
): Verdict | Promise<Verdict> {
  switch (check.kind) {
    case "equals":
      return checkEquals(check, response);
    case "contains":
    case "not_contains":
      return checkContains(check, response);
    case "numeric":
      return checkNumeric(check, response);
    case "regex":
      return checkRegex(check, response, tools.patterns, signal);
    case "json_schema":
      return checkSchema(check, response, tools.patterns, signal);
    case "similarity":
      return checkSimilarity(check, response, tools.embed, signal);
  }
}

/** White space at both ends does not count: models end with a line break as they please. */
function checkEquals({ text, ignoreCase }: TextCheck, response: string): Verdict {
  const [expected, actual] = [text.trim(), response.trim()];
  const passed = folded(expected, ignoreCase) === folded(actual, ignoreCase);
  return { passed, expected, actual, message: passed ? undefined : "The response is not the expected text." };
}

function checkContains(check: TextCheck, response: string): Verdict {
  const isThere = folded(response, check.ignoreCase).includes(folded(check.text, check.ignoreCase));
  const shouldBe = check.kind === "contains";
  const passed = isThere === shouldBe;
  return {
    passed,
    expected: `${shouldBe ? "contains" : "does not contain"} “${check.text}”`,
    actual: response,
    message: passed
      ? undefined
      : `The response ${isThere ? "contains" : "does not contain"} “${shorten(check.text)}”.`,
  };
}

function folded(text: string, ignoreCase: boolean): string {
  const normal = text.normalize("NFC").replace(/\r\n?/g, "\n");
  return ignoreCase ? normal.toLocaleLowerCase("en") : normal;
}

/** The last number counts, for answers end with their result. */
function checkNumeric({ value, tolerance }: NumericCheck, response: string): Verdict {
  const actual = lastNumber(response);
  // A difference such as 0.3 − 0.2 is not quite 0.1.
  const rounding = 4 * Number.EPSILON * Math.max(Math.abs(value), Math.abs(actual ?? 0));
  const passed = actual !== undefined && Math.abs(actual - value) <= tolerance + rounding;
  const expected = tolerance === 0 ? String(value) : `${value} ± ${tolerance}`;
  const why =
    actual === undefined ? "The response has no number." : `The response says ${actual}, not ${expected}.`;
  return { passed, expected, actual: String(actual ?? response), message: passed ? undefined : why };
}

const numberPattern =
  /(?<![\p{L}\p{N}_.])[-+−]?(?:(?:\d{1,3}(?:[,'\u00A0\u202F]\d{3})+(?!\d)|\d+)(?:\.\d+)?|\.\d+)(?:e[-+]?\d{1,3}(?!\d))?/giu;

/** In English notation, with units or not: `1,234.5`, `−3`, `2e6`, `.5`, `19px`. Undefined without any. */
export function lastNumber(text: string): number | undefined {
  const found = text.match(numberPattern)?.at(-1);
  const number = Number(found?.replace("−", "-").replace(/[,'\u00A0\u202F]/g, ""));
  return Number.isFinite(number) ? number : undefined;
}

async function checkRegex(
  { pattern, ignoreCase }: RegexCheck,
  response: string,
  patterns: PatternWorker,
  signal: AbortSignal | undefined,
): Promise<Verdict> {
  const expected = `/${pattern}/u${ignoreCase ? "i" : ""}`;
  const outcome = await patterns.matchRegex({ pattern, ignoreCase, text: response }, signal);
  const failed = "The response does not match the regular expression.";
  return { ...verdictOf(outcome, failed), expected, actual: response };
}

async function checkSchema(
  { schema }: SchemaCheck,
  response: string,
  patterns: PatternWorker,
  signal: AbortSignal | undefined,
): Promise<Verdict> {
  const expected = JSON.stringify(schema, null, 2);
  const outcome = await patterns.matchSchema({ schema, text: withoutFence(response) }, signal);
  return {
    ...verdictOf(outcome, "The response does not match the JSON schema."),
    expected,
    actual: response,
  };
}

/** A whole response in a Markdown code block counts as what is in the block. */
function withoutFence(text: string): string {
  const [, inside] = /^\s*```[\w-]*[ \t]*\r?\n([\s\S]*?)\r?\n[ \t]*```\s*$/.exec(text) ?? [];
  return inside ?? text;
}

function verdictOf(
  { passed, reason }: { passed: boolean | undefined; reason?: string | undefined },
  failed: string,
): Pick<Verdict, "passed" | "message"> {
  return { passed, message: passed ? undefined : (reason ?? failed) };
}

async function checkSimilarity(
  { text, atLeast }: SimilarityCheck,
  response: string,
  embed: CheckTools["embed"],
  signal: AbortSignal | undefined,
): Promise<Verdict> {
  const expected = `similarity of at least ${atLeast} to “${text}”`;
  if (response.trim() === "") {
    return { passed: false, expected, actual: response, message: "The response is empty." };
  }
  try {
    const [wanted, given] = await embed([text, response], signal);
    const similarity = cosine(wanted, given);
    if (similarity === undefined) {
      return {
        passed: undefined,
        expected,
        actual: response,
        message: "The embedding model gave no vectors.",
      };
    }
    const passed = similarity >= atLeast;
    const rounded = similarity.toFixed(3);
    const message = passed ? undefined : `The similarity is ${rounded}, less than ${atLeast}.`;
    return { passed, expected, actual: rounded, message };
  } catch (error) {
    throwIfAborted(signal);
    const why = error instanceof Error ? error.message : String(error);
    return { passed: undefined, expected, actual: response, message: why };
  }
}

/** Undefined for vectors of different lengths, and for those without a direction. */
function cosine(a: Float32Array | undefined, b: Float32Array | undefined): number | undefined {
  if (!a || !b || a.length !== b.length) {
    return undefined;
  }
  let [dot, squareA, squareB] = [0, 0, 0];
  for (let index = 0; index < a.length; index++) {
    const [x, y] = [a[index] ?? 0, b[index] ?? 0];
    dot += x * y;
    squareA += x * x;
    squareB += y * y;
  }
  const similarity = dot / Math.sqrt(squareA * squareB);
  return Number.isFinite(similarity) ? similarity : undefined;
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
