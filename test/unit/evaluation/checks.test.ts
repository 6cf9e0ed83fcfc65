import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as esbuild from "esbuild";
import { AppError } from "../../../src/common/errors";
import { PatternWorker } from "../../../src/evaluation/checks/pattern-worker";
import { type CheckTools, lastNumber, runChecks } from "../../../src/evaluation/checks/run-checks";
import type { Check } from "../../../src/evaluation/suite/suite";

describe("checks of a response", () => {
  let scratch: string;
  let patterns: PatternWorker;
  let tools: CheckTools;

  before(() => {
    scratch = mkdtempSync(path.join(tmpdir(), "checks-"));
    esbuild.buildSync({
      entryPoints: [path.resolve(__dirname, "../../../src/evaluation/checks/worker.ts")],
      outfile: path.join(scratch, "worker.js"),
      bundle: true,
      platform: "node",
      format: "cjs",
    });
  });
  after(() => rmSync(scratch, { recursive: true }));
  beforeEach(() => {
    patterns = new PatternWorker(path.join(scratch, "worker.js"), 1000);
    tools = { patterns, embed: () => Promise.reject(new AppError("internal", "No embedding model runs.")) };
  });
  afterEach(() => patterns.dispose());

  async function run(check: Check, response: string) {
    const [result] = await runChecks([check], response, tools);
    return result!;
  }

  async function assertPasses(cases: [Check, string, boolean][]): Promise<void> {
    for (const [check, response, expected] of cases) {
      const { passed, message } = await run(check, response);
      assert.equal(passed, expected, `${JSON.stringify(check)} on ${response}: ${message}`);
      assert.equal(message === undefined, expected, message);
    }
  }

  it("compares texts", async () => {
    const equals = (text: string, ignoreCase = false): Check => ({ kind: "equals", text, ignoreCase });
    const contains = (text: string, ignoreCase = false): Check => ({ kind: "contains", text, ignoreCase });
    const without = (text: string): Check => ({ kind: "not_contains", text, ignoreCase: true });
    await assertPasses([
      [equals("Paris"), " Paris\r\n", true],
      [equals("Paris"), "paris", false],
      [equals("Paris", true), "PARIS", true],
      [equals(""), " \n", true],
      [equals("a\nb"), "a\r\nb", true],
      [equals("é"), "e\u0301", true],
      [contains("cat"), "a cat", true],
      [contains("Cat"), "a cat", false],
      [contains("Cat", true), "a cat", true],
      [without("As an AI"), "as an ai model", false],
      [without("As an AI"), "I am", true],
    ]);
    assert.deepEqual(await run(equals("Paris"), "London"), {
      kind: "equals",
      passed: false,
      expectation: '{"equals":"Paris"}',
      expected: "Paris",
      actual: "London",
      message: "The response is not the expected text.",
    });
  });

  it("finds the last number of a response", async () => {
    const numbers: [string, number | undefined][] = [
      ["12 + 7 is 19.", 19],
      ["**19**", 19],
      ["It is −3.5 °C", -3.5],
      ["1,234,567.25 people", 1_234_567.25],
      ["1\u00A0234 of them", 1234],
      ["2e3", 2000],
      ["15-6", 6],
      ["5kg", 5],
      [".5", 0.5],
      ["version 1.2.3", 1.2],
      ["1,2,3", 3],
      ["x2 and COVID19", undefined],
      ["none", undefined],
      ["", undefined],
      ["9".repeat(400), undefined],
      [`${"1,111,".repeat(20_000)}a`, 1111],
    ];
    for (const [text, expected] of numbers) {
      assert.equal(lastNumber(text), expected, text.slice(0, 50));
    }
    const near = (value: number, tolerance: number): Check => ({ kind: "numeric", value, tolerance });
    await assertPasses([
      [near(19, 0), "19", true],
      [near(19, 0), "19.0001", false],
      [near(0.1, 0.2), "0.3", true],
      [near(0.1, 0.2), "0.31", false],
      [near(0.3, 0), "It is 0.30000000000000004", true],
      [near(0, 1), "no number", false],
    ]);
    assert.equal((await run(near(19, 0.5), "20")).message, "The response says 20, not 19 ± 0.5.");
  });

  it("matches regular expressions and JSON schemas", async () => {
    const regex = (pattern: string, ignoreCase = false): Check => ({ kind: "regex", pattern, ignoreCase });
    const schema: Check = {
      kind: "json_schema",
      schema: {
        type: "object",
        properties: { answer: { $ref: "#/$defs/city" } },
        required: ["answer"],
        additionalProperties: false,
        $defs: { city: { enum: ["Madrid", 13] } },
      },
    };
    await assertPasses([
      [regex("\\bParis\\b"), "In Paris.", true],
      [regex("^paris$"), "Paris", false],
      [regex("^paris$", true), "Paris", true],
      [regex("^.$"), "😀", true],
      [schema, '{"answer": "Madrid"}', true],
      [schema, '```json\n{"answer": 13}\n```\n', true],
      [schema, '{"answer": "13"}', false],
      [schema, '{"answer": 13, "more": 1}', false],
      [schema, "Madrid", false],
      [schema, 'Here: {"answer": 13}', false],
    ]);
    assert.match((await run(schema, "x")).message ?? "", /is not JSON/);
    assert.match((await run(schema, '{"answer": 3}')).message ?? "", /#\/answer/);
  });

  it("gives up on a pattern that takes for ever, and goes on with the next", async () => {
    const slow: Check = { kind: "regex", pattern: "^(a+)+$", ignoreCase: false };
    const inSchema: Check = { kind: "json_schema", schema: { pattern: "^(a+)+$" } };
    const response = `${"a".repeat(50)}!`;
    const [first, second, third] = await Promise.all([
      run(slow, response),
      run(inSchema, JSON.stringify(response)),
      run(slow, "aaa"),
    ]);
    assert.equal(first.passed, undefined);
    assert.match(first.message ?? "", /took longer than 1 s/);
    assert.equal(second.passed, undefined);
    assert.equal(third.passed, true);
  });

  it("survives patterns that cannot be computed", async () => {
    const endless: Check = { kind: "json_schema", schema: { $ref: "#" } };
    const { passed, message } = await run(endless, "1");
    assert.equal(passed, undefined);
    assert.match(message ?? "", /cannot be computed/);
    const huge: Check = { kind: "regex", pattern: "((a{1000}){1000}){1000}", ignoreCase: false };
    assert.notEqual((await run(huge, "aaa")).passed, true);
    assert.equal((await run({ kind: "regex", pattern: "a", ignoreCase: false }, "a")).passed, true);
  });

  it("stops at once when it is cancelled, and the next match has a thread again", async () => {
    const abort = new AbortController();
    const slow: Check = { kind: "regex", pattern: "^(a+)+$", ignoreCase: false };
    const running = runChecks([slow], `${"a".repeat(50)}!`, tools, abort.signal);
    const queued = runChecks([slow], "a", tools, abort.signal);
    setTimeout(() => abort.abort(), 50);
    await assert.rejects(running, { code: "aborted" });
    await assert.rejects(queued, { code: "aborted" });
    await assert.rejects(runChecks([slow], "a", tools, abort.signal));
    assert.equal((await run(slow, "a")).passed, true);
  });

  it("settles what is under way when it is disposed", async () => {
    const running = run({ kind: "regex", pattern: "^(a+)+$", ignoreCase: false }, `${"a".repeat(50)}!`);
    setTimeout(() => patterns.dispose(), 50);
    await assert.rejects(running, { code: "aborted" });
    await assert.rejects(run({ kind: "regex", pattern: "a", ignoreCase: false }, "a"), { code: "aborted" });
  });

  it("compares meanings with the embedding model that runs", async () => {
    const vectors: Record<string, number[]> = {
      cat: [1, 0],
      kitten: [0.8, 0.6],
      stone: [0, 2],
      none: [0, 0],
    };
    tools = {
      patterns,
      embed: (texts) => Promise.resolve(texts.map((text) => Float32Array.from(vectors[text] ?? [1]))),
    };
    const similar = (atLeast: number): Check => ({ kind: "similarity", text: "cat", atLeast });
    await assertPasses([
      [similar(0.79), "kitten", true],
      [similar(0.81), "kitten", false],
      [similar(0.1), "stone", false],
      [similar(0.1), " ", false],
    ]);
    const { actual, message } = await run(similar(0.81), "kitten");
    assert.equal(actual, "0.800");
    assert.equal(message, "The similarity is 0.800, less than 0.81.");
    assert.equal((await run(similar(0.5), "none")).passed, undefined);
    assert.equal((await run(similar(0.5), "another length")).passed, undefined);
  });

  it("says that a similarity could not be told without an embedding model", async () => {
    const { passed, message } = await run({ kind: "similarity", text: "cat", atLeast: 0.5 }, "kitten");
    assert.equal(passed, undefined);
    assert.equal(message, "No embedding model runs.");
  });
});
