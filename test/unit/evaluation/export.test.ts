import assert from "node:assert/strict";
import { parseCsv } from "../../../src/evaluation/data/csv-text";
import { responsesCsv, scoresCsv } from "../../../src/evaluation/export/csv";
import { htmlReport } from "../../../src/evaluation/export/html";
import { responsesJsonLines } from "../../../src/evaluation/export/json-lines";
import { markdownReport } from "../../../src/evaluation/export/markdown";
import { type EvaluationResults, overviewOf } from "../../../src/evaluation/results";
import { newSuite } from "../../../src/evaluation/templates/templates";
import type { NewCheckResult, StoredResponse, StoredScore } from "../../../src/protocol/store-evaluations";

const hostile = '<script>alert("x")</script> & `code` ```` | *bold* \u0000\r\n# heading\n</div>';
const time = Date.UTC(2025, 0, 2, 3, 4, 5);

function response(members: Partial<StoredResponse>): StoredResponse {
  return {
    id: 1,
    model: 0,
    sequence: 0,
    run: 1,
    prompt: 0,
    modelId: "org/name/a.gguf",
    sequenceName: "Film",
    promptName: "Premise",
    promptText: "Invent.",
    text: "A story.",
    status: "ok",
    generatedTokens: 20,
    generationMs: 1500,
    timeToFirstTokenMs: 120,
    tokensPerSecond: 13.25,
    createdAt: time,
    checks: [],
    ...members,
  };
}

function check(members: Partial<NewCheckResult>): NewCheckResult {
  return {
    kind: "contains",
    expectation: "",
    expected: "",
    actual: undefined,
    passed: true,
    message: undefined,
    ...members,
  };
}

function score(members: Partial<StoredScore>): StoredScore {
  return {
    responseId: 1,
    scope: "response",
    judge: "org/judge/j.gguf",
    criterion: "Coherence",
    repeat: 1,
    score: 4,
    scaleMin: 1,
    scaleMax: 5,
    justification: "Holds together.",
    rawOutput: "{}",
    error: undefined,
    createdAt: time,
    ...members,
  };
}

const results: EvaluationResults = {
  evaluation: {
    id: "e1",
    name: hostile.split("\r")[0]!,
    suiteFile: undefined,
    configHash: "abc",
    status: "completed-with-errors",
    models: [
      { id: "org/name/a.gguf", name: "Model A" },
      { id: "org/name/b.gguf", name: "Model B" },
    ],
    settings: { temperature: 1, seed: 42 },
    totalResponses: 4,
    responses: { ok: 3, failed: 1, skipped: 0 },
    scores: { given: 3, failed: 1 },
    position: undefined,
    error: undefined,
    errorCode: undefined,
    rerunOf: undefined,
    createdAt: time,
    startedAt: time,
    endedAt: time + 60_000,
  },
  suite: newSuite("Suite", ["film"], { models: [] }),
  responses: [
    response({
      id: 3,
      model: 1,
      modelId: "org/name/b.gguf",
      status: "failed",
      text: "",
      error: "Out of memory.",
    }),
    response({
      id: 2,
      run: 2,
      text: hostile,
      promptText: hostile,
      checks: [
        check({ expectation: '{"contains":"x|y"}', passed: false, message: "No | <b>." }),
        check({ expectation: '{"regex":"a"}' }),
        check({ expectation: "not JSON", passed: undefined, message: "No model.", actual: "0.5" }),
      ],
    }),
    response({ id: 1, text: '=HYPERLINK("http://evil")', tokensPerSecond: 6.75 }),
  ],
  scores: [
    score({}),
    score({ repeat: 2, score: 2 }),
    score({ criterion: "Own, criterion", score: 5, justification: '+1 "good"' }),
    score({ responseId: 2, score: undefined, justification: undefined, error: "No JSON." }),
  ],
  comparisons: [],
};

