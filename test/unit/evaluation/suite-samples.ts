import { type ParsedSuite, parseSuite } from "../../../src/evaluation/suite/parse-suite";
import type { SuiteProblem } from "../../../src/evaluation/suite/suite";

export const file = "/workspace/evaluations/a.eval.json";

/** A suite's JSON with these members over the least that there must be. */
export function suiteWith(members: object): string {
  return JSON.stringify({ name: "A", sequences: [sequenceWith({})], ...members });
}

export function sequenceWith(members: object): object {
  return { name: "S", prompts: [{ name: "P", prompt: "Hello" }], ...members };
}

export function suiteWithCheck(check: unknown): string {
  return suiteWith({
    sequences: [sequenceWith({ prompts: [{ name: "P", prompt: "Hello", checks: [check] }] })],
  });
}

export function parseJsonSuite(text: string): ParsedSuite {
  return parseSuite({ file, text });
}

export function parseYamlSuite(text: string): ParsedSuite {
  return parseSuite({ file: "/workspace/evaluations/a.eval.yaml", text });
}

/** `line:column message`, as a compiler would print it. */
export function shown({ line, column, message }: SuiteProblem): string {
  return `${line}:${column} ${message}`;
}
