import type { JsonSchema } from "../../protocol/engine";
import { validatorOf } from "./schema-fault";

/** One question to the worker: what may take for ever is asked there only. */
export type PatternJob =
  | { kind: "regex"; pattern: string; ignoreCase: boolean; text: string }
  | { kind: "json_schema"; schema: JsonSchema; text: string };

export interface PatternOutcome {
  /** Undefined when it could not be told. */
  passed: boolean | undefined;
  /** Why it did not pass or could not be told, as a sentence. */
  reason?: string | undefined;
}

export function matchPattern(job: PatternJob): PatternOutcome {
  try {
    return job.kind === "regex" ? matchRegex(job) : matchSchema(job);
  } catch (error) {
    return { passed: undefined, reason: `The check cannot be computed: ${String(error)}` };
  }
}

function matchRegex({ pattern, ignoreCase, text }: Extract<PatternJob, { kind: "regex" }>): PatternOutcome {
  return { passed: new RegExp(pattern, ignoreCase ? "ui" : "u").test(text) };
}

function matchSchema({ schema, text }: Extract<PatternJob, { kind: "json_schema" }>): PatternOutcome {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { passed: false, reason: "The response is not JSON." };
  }
  const { valid, errors } = validatorOf(schema).validate(value);
  // The outermost reason comes first and only says that something inside is wrong.
  const { instanceLocation = "#", error = "" } = errors.at(-1) ?? {};
  return valid
    ? { passed: true }
    : { passed: false, reason: `The JSON does not match at ${instanceLocation}: ${error}` };
}