describe("exported results", () => {
  it("have one overview line per model", () => {
    const [a, b] = overviewOf(results);
    assert.deepEqual(
      { ...a, scores: [...a!.scores] },
      {
        id: "org/name/a.gguf",
        name: "Model A",
        ok: 2,
        failed: 0,
        skipped: 0,
        checksPassed: 1,
        checksTold: 2,
        scores: [
          ["Coherence", 3],
          ["Own, criterion", 5],
        ],
        score: 4,
        tokensPerSecond: 10,
        medianTimeToFirstTokenMs: 120,
      },
    );
    assert.deepEqual([b!.failed, b!.score, b!.tokensPerSecond], [1, undefined, undefined]);
  });

  it("are CSV with one record per response, in order, that no spreadsheet computes", () => {
    const text = responsesCsv(results);
    assert.ok(text.endsWith("\r\n"));
    const [header, ...records] = parseCsv(text).map(({ fields }) => fields);
    assert.deepEqual(header!.slice(-3), ["score", "score: Coherence", "score: Own, criterion"]);
    const column = (name: string) => records.map((fields) => fields[header!.indexOf(name)]);
    assert.deepEqual(column("run"), ["1", "2", "1"]);
    assert.deepEqual(column("response"), ['\'=HYPERLINK("http://evil")', hostile, ""]);
    assert.deepEqual(column("score: Coherence"), ["3", "", ""]);
    assert.deepEqual(column("score"), ["4", "", ""]);
    assert.deepEqual(column("checks_passed"), ["0", "1", "0"]);
    assert.deepEqual(column("error"), ["", "", "Out of memory."]);
  });

  it("guards every way in which a spreadsheet finds a formula, and leaves numbers", () => {
    const cases: [text: string, expected: string][] = [
      ["=1+1", "'=1+1"],
      ["@SUM(A1)", "'@SUM(A1)"],
      ["+cmd|'/c calc'!A0", "'+cmd|'/c calc'!A0"],
      ["-1+1", "'-1+1"],
      [" =1", "' =1"],
      ["\t=1", "'\t=1"],
      ["\r=1", "'\r=1"],
      ["＝1", "'＝1"],
      ["-19.5", "-19.5"],
      ["a=b", "a=b"],
    ];
    for (const [text, expected] of cases) {
      const csv = responsesCsv({ ...results, responses: [response({ text })], scores: [] });
      const [header, record] = parseCsv(csv).map(({ fields }) => fields);
      assert.equal(record![header!.indexOf("response")], expected, JSON.stringify(text));
    }
  });

  it("have their scores as CSV with justifications", () => {
    const [header, ...records] = parseCsv(scoresCsv(results)).map(({ fields }) => fields);
    assert.equal(records.length, 4);
    const column = (name: string) => records.map((fields) => fields[header!.indexOf(name)]);
    assert.deepEqual(column("score"), ["4", "2", "5", ""]);
    assert.deepEqual(column("justification"), ["Holds together.", "Holds together.", '\'+1 "good"', ""]);
    assert.deepEqual(column("error"), ["", "", "", "No JSON."]);
    assert.deepEqual(column("run"), ["1", "1", "1", "2"]);
  });

  it("are JSON lines that can be read one by one", () => {
    const lines = responsesJsonLines(results).trimEnd().split("\n");
    const [first, second, third] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.equal(lines.length, 3);
    assert.equal(first!["response"], '=HYPERLINK("http://evil")');
    assert.equal((first!["scores"] as unknown[]).length, 3);
    assert.equal(first!["created_at"], "2025-01-02T03:04:05.000Z");
    assert.deepEqual(second!["checks"], [
      { check: { contains: "x|y" }, passed: false, message: "No | <b>." },
      { check: { regex: "a" }, passed: true },
      { check: "not JSON", passed: null, actual: "0.5", message: "No model." },
    ]);
    assert.equal(third!["status"], "failed");
  });

  it("are a Markdown report in which nothing that a model wrote is markup", () => {
    const report = markdownReport(results);
    assert.match(report, /^# \\<script\\>alert\\\("x"\\\)\\<\/script\\> \\& /);
    assert.match(
      report,
      /\| Model A \| 2 \| 0 \| 0 \| 1 of 2 \| 4\.00 \| 3\.00 \| 5\.00 \| 10\.0 \| 120 ms \|/,
    );
    assert.match(report, /\| Model B \| 0 \| 1 \| 0 \| – \| – \| – \| – \| – \| – \|/);
    // Four backticks in the text make a fence of five.
    assert.match(report, /\n`{5}text\n<script>[^]*<\/div>\n`{5}\n/);
    const outsideBlocks = report.replace(/(`{3,})text\n[^]*?\n\1\n/g, "");
    assert.doesNotMatch(outsideBlocks, /(?<!\\)<|^# heading/m);
    assert.match(outsideBlocks, /- ✘ \\\{"contains":"x\\\|y"\\\}: No \\\| \\<b\\>\./);
    assert.match(outsideBlocks, /\*\*Out of memory\.\*\*/);
    for (const row of outsideBlocks.split("\n").filter((line) => line.startsWith("| Model"))) {
      assert.equal(row.match(/(?<!\\)\|/g)!.length, 11);
    }
  });

  it("are one HTML page without script, without anything from outside, and with everything escaped", () => {
    const page = htmlReport(results);
    assert.match(page, /^<!DOCTYPE html>\n<html lang="en">/);
    assert.match(page, /default-src 'none'; style-src 'unsafe-inline'/);
    assert.match(page, /prefers-color-scheme: dark/);
    assert.doesNotMatch(page, /<script|<link|<img|<iframe|@import|url\(|src=|href=|\0/i);
    assert.equal(page.match(/&lt;script&gt;alert\(&quot;x&quot;\)&lt;\/script&gt;/g)!.length, 4);
    assert.match(page, /<p class="failed">Out of memory\.<\/p>/);
    assert.match(page, /<li class="unknown">\? not JSON: No model\.<\/li>/);
    const open = [...page.matchAll(/<(\/?)(\w+)[^>]*>/g)].filter(([, , tag]) => tag !== "meta");
    const stack: string[] = [];
    for (const [whole, slash, tag] of open) {
      if (slash) {
        assert.equal(stack.pop(), tag, whole);
      } else {
        stack.push(tag!);
      }
    }
    assert.deepEqual(stack, []);
  });

  it("are complete, if short, for an evaluation that has nothing yet", () => {
    const empty = { ...results, responses: [], scores: [] };
    assert.equal(responsesJsonLines(empty), "");
    assert.equal(parseCsv(responsesCsv(empty)).length, 1);
    assert.match(markdownReport(empty), /## Overview/);
    assert.match(htmlReport(empty), /<\/html>\n$/);
  });
});
