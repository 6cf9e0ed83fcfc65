import assert from "node:assert/strict";
import { configHash, suiteHash } from "../../../src/evaluation/run/config-hash";
import { inLanes, lanesFor } from "../../../src/evaluation/run/job";
import { responseText, summaryLines } from "../../../src/evaluation/run/log-text";
import { Plan } from "../../../src/evaluation/run/plan";
import { formatLogLine, RunLog } from "../../../src/evaluation/run/run-log";
import { judgementSeed, responseSeed } from "../../../src/evaluation/run/seeds";
import { defaultScale, defaultSettings } from "../../../src/evaluation/suite/defaults";
import type { Sequence, Suite } from "../../../src/evaluation/suite/suite";
import { type OutcomeColumns, responseStatuses } from "../../../src/protocol/store-evaluations";

function sequenceOf(name: string, prompts: number, independent = false): Sequence {
  return {
    name,
    systemPrompt: "",
    independent,
    prompts: Array.from({ length: prompts }, (_, index) => ({ name: `P${index}`, text: "?", checks: [] })),
  };
}

function suiteOf(sequences: Sequence[], numRuns: number): Suite {
  return {
    version: 1,
    name: "Test",
    description: "",
    models: [],
    settings: { ...defaultSettings, numRuns },
    sequences,
    criteria: [],
    scale: defaultScale,
  };
}

type Place = [model: number, sequence: number, run: number, prompt: number, status?: "failed" | "skipped"];

function outcomesOf(...places: Place[]): OutcomeColumns {
  const column = (position: number) => Uint32Array.from(places, (place) => Number(place[position]));
  const numbers = new Float64Array(places.length);
  const counts = new Uint32Array(places.length);
  return {
    ids: Uint32Array.from(places.keys()),
    models: column(0),
    sequences: column(1),
    runs: column(2),
    prompts: column(3),
    statuses: Uint8Array.from(places, (place) => responseStatuses.indexOf(place[4] ?? "ok")),
    generatedTokens: numbers,
    generationMs: numbers,
    timeToFirstTokenMs: numbers,
    tokensPerSecond: numbers,
    checksPassed: counts,
    checksTold: counts,
    checks: counts,
  };
}

describe("plan of an evaluation", () => {
  const suite = suiteOf([sequenceOf("A", 3), sequenceOf("B", 2, true)], 2);

  it("is every prompt of every run, those that depend on each other in one chain", () => {
    const plan = new Plan(suite, 2);
    assert.equal(plan.total, 20);
    const expected = [
      { sequence: 0, run: 1, prompts: [0, 1, 2] },
      { sequence: 0, run: 2, prompts: [0, 1, 2] },
      { sequence: 1, run: 1, prompts: [0] },
      { sequence: 1, run: 1, prompts: [1] },
      { sequence: 1, run: 2, prompts: [0] },
      { sequence: 1, run: 2, prompts: [1] },
    ];
    assert.deepEqual(plan.chainsOf(0), expected);
    assert.deepEqual(plan.chainsOf(1), expected);
  });

  it("goes on at the first response that is missing", () => {
    const plan = new Plan(
      suite,
      2,
      outcomesOf(
        [0, 0, 1, 0],
        [0, 0, 1, 1],
        [0, 0, 2, 0],
        [0, 0, 2, 1],
        [0, 0, 2, 2],
        [0, 1, 1, 1],
        [0, 1, 2, 0, "failed"],
      ),
    );
    assert.deepEqual(plan.chainsOf(0), [
      { sequence: 0, run: 1, prompts: [2] },
      { sequence: 1, run: 1, prompts: [0] },
      { sequence: 1, run: 2, prompts: [1] },
    ]);
    assert.equal(plan.chainsOf(1).length, 6);
  });

  it("does not ask what follows a failure, of which a crash may have left some", () => {
    const plan = new Plan(
      suite,
      1,
      outcomesOf([0, 0, 1, 0], [0, 0, 1, 1, "failed"], [0, 0, 2, 0, "failed"], [0, 0, 2, 1, "skipped"]),
    );
    assert.deepEqual(plan.chainsOf(0).slice(0, 2), [
      { sequence: 0, run: 1, prompts: [2], blockedBy: 1 },
      { sequence: 0, run: 2, prompts: [2], blockedBy: 0 },
    ]);
  });

  it("is done when everything is there, and empty for an empty suite", () => {
    const small = suiteOf([sequenceOf("A", 1)], 1);
    assert.deepEqual(new Plan(small, 1, outcomesOf([0, 0, 1, 0])).chainsOf(0), []);
    assert.deepEqual(new Plan(suiteOf([], 3), 1).chainsOf(0), []);
  });
});

describe("seeds of responses", () => {
  it("depend on the suite's seed and the place, on nothing else", () => {
    const key = { sequence: 1, run: 2, prompt: 3 };
    const seeds = [
      responseSeed(42, key),
      responseSeed(43, key),
      ...(["sequence", "run", "prompt"] as const).map((name) => responseSeed(42, { ...key, [name]: 9 })),
    ];
    assert.equal(new Set(seeds).size, 5);
    assert.ok(seeds.every((seed) => Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32));
    assert.equal(responseSeed(42, { ...key, ...{ model: 5 } }), seeds[0], "models are asked alike");
    // Evaluations that are stored must come out the same with every later version.
    assert.equal(responseSeed(42, { sequence: 0, run: 1, prompt: 0 }), 2_223_126_604);
  });

  it("are others for each judgement", () => {
    const key = { model: 0, sequence: 1, run: 2, prompt: 3 };
    const seeds = [
      judgementSeed(42, key, "Wit", 1),
      judgementSeed(42, key, "Wit", 2),
      judgementSeed(42, key, "Care", 1),
      judgementSeed(42, { ...key, model: 1 }, "Wit", 1),
    ];
    assert.equal(new Set(seeds).size, 4);
  });
});

