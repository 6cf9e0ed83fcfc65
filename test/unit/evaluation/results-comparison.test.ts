import assert from "node:assert/strict";
import type { Comparison } from "../../../src/protocol/evaluation-view";
import { removeTemporaryFolders } from "../../fixtures/store/folders";
import { connectEvaluations, openEvaluationStore } from "../../support/evaluation-page";
import { sampleTime, storeSample } from "../../support/evaluation-samples";

describe("comparison of evaluations", () => {
  let store: Awaited<ReturnType<typeof openEvaluationStore>>;
  let connected: ReturnType<typeof connectEvaluations>;
  beforeEach(async () => {
    store = await openEvaluationStore();
    connected = connectEvaluations(store);
  });
  afterEach(async () => {
    connected.view.dispose();
    await store.close();
    removeTemporaryFolders();
  });

  const compare = (first: [id: string, model: number], second: [id: string, model: number]) =>
    connected.client.request("compare", {
      first: { evaluationId: first[0], model: first[1] },
      second: { evaluationId: second[0], model: second[1] },
    });
  const measure = ({ measures }: Comparison, kind: string) => measures.find((each) => each.kind === kind);

  it("pairs responses of two models and tells the difference with its interval", async () => {
    await storeSample(store, { id: "a", meanScores: [4.4, 2.4] });
    const comparison = await compare(["a", 0], ["a", 1]);
    assert.equal(comparison.pairs, 29);
    assert.deepEqual(comparison.unmatched, { first: 1, second: 0 });
    const score = measure(comparison, "score")!;
    assert.equal(score.pairs, 29);
    assert.equal(score.prompts, 15);
    assert.ok(Math.abs(score.difference - (score.second - score.first)) < 1e-9);
    assert.ok(score.low! < score.difference && score.difference < score.high! && score.high! < 0);
    assert.equal(comparison.measures.filter(({ kind }) => kind === "criterion").length, 7);
    assert.equal(comparison.hasSameConfiguration, true);
    assert.equal(comparison.hasOtherJudges, false);
  });

  it("is the same with its sides swapped, but for the signs", async () => {
    await storeSample(store, { id: "a" });
    const there = await compare(["a", 0], ["a", 1]);
    const back = await compare(["a", 1], ["a", 0]);
    for (const [index, one] of there.measures.entries()) {
      const other = back.measures[index]!;
      assert.equal(one.kind, other.kind);
      assert.ok(Math.abs(one.difference + other.difference) < 1e-9);
    }
    assert.deepEqual([there.flips.gained, there.flips.lost], [back.flips.lost, back.flips.gained]);
    const [pair, turned] = [there.pairwise[0]!, back.pairwise[0]!];
    assert.deepEqual([pair.first, pair.second, pair.ties], [turned.second, turned.first, turned.ties]);
    assert.equal(pair.inconsistent, turned.inconsistent);
    assert.ok(Math.abs(pair.shownFirstShare! - turned.shownFirstShare!) < 1e-9);
    assert.equal(pair.first + pair.second + pair.ties + pair.inconsistent + pair.unknown, 29);
  });

  it("lists every check that one side passed and the other did not", async () => {
    await storeSample(store, { id: "a" });
    const { flips, measures } = await compare(["a", 0], ["a", 1]);
    const [first, second] = await Promise.all(
      [0, 1].map(async (model) => {
        const { rows } = await store.request("listResponses", {
          evaluationId: "a",
          filter: { model },
          sort: "position",
          isDescending: false,
          offset: 0,
          limit: 100,
        });
        return new Map(rows.map((row) => [`${row.sequenceName}/${row.promptName}/${row.run}`, row]));
      }),
    );
    const expected = [...first!].flatMap(([key, row]) => {
      const other = second!.get(key);
      return other?.status === "ok" && row.checks[1]!.passed !== other.checks[1]!.passed
        ? [`${key} ${other.checks[1]!.passed ? "gained" : "lost"}`]
        : [];
    });
    assert.ok(expected.length > 3);
    assert.deepEqual(
      flips.listed.map(({ place, run, change }) => `${place.sequence}/${place.prompt}/${run} ${change}`),
      expected,
    );
    assert.ok(flips.listed.every(({ message }) => message === "The response does not match /title/i."));
    assert.ok(measures.some(({ kind }) => kind === "checks"));
  });

  it("compares two evaluations by the names of their prompts", async () => {
    await storeSample(store, { id: "a" });
    await storeSample(store, { id: "bb", createdAt: sampleTime + 1 });
    const comparison = await compare(["a", 0], ["bb", 0]);
    assert.equal(comparison.pairs, 30);
    assert.deepEqual(comparison.pairwise, []);
    assert.deepEqual([comparison.first.createdAt, comparison.second.createdAt], [sampleTime, sampleTime + 1]);
  });

  it("does not compare the scores of different judges", async () => {
    await storeSample(store, { id: "a" });
    await storeSample(store, { id: "bb", judge: "org/other/judge.gguf" });
    const comparison = await compare(["a", 0], ["bb", 0]);
    assert.equal(comparison.hasOtherJudges, true);
    assert.equal(measure(comparison, "score"), undefined);
    assert.ok(measure(comparison, "tokensPerSecond"));
  });

  it("says so when nothing is in common", async () => {
    await storeSample(store, { id: "a" });
    await storeSample(store, { id: "many", name: "Other", prompts: 3, runs: 1, isJudged: false });
    const comparison = await compare(["a", 0], ["many", 0]);
    assert.deepEqual(
      [comparison.pairs, comparison.measures, comparison.flips.listed, comparison.hasSameConfiguration],
      [0, [], [], false],
    );
  });

  it("gives no interval for a single prompt", async () => {
    await storeSample(store, { id: "one", name: "One", prompts: 1, runs: 2, isJudged: false });
    const { measures } = await compare(["one", 0], ["one", 1]);
    const speed = measures.find(({ kind }) => kind === "tokensPerSecond")!;
    assert.deepEqual([speed.low, speed.high, speed.prompts, speed.pairs], [null, null, 1, 2]);
  });

  it("says that an evaluation is gone", async () => {
    await storeSample(store, { id: "a" });
    await assert.rejects(compare(["a", 0], ["gone", 0]), { code: "invalid-input" });
  });
});
