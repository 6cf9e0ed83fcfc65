import assert from "node:assert/strict";
import type { Deployments } from "../../src/engine/deployments";
import type { JudgeRequest } from "../../src/evaluation/judge/judge-run";
import type { Lockfile } from "../../src/evaluation/lockfile/lockfile";
import { rerunReport } from "../../src/evaluation/lockfile/rerun-report";
import type { EvaluationRunner } from "../../src/evaluation/run/runner";
import type { Suite } from "../../src/evaluation/suite/suite";
import type { Store } from "../../src/store/store-client";
import { removeTemporaryFolders, temporaryFolder } from "../fixtures/store/folders";
import { newDeployments, until } from "../support/engines";
import {
  allResponses,
  demoTarget,
  newRunner,
  newStore,
  newSuite,
  prompt,
  sequence,
} from "../support/evaluations";

const criteria = [
  { name: "Brevity", description: "The answer is short." },
  { name: "Language", description: "The answer is in English." },
];
const scale = { min: 1, max: 5 };
const judge = { model: "plus", temperature: 0.3, per: "response", repeats: 1 } as const;
const request: JudgeRequest = { judge, criteria, scale, earlier: "keep" };

const facts = sequence("Facts", [prompt("What is the capital of Italy?"), prompt("And of Japan?")]);
const alone = sequence("Alone", [prompt("What is 12 + 7?")], { independent: true });