describe("hash of a configuration", () => {
  const suite = suiteOf([sequenceOf("A", 2)], 1);

  it("changes with prompts, settings and models, not with the order of members or the seed", () => {
    const { settings, ...others } = suite;
    const reordered = {
      settings: Object.fromEntries(Object.entries(settings).reverse()),
      ...others,
    } as unknown as Suite;
    assert.equal(suiteHash(reordered), suiteHash(suite));
    assert.equal(suiteHash({ ...suite, settings: { ...settings, seed: 5 } }), suiteHash(suite));
    assert.notEqual(suiteHash({ ...suite, settings: { ...settings, temperature: 0.1 } }), suiteHash(suite));
    assert.notEqual(suiteHash({ ...suite, sequences: [sequenceOf("A", 3)] }), suiteHash(suite));
    assert.notEqual(configHash(suite, ["a", "b"]), configHash(suite, ["b", "a"]));
    assert.match(configHash(suite, ["a"]), /^[0-9a-f]{64}$/);
  });
});

describe("lanes", () => {
  it("are one for reproducible responses, else as many as the model has and the suite wants", () => {
    const settings = { seed: 1, reproducible: false, parallel: 0 };
    assert.equal(lanesFor(settings, 4), 4);
    assert.equal(lanesFor({ ...settings, parallel: 2 }, 4), 2);
    assert.equal(lanesFor({ ...settings, parallel: 9 }, 4), 4);
    assert.equal(lanesFor({ ...settings, reproducible: true, parallel: 4 }, 4), 1);
  });

  it("work on so many items at once, in their order", async () => {
    let atOnce = 0;
    let most = 0;
    const begun: number[] = [];
    await inLanes([...Array(10).keys()], 3, async (item) => {
      begun.push(item);
      most = Math.max(most, ++atOnce);
      await new Promise((resolve) => setTimeout(resolve, (item * 7) % 5));
      atOnce--;
    });
    assert.equal(most, 3);
    assert.deepEqual(begun, [...Array(10).keys()]);
  });

  it("begin nothing after a failure, and tell it once all have ended", async () => {
    const ended: number[] = [];
    await assert.rejects(
      inLanes([0, 1, 2, 3, 4], 2, async (item) => {
        await new Promise((resolve) => setTimeout(resolve, item === 0 ? 1 : 10));
        if (item === 0) {
          throw new Error("first");
        }
        ended.push(item);
        throw new Error("later");
      }),
      /first/,
    );
    assert.deepEqual(ended, [1]);
  });
});

describe("log of an evaluation", () => {
  it("tells lines at once, keeps those that could not be stored, and writes local times", () => {
    const told: string[] = [];
    const log = new RunLog(
      () => new Date(2026, 2, 1, 4, 5, 9, 7).getTime(),
      ({ text }) => told.push(text),
    );
    log.add("one");
    log.add("two");
    const lines = log.take();
    log.add("three");
    log.giveBack(lines);
    assert.deepEqual(
      log.take().map(({ text }) => text),
      ["one", "two", "three"],
    );
    assert.deepEqual(told, ["one", "two", "three"]);
    assert.equal(formatLogLine(lines[0]!), "2026-03-01 04:05:09.007  one");
  });

  it("says of a response what is known", () => {
    const base = {
      ...{ model: 0, sequence: 0, run: 1, prompt: 0, modelId: "m", sequenceName: "s", promptName: "p" },
      ...{ promptText: "?", text: "Hé 😀", createdAt: 0, generatedTokens: 1 },
    };
    assert.equal(
      responseText({ ...base, status: "ok", stopReason: "max-tokens", generationMs: 1234 }, []),
      "4 characters, 1 token, 1.23 s, stopped by max-tokens",
    );
    assert.equal(
      responseText(
        { ...base, status: "skipped", error: "Not asked.", text: "", generatedTokens: undefined },
        [],
      ),
      "skipped: Not asked.",
    );
  });

  it("sums up by model", () => {
    const model = {
      ...{
        model: 0,
        ok: 3,
        failed: 1,
        skipped: 0,
        checksPassed: 2,
        checksTold: 3,
        meanTokensPerSecond: 51.26,
      },
      ...{ meanCharacters: 1, meanGeneratedTokens: 1, meanGenerationMs: 1, meanTimeToFirstTokenMs: 1 },
    };
    const score = {
      model: 0,
      judge: "j",
      scope: "sequence",
      criterion: "Wit",
      standardDeviation: 1,
    } as const;
    assert.deepEqual(
      summaryLines(
        ["A"],
        [model],
        [
          { ...score, count: 2, failed: 1, mean: 3.5 },
          { ...score, model: 1, count: 1, failed: 0, mean: 1 },
        ],
      ),
      [
        "A: 3 ok, 1 failed, 0 skipped, checks 2/3, 51.3 tokens/s on average",
        "  Wit (whole sequences): 3.50 from 2 judgements by j, 1 without a score",
      ],
    );
  });
});
