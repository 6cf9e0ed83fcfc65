import assert from "node:assert/strict";
import {
  combineVerdicts,
  findFlips,
  selfConsistency,
  summarizePairwise,
} from "../../../src/evaluation/statistics/agreement";
import { pairedDifference, type PairedScore } from "../../../src/evaluation/statistics/paired-bootstrap";
import { mean, percentile, standardDeviation, sum } from "../../../src/evaluation/statistics/summary";

function pairs(differences: readonly number[], unitOf = (index: number) => String(index)): PairedScore[] {
  return differences.map((difference, index) => ({ unit: unitOf(index), first: 3, second: 3 + difference }));
}

describe("summaries of numbers", () => {
  it("has means, deviations and percentiles as R and NumPy have them", () => {
    assert.equal(mean([]), undefined);
    assert.equal(mean([1, 2, 6]), 3);
    assert.equal(standardDeviation([1]), undefined);
    assert.equal(standardDeviation([2, 4, 4, 4, 5, 5, 7, 9])?.toFixed(6), "2.138090");
    assert.equal(percentile([], 0.5), undefined);
    assert.equal(percentile([15, 20, 35, 40, 50], 0.4), 29);
    assert.equal(percentile([3, 1, 2], 0.5), 2);
    assert.deepEqual([percentile([3, 1, 2], 0), percentile([3, 1, 2], 1), percentile([7], 0.9)], [1, 3, 7]);
  });

  it("adds without losing small numbers beside large ones", () => {
    assert.equal(sum([1, 1e100, 1, -1e100]), 2);
    assert.equal(sum(Array<number>(1_000_000).fill(0.1)), 100_000);
  });
});

describe("the difference between two sides", () => {
  it("is the mean with an interval that the same seed repeats", () => {
    const given = pairs([1, 0, 1, -1, 2, 0, 1, 0, 1, 1]);
    const result = pairedDifference(given);
    assert.equal(result.mean, 0.6);
    assert.equal(result.units, 10);
    assert.ok(result.interval!.low < 0.6 && result.interval!.high > 0.6);
    assert.deepEqual(pairedDifference(given), result);
    assert.deepEqual(pairedDifference(given, { resamples: 20_000, seed: 1 }).mean, 0.6);
  });

  it("comes near the interval that the normal distribution gives for many pairs", () => {
    const differences = Array.from({ length: 400 }, (_, index) => Math.sin(index * 12.9898) + 0.2);
    const { mean: average, interval } = pairedDifference(pairs(differences));
    const margin = (1.96 * standardDeviation(differences)!) / Math.sqrt(400);
    assert.ok(Math.abs(interval!.low - (average! - margin)) < 0.1 * margin);
    assert.ok(Math.abs(interval!.high - (average! + margin)) < 0.1 * margin);
  });

  it("covers the true mean about 95 times of 100", () => {
    let [covered, state] = [0, 1];
    const random = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
    for (let trial = 0; trial < 300; trial++) {
      const differences = Array.from({ length: 40 }, () => random() + random() + random() - 1.5);
      const { interval } = pairedDifference(pairs(differences), { resamples: 1000, seed: trial });
      covered += interval!.low <= 0 && interval!.high >= 0 ? 1 : 0;
    }
    assert.ok(covered >= 270 && covered <= 296, `${covered} of 300`);
  });

  it("does not take runs of one prompt for independent evidence", () => {
    const differences = [1, -1, 1, 0].flatMap((difference) => Array<number>(25).fill(difference));
    const apart = pairedDifference(pairs(differences)).interval!;
    const together = pairedDifference(
      pairs(differences, (index) => String(Math.floor(index / 25))),
    ).interval!;
    assert.ok(together.high - together.low > 3 * (apart.high - apart.low));
  });

  it("has no interval where chance cannot be told", () => {
    assert.deepEqual(pairedDifference([]), { mean: undefined, interval: undefined, pairs: 0, units: 0 });
    const one = pairedDifference(pairs([1, 2], () => "same"));
    assert.deepEqual(one, { mean: 1.5, interval: undefined, pairs: 2, units: 1 });
    assert.deepEqual(pairedDifference(pairs([1, 1, 1])).interval, { low: 1, high: 1 });
  });
});

describe("agreement", () => {
  it("tells how far a judge agrees with itself", () => {
    assert.equal(selfConsistency([[3], []]), undefined);
    assert.deepEqual(selfConsistency([[3, 3, 3], [5, 5], [4]]), {
      exactAgreement: 1,
      meanAbsoluteDeviation: 0,
      groups: 2,
    });
    assert.deepEqual(selfConsistency([[1, 5]]), { exactAgreement: 0, meanAbsoluteDeviation: 2, groups: 1 });
    assert.equal(selfConsistency([[4, 4, 1]])!.exactAgreement, 1 / 3);
  });

  it("finds the checks that changed", () => {
    const given = [
      { key: "a", first: true, second: false },
      { key: "b", first: false, second: true },
      { key: "c", first: true, second: true },
      { key: "d", first: undefined, second: true },
    ];
    assert.deepEqual(findFlips(given), [
      { key: "a", change: "lost" },
      { key: "b", change: "gained" },
    ]);
  });

  it("counts a preference only when it does not follow the order", () => {
    const verdicts = [
      { asGiven: "first", swapped: "first" },
      { asGiven: "first", swapped: "second" },
      { asGiven: "second", swapped: "second" },
      { asGiven: "tie", swapped: "tie" },
      { asGiven: "first", swapped: undefined },
    ] as const;
    assert.deepEqual(verdicts.map(combineVerdicts), ["first", "inconsistent", "second", "tie", undefined]);
    assert.deepEqual(summarizePairwise(verdicts), {
      first: 1,
      second: 1,
      ties: 1,
      inconsistent: 1,
      unknown: 1,
      // As given, “first” was shown first: 1, 1, 0, 1; swapped, “second” was: 0, 1, 1.
      shownFirstShare: 5 / 7,
    });
    assert.equal(summarizePairwise([]).shownFirstShare, undefined);
  });
});