describe("judging an evaluation", function () {
  this.timeout(120_000);
  let store: Store;
  let deployments: Deployments;
  let runner: EvaluationRunner;
  let log: string[];

  before(() => {
    store = newStore(temporaryFolder());
    deployments = newDeployments();
    runner = newRunner(store, deployments);
    runner.onDidLog(({ line }) => log.push(line.text));
  });
  beforeEach(() => {
    log = [];
  });
  after(async () => {
    await runner.close();
    await deployments.dispose();
    await store.close();
    removeTemporaryFolders();
  });

  async function run(change: Partial<Suite> = {}): Promise<string> {
    const id = await runner.start({ suite: { ...newSuite([facts, alone]), criteria, ...change } });
    await runner.untilEnded(id);
    return id;
  }

  async function judged(id: string, change: Partial<JudgeRequest>): Promise<string | undefined> {
    await runner.judge(id, { ...request, ...change });
    return runner.untilEnded(id);
  }

  async function scoresOf(id: string) {
    const { ids } = await store.request("listOutcomes", { evaluationId: id });
    return store.request("getScores", { responseIds: [...ids] });
  }

  it("scores every response by every criterion, with a reason, as part of a run", async () => {
    const id = await run({ judge });
    const scores = await scoresOf(id);
    assert.equal(scores.length, 6);
    for (const { score, justification, rawOutput, error, judge: by, scope } of scores) {
      assert.ok(score !== undefined && score >= 1 && score <= 5, rawOutput);
      assert.equal(error, undefined);
      assert.deepEqual([by, scope], ["plus", "response"]);
      assert.deepEqual(JSON.parse(rawOutput), { score, justification });
    }
    const english = scores.filter(({ criterion }) => criterion === "Language").map(({ score }) => score);
    assert.deepEqual(english, [5, 5, 5]);
    const evaluation = await store.request("getEvaluation", { evaluationId: id });
    assert.equal(evaluation?.status, "completed");
    assert.deepEqual(evaluation.scores, { given: 6, failed: 0 });
    assert.deepEqual(deployments.list(), []);
    // What follows need not load them again each time.
    await Promise.all(["small", "plus"].map((model) => deployments.deploy(demoTarget(model))));
    const lines = log.join("\n");
    assert.match(lines, /^Judging 3 responses by Brevity, Language: 6 judgements$/m);
    assert.match(lines, /\[Facts · run 1 · 1\/2 What is the capital \] Language: 5 of 5 \(.+\), [\d.]+ s/);
    assert.match(lines, /^ {2}Language: 5\.00 from 3 judgements by plus$/m);
  });

  it("writes down what judged, so that a repetition can say what is different", async () => {
    const id = await run({ judge, sequences: [alone], models: ["small", "plus"] });
    const judgesOf = async (evaluationId: string) => {
      const evaluation = await store.request("getEvaluation", { evaluationId });
      return (JSON.parse(evaluation!.lockfile!) as Lockfile).judges ?? [];
    };
    const [locked, ...others] = await judgesOf(id);
    assert.deepEqual(others, []);
    const { task, name, settings, files, criteriaHash, engineVersion } = locked!;
    assert.deepEqual([task, locked!.id, name], ["score", "plus", demoTarget("plus").name]);
    assert.deepEqual(settings, {
      temperature: 0.3,
      isHeldToSchema: true,
      per: "response",
      repeats: 1,
      scaleMin: 1,
      scaleMax: 5,
    });
    assert.match(files[0]!.sha256, /^[0-9a-f]{64}$/);
    assert.match(criteriaHash, /^[0-9a-f]{64}$/);
    assert.match(engineVersion, /^node-llama-cpp /);
    assert.ok(log.includes(`  ${files[0]!.path}: sha256 ${files[0]!.sha256}`));

    const again = await runner.rerun(id);
    await runner.untilEnded(again);
    assert.deepEqual((await rerunReport(store, id, again)).differences, []);
    await judged(again, { judge: { ...judge, temperature: 0 }, earlier: "replace" });
    await runner.compare(again, { models: [0, 1], judge, criteria: criteria.slice(0, 1) });
    await runner.untilEnded(again);
    assert.deepEqual(
      (await judgesOf(again)).map((one) => one.task),
      ["score", "compare"],
    );
    assert.deepEqual((await rerunReport(store, id, again)).differences, [
      { model: "plus", name: "judge.settings.temperature", before: "0.3", after: "0" },
      { model: undefined, name: "judge", before: undefined, after: "plus" },
    ]);
  });

  it("judges again without making a response anew, several times and whole sequences", async () => {
    const id = await run();
    const before = await allResponses(store, id);
    assert.equal(
      await judged(id, { judge: { ...judge, repeats: 3 }, criteria: criteria.slice(0, 1) }),
      "completed",
    );
    const repeats = await scoresOf(id);
    assert.deepEqual(
      repeats.map(({ repeat }) => repeat),
      [1, 2, 3, 1, 2, 3, 1, 2, 3],
    );
    await judged(id, { judge: { ...judge, repeats: 3 }, criteria: criteria.slice(0, 1) });
    assert.ok(log.includes("There is nothing to judge"));
    assert.deepEqual(await scoresOf(id), repeats);
    await judged(id, { criteria: criteria.slice(0, 1), earlier: "replace" });
    const replaced = (await scoresOf(id)).filter(
      ({ repeat, createdAt }, index) => repeat === 1 && createdAt > repeats[index]!.createdAt,
    );
    assert.equal(replaced.length, 3);

    await judged(id, { judge: { ...judge, per: "sequence" }, criteria: criteria.slice(1) });
    const scopes = (await scoresOf(id)).filter(({ criterion }) => criterion === "Language");
    assert.deepEqual(
      scopes.map(({ responseId, scope }) => [before.findIndex((one) => one.id === responseId), scope]),
      [
        [1, "sequence"],
        [2, "response"],
      ],
      "the last response of the sequence stands for it; an independent one stands for itself",
    );
    assert.deepEqual(await allResponses(store, id), before);
  });

  it("records what a judge says that gives no score, makes none up, and asks again on demand", async () => {
    const id = await run();
    const onnx = { ...judge, model: "gpt2-onnx" };
    assert.equal(await judged(id, { judge: onnx, criteria: criteria.slice(0, 1) }), "completed-with-errors");
    const scores = await scoresOf(id);
    assert.equal(scores.length, 3);
    for (const { score, rawOutput, error } of scores) {
      assert.equal(score, undefined);
      assert.notEqual(rawOutput, "");
      assert.match(
        error ?? "",
        /^The judge (?:did not answer as JSON|gave no whole number|'s answer was cut off)/,
      );
    }
    await judged(id, { judge: onnx, criteria: criteria.slice(0, 1) });
    assert.ok(log.includes("There is nothing to judge"));
    log = [];
    await judged(id, { judge: onnx, criteria: criteria.slice(0, 1), earlier: "retry-failed" });
    assert.ok(log.some((line) => line.startsWith("Judging 3 responses")));
  });

  it("reads what a judge writes that no schema holds", async () => {
    const id = await run();
    const onnx = { ...judge, model: "plus-onnx", temperature: 0 };
    await judged(id, { judge: onnx, criteria: criteria.slice(1) });
    const scores = (await scoresOf(id)).map(({ score, error }) => score ?? error);
    assert.deepEqual(scores, [5, 5, 5]);
  });

  it("keeps the responses when the judge cannot be used, and says why", async () => {
    const id = await run({ judge: { ...judge, model: "nowhere" } });
    const evaluation = await store.request("getEvaluation", { evaluationId: id });
    assert.equal(evaluation?.status, "completed-with-errors");
    assert.equal(evaluation.error, "The model “nowhere” is not downloaded.");
    assert.equal(evaluation.responses.ok, 3);
    assert.equal(await judged(id, {}), "completed");
    assert.equal((await scoresOf(id)).length, 6);
  });

  it("compares two models in both orders", async () => {
    const id = await run({ models: ["small", "plus"] });
    await runner.compare(id, { models: [0, 1], judge, criteria: criteria.slice(0, 1) });
    assert.equal(await runner.untilEnded(id), "completed");
    const comparisons = await store.request("listComparisons", { evaluationId: id });
    const responses = await allResponses(store, id);
    assert.equal(comparisons.length, 6);
    for (const { firstId, secondId, isSwapped, preference, rawOutput } of comparisons) {
      const [first, second] = [firstId, secondId].map((one) => responses.find((each) => each.id === one));
      assert.deepEqual([first?.model, second?.model], [0, 1]);
      assert.deepEqual([first?.sequence, first?.prompt], [second?.sequence, second?.prompt]);
      const { winner } = JSON.parse(rawOutput) as { winner: string };
      const shown = isSwapped ? { A: "second", B: "first" } : { A: "first", B: "second" };
      assert.equal(preference, winner === "tie" ? "tie" : shown[winner as "A" | "B"]);
    }
    const [one, two] = comparisons;
    assert.deepEqual([one?.isSwapped, two?.isSwapped], [false, true]);
    assert.ok(one?.preference !== undefined && two?.preference !== undefined);
  });

  it("leaves a complete evaluation complete when its judge is cancelled", async () => {
    const id = await run();
    const many = { judge: { ...judge, repeats: 20 }, earlier: "replace" } as const;
    await runner.judge(id, { ...request, ...many });
    await until(
      () => runner.active[0]?.progress?.phase === "judging" && runner.active[0].progress.done > 1,
      "judgements",
      60_000,
    );
    await runner.cancel(id);
    assert.equal((await store.request("getEvaluation", { evaluationId: id }))?.status, "completed");
    const { length } = await scoresOf(id);
    assert.ok(length >= 2 && length < 120, String(length));
  });
});
