import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import type { Deployments } from "../../src/engine/deployments";
import type { RunnerOptions } from "../../src/evaluation/run/run-options";
import type { EvaluationRunner } from "../../src/evaluation/run/runner";
import type { Suite } from "../../src/evaluation/suite/suite";
import type { Store } from "../../src/store/store-client";
import { ask, chatTarget } from "../support/engines";
import {
  allResponses,
  demoTarget,
  essence,
  newRunner,
  newSuite,
  prompt,
  runToEnd,
  sequence,
  storedEvaluation,
} from "../support/evaluations";
import { evaluationPartsPerTest, facts, memory } from "../support/evaluation-parts";

describe("running an evaluation", function () {
  this.timeout(120_000);
  let folder: string;
  let store: Store;
  let deployments: Deployments;
  let runner: EvaluationRunner;
  let log: string[];

  const { open, close } = evaluationPartsPerTest((parts) => {
    ({ folder, store, deployments, runner, log } = parts);
  });

  const run = (suite: Suite) => runToEnd(runner, suite);
  const stored = (id: string) => storedEvaluation(store, id);

  it("runs sequences with their context, several models and runs, checks them and says it all", async () => {
    await deployments.deploy(demoTarget("small"));
    const suite = { ...newSuite([memory, facts], { numRuns: 2 }), models: ["small", "plus"] };
    const id = await run(suite);
    assert.deepEqual(
      deployments.list().map(({ target }) => target.id),
      ["small"],
      "a model that ran before runs on, another is stopped",
    );
    const evaluation = await stored(id);
    assert.equal(evaluation.status, "completed", log.join("\n"));
    assert.equal(evaluation.totalResponses, 28);
    assert.deepEqual(evaluation.responses, { ok: 28, failed: 0, skipped: 0 });
    assert.deepEqual(evaluation.settings["reproducible"], true);
    const responses = await allResponses(store, id);
    const texts = responses.map(({ text }) => text);
    assert.match(texts[2]!, /Ada/);
    assert.deepEqual(texts.slice(0, 3), texts.slice(3, 6), "both runs, at temperature 0");
    assert.match(texts[6]!, /Paris/);
    assert.deepEqual(
      responses[1]?.checks.map(({ passed, expected }) => [passed, expected]),
      [[true, "19"]],
    );
    assert.ok(
      responses.every(
        ({ seed, generationMs, timeToFirstTokenMs }) => seed! >= 0 && generationMs! > timeToFirstTokenMs!,
      ),
    );

    const lines = log.join("\n");
    for (const expected of [
      "Evaluation “Test”: 2 models × 7 prompts × 2 runs = 28 responses",
      /^Hardware: .*cores/m,
      /^Settings: temperature 0, .*seed 42/m,
      /^Model 1\/2 Model small: is running already, CPU, context/m,
      /^Model 2\/2 Model plus: loaded in [\d.]+ s, CPU/m,
      /Processing sequence Memory \(3 prompts\)/,
      /\[Memory\] Run 2\/2/,
      /\[Memory · run 1 · 2\/3 What is 12 \+ 7\?\] \d+ characters, \d+ tokens, [\d.]+ s, [\d.]+ tokens\/s, first token after \d+ ms, stopped by end, checks 1\/1/,
      /stored as row \d+ \(28 of 28\)/,
      /^Model plus: 14 ok, 0 failed, 0 skipped, checks \d\/4, [\d.]+ tokens\/s on average$/m,
    ]) {
      assert.ok(
        typeof expected === "string" ? lines.includes(expected) : expected.test(lines),
        `${expected}\n${lines}`,
      );
    }
    const kept = await store.request("getEvaluationLog", { evaluationId: id, after: 0, limit: 1000 });
    assert.deepEqual(
      kept.map(({ text }) => text),
      log,
      "what was said is what is kept, in the same order",
    );
    assert.ok(kept.every(({ at }, index) => index === 0 || at >= kept[index - 1]!.at));
  });

  it("makes the same responses again with the same seed, whatever else was asked in between", async () => {
    const stories = sequence("Stories", [prompt("Tell me a story about a fox.")]);
    const start = (seed: number, reproducible: boolean) =>
      runner.start({
        suite: newSuite([memory, facts, stories], { temperature: 0.8, numRuns: 2, seed }),
        reproducible,
      });
    const ids = [await start(42, true), await start(43, false), await start(42, true)];
    assert.deepEqual(
      runner.active.map(({ state }) => state),
      ["running", "queued", "queued"],
    );
    await runner.untilEnded(ids[2]!);
    const [one, other, again] = await Promise.all(ids.map((id) => allResponses(store, id)));
    assert.deepEqual(again!.map(essence), one!.map(essence));
    assert.notDeepEqual(
      other!.map(({ text }) => text),
      one!.map(({ text }) => text),
    );
    const seeds = new Set([...one!, ...other!].map(({ seed }) => seed));
    assert.equal(seeds.size, 32, "no two responses share a seed");
  });

  it("counts what cannot be loaded as failed, with the reason, and goes on with the others", async () => {
    const broken = path.join(folder, "broken.gguf");
    writeFileSync(broken, "This is no model.");
    await close();
    open({
      models: {
        nameOf: (id) => id,
        targetOf: (id) =>
          Promise.resolve().then(() => (id === "broken" ? chatTarget(broken, id) : demoTarget(id))),
      },
    });
    const suite = { ...newSuite([facts, memory]), models: ["nowhere", "broken", "sentence", "small"] };
    const id = await run(suite);
    const evaluation = await stored(id);
    assert.equal(evaluation.status, "completed-with-errors");
    assert.deepEqual(evaluation.responses, { ok: 7, failed: 21, skipped: 0 });
    const responses = await allResponses(store, id);
    const reasons = [0, 1, 2].map(
      (model) => new Set(responses.filter((one) => one.model === model).map(({ error }) => error)),
    );
    assert.deepEqual([...reasons[0]!], ["The model “nowhere” is not downloaded."]);
    assert.match([...reasons[1]!].join("|"), /^[^|]*not[^|]*$/i);
    assert.match([...reasons[2]!].join("|"), /^[^|]*is not a chat model\.$/);
    assert.deepEqual(
      deployments.list().map(({ target, status }) => [target.id, status.state]),
      [["broken", "failed"]],
    );
  });

  it("tells ten thousand prompts of a model that is not there in messages of moderate size", async () => {
    const rows: number[] = [];
    const counting: RunnerOptions["store"] = {
      request: (method, params) => {
        if (method === "recordResponses") {
          rows.push((params as { responses: unknown[] }).responses.length);
        }
        return store.request(method, params);
      },
    };
    runner = newRunner(counting, deployments);
    const prompts = Array.from({ length: 10_000 }, (_, index) => ({
      ...prompt("What is it?"),
      name: `P${index}`,
    }));
    const suite = newSuite([sequence("Many", prompts, { independent: true })]);
    const id = await runner.start({ suite, models: ["nowhere"] });
    assert.equal(await runner.untilEnded(id), "completed-with-errors");
    assert.equal((await stored(id)).responses.failed, 10_000);
    assert.equal(Math.max(...rows), 200);
  });

  it("runs ONNX models, and tells similarity by the embedding model that runs", async () => {
    const check = { kind: "similarity", text: "The capital of Italy is Rome.", atLeast: 0.7 } as const;
    const suite = {
      ...newSuite([
        sequence("Similar", [
          prompt("What is the capital of Italy?", check),
          prompt("Tell me a joke.", check),
        ]),
      ]),
      models: ["plus-onnx"],
    };
    const without = await allResponses(store, await run(suite));
    assert.deepEqual(
      without.map(({ checks }) => checks[0]?.passed),
      [undefined, undefined],
    );
    assert.match(without[0]?.checks[0]?.message ?? "", /no embedding model runs/);
    await deployments.deploy(demoTarget("sentence"));
    const responses = await allResponses(store, await run(suite));
    assert.deepEqual(
      responses.map(({ text }) => text),
      without.map(({ text }) => text),
    );
    assert.deepEqual(
      responses.map(({ checks }) => checks[0]?.passed),
      [true, false],
    );
  });

  it("makes as many responses at once as the suite says, and one where it wants them reproducible", async () => {
    await deployments.deploy(demoTarget("small"));
    const chat = deployments.chat.bind(deployments);
    let atOnce = 0;
    let most = 0;
    deployments.chat = async (...params) => {
      most = Math.max(most, ++atOnce);
      try {
        return await chat(...params);
      } finally {
        atOnce--;
      }
    };
    const mostWith = async (settings: Partial<Suite["settings"]>) => {
      most = 0;
      const id = await run(newSuite([facts], settings));
      const { settings: kept, lockfile } = await stored(id);
      const locked = (JSON.parse(lockfile!) as { settings: object }).settings;
      assert.deepEqual(locked, kept);
      return [most, kept["reproducible"], kept["parallel"]];
    };
    assert.deepEqual(await mostWith({ reproducible: false }), [4, false, undefined]);
    assert.deepEqual(await mostWith({ reproducible: false, parallel: 2 }), [2, false, 2]);
    assert.match(log.join("\n"), /^Settings: .*reproducible false, parallel 2/m);
    assert.deepEqual(await mostWith({ reproducible: true, temperature: 0.8, parallel: 4 }), [1, true, 4]);
    assert.deepEqual(
      await mostWith({ parallel: 4 }),
      [1, true, 4],
      "at temperature 0, unless the suite says no",
    );
  });

  it("reuses nothing for a reproducible response", async () => {
    await deployments.deploy(demoTarget("small"));
    const reused = async (reproducible: boolean) => {
      const params = { ...ask("What is the capital of Italy?"), conversation: "c", reproducible };
      return (await deployments.chat("small", params, {})).reusedTokens;
    };
    assert.equal(await reused(false), 0);
    assert.ok((await reused(false)) > 0);
    assert.equal(await reused(true), 0);
  });

  it("records a context that is full, and does not ask what would follow", async () => {
    const long = sequence(
      "Long",
      Array.from({ length: 12 }, (_, index) => prompt(`Tell me a story about a fox, number ${index}.`)),
    );
    const id = await run(newSuite([long, memory], { contextLength: 256, maxTokens: 0 }));
    const evaluation = await stored(id);
    assert.equal(evaluation.status, "completed-with-errors");
    const responses = (await allResponses(store, id)).filter((one) => one.sequence === 0);
    const failed = responses.findIndex(({ status }) => status !== "ok");
    assert.ok(failed > 0, "the first one fits");
    assert.equal(responses[failed]?.status, "failed");
    assert.equal(responses[failed].errorCode, "prompt-too-long");
    assert.match(responses[failed].error ?? "", /context (?:was full after|holds) /);
    const rest = responses.slice(failed + 1);
    assert.ok(rest.length > 0 && rest.every(({ status }) => status === "skipped"));
    assert.match(
      rest[0]?.error ?? "",
      /^Not asked, because the response to “Tell me a story abou” before it failed\.$/,
    );
    assert.equal(evaluation.responses.ok, failed + 3, "the other sequence is not concerned");
  });

  it("repeats an evaluation from its lockfile, and says what is the same", async () => {
    const id = await run({
      ...newSuite([memory, facts], { seed: undefined }),
      models: ["small", "plus"],
    });
    const again = await runner.rerun(id);
    assert.equal(await runner.untilEnded(again), "completed");
    const { rerunReport } = await import("../../src/evaluation/lockfile/rerun-report");
    const report = await rerunReport(store, id, again);
    assert.deepEqual(report.differences, []);
    assert.deepEqual([report.identical, report.drifted, report.missing], [14, 0, 0]);
    const { lockfile, rerunOf } = await stored(again);
    assert.equal(rerunOf, id);
    const { models } = JSON.parse(lockfile!) as { models: Record<string, unknown>[] };
    assert.equal(models.length, 2);
    for (const model of models) {
      assert.match(JSON.stringify(model["files"]), /"sha256":"[0-9a-f]{64}"/);
      assert.match(String(model["engineVersion"]), /^node-llama-cpp \d+\.\d+\.\d+, llama\.cpp \S+$/);
      assert.match(String(model["chatTemplateHash"]), /^[0-9a-f]{64}$/);
    }
  });
});
