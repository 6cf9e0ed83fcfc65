import assert from "node:assert/strict";
import path from "node:path";
import { isUnderstood, likelyByWords, standsOutAbove } from "../../../src/photos/search/calibration";
import { groupResults } from "../../../src/photos/search/duplicate-results";
import { mediaFilter } from "../../../src/photos/search/media-filter";
import { pictureFolders } from "../../../src/photos/search/picture-folders";
import { isEmptyWish, parseWish } from "../../../src/photos/search/ranked-search";
import { restrict, sorted } from "../../../src/photos/search/reorder";
import { ResultSet } from "../../../src/photos/search/result-set";

const native = (file: string) => file.split("/").join(path.sep);

describe("photo search", () => {
  describe("a wish", () => {
    it("is taken apart", () => {
      const pictures = [
        { pictureId: "a", weight: 1 },
        { pictureId: "b", weight: 0 },
      ];
      const wish = parseWish({ text: "beach + 2:sunset - people", pictures });
      assert.deepEqual(wish, {
        wanted: [
          { text: "beach", weight: 1 },
          { text: "sunset", weight: 2 },
        ],
        unwanted: [{ text: "people", weight: -1 }],
        pictures: [{ pictureId: "a", weight: 1 }],
      });
    });

    it("is empty without words and pictures", () => {
      assert.ok(isEmptyWish(parseWish({ text: " - ", pictures: [{ pictureId: "b", weight: 0 }] })));
      assert.ok(!isEmptyWish(parseWish({ text: "- x", pictures: [] })));
    });
  });

  describe("scores", () => {
    const hits = (scores: number[], background = { count: 1000, mean: 0.2, standardDeviation: 0.02 }) => ({
      fileIds: Uint32Array.from(scores.keys()),
      scores: Float32Array.from(scores),
      background,
    });
    const likely = (ranks: number[], scores: number[], background?: Parameters<typeof standsOutAbove>[0]) => [
      ...likelyByWords(Uint8Array.from(ranks), hits(scores, background)),
    ];

    it("are likely where few common words fit better, once one picture stands out", () => {
      assert.deepEqual(likely([3, 8, 9, 255], [0.3, 0.25, 0.24, 0.3]), [1, 1, 0, 0]);
      assert.deepEqual(likely([3, 8], [0.24, 0.23]), [0, 0], "none stands out");
      assert.deepEqual(likely([1, 8], [0.2, 0.2]), [1, 1], "no other word fits as well");
      assert.deepEqual(likely([9, 24], [0.4, 0.4]), [0, 0], "others fit better, however high the scores are");
    });

    it("have the same meaning on any scale", () => {
      const scores = [0.3, 0.26, 0.24, 0.21];
      const ranks = [2, 5, 8, 12];
      const other = { count: 1000, mean: -20, standardDeviation: 6 };
      const moved = scores.map((score) => ((score - 0.2) / 0.02) * 6 - 20);
      assert.deepEqual(likely(ranks, moved, other), likely(ranks, scores));
    });

    it("must stand out further in larger indexes", () => {
      const in100 = standsOutAbove({ count: 100, mean: 0, standardDeviation: 1 });
      const in100k = standsOutAbove({ count: 100_000, mean: 0, standardDeviation: 1 });
      assert.ok(in100 >= 2.5 && in100k > 3.5 && in100k < 4);
      const large = { count: 100_000, mean: 0.2, standardDeviation: 0.02 };
      assert.deepEqual(likely([3], [0.26]), [1]);
      assert.deepEqual(likely([3], [0.26], large), [0]);
    });

    it("need something to stand out of", () => {
      const few = { count: 5, mean: 0.3, standardDeviation: 0 };
      assert.equal(standsOutAbove(few), -Infinity);
      assert.deepEqual(likely([5, 20], [0.3, 0.3], few), [1, 0]);
      assert.ok(isUnderstood(few, 1));
      assert.ok(!isUnderstood({ ...few, count: 500 }, 1));
    });
  });

  describe("results", () => {
    const found = { fileIds: Uint32Array.of(5, 3, 9, 1), scores: Float32Array.of(4, 3, NaN, 1), likely: 2 };

    it("give rows, ids and places", () => {
      const results = new ResultSet(7, found);
      assert.deepEqual(results.summary, {
        resultsId: 7,
        count: 4,
        likely: 2,
        reclaimableBytes: undefined,
        groups: undefined,
      });
      assert.deepEqual(results.slice(-5, 2), [5, 3]);
      assert.deepEqual(results.slice(3, 99), [1]);
      assert.deepEqual(
        results.ids([
          { from: 3, to: 4 },
          { from: 0, to: 2 },
          { from: 2, to: 2 },
        ]),
        [1, 5, 3],
      );
      assert.deepEqual(results.locate([1, 2, 5]), [3, -1, 0]);
      assert.deepEqual([results.score(0), results.score(2), results.score(9)], [4, undefined, undefined]);
    });

    it("are put into another order with the likely ones first", () => {
      const { fileIds, scores, likely } = sorted(found, Uint32Array.of(1, 2, 3, 4, 5, 9));
      assert.deepEqual([[...fileIds], [...scores!], likely], [[3, 5, 1, 9], [3, 4, 1, NaN], 2]);
      assert.equal(sorted(found, undefined), found);
    });

    it("are restricted to some files", () => {
      const { fileIds, likely } = restrict(found, (fileId) => fileId !== 5);
      assert.deepEqual([[...fileIds], likely], [[3, 9, 1], 1]);
    });

    it("are groups of duplicates", () => {
      const duplicates = {
        fileIds: Uint32Array.of(1, 2, 3, 4, 5),
        counts: Uint32Array.of(3, 2),
        reclaimableBytes: Float64Array.of(50, 7),
      };
      const all = groupResults(duplicates, undefined, undefined);
      assert.deepEqual([[...all.fileIds], all.likely, all.reclaimableBytes], [[1, 2, 3, 4, 5], 5, 57]);
      assert.deepEqual(all.groups, [
        { count: 3, reclaimableBytes: 50 },
        { count: 2, reclaimableBytes: 7 },
      ]);
      const ordered = groupResults(duplicates, Uint32Array.of(5, 4, 3, 2, 1), undefined);
      assert.deepEqual([...ordered.fileIds], [4, 5, 1, 2, 3]);
      const ranked = groupResults(duplicates, undefined, { fileIds: Uint32Array.of(5, 1), likely: 1 });
      assert.deepEqual([[...ranked.fileIds], ranked.reclaimableBytes], [[4, 5], 7]);
    });
  });

  it("means formats by all their extensions", () => {
    assert.deepEqual(mediaFilter({ formats: ["jpeg", "png"], atLeast: 3 }), {
      extensions: ["jpg", "jpeg", "jpe", "jfif", "png"],
      atLeast: 3,
    });
    assert.deepEqual(mediaFilter({}), {});
  });

  it("counts pictures in folders and below", () => {
    const direct = [
      { path: native("/w/a/b"), pictures: 2 },
      { path: native("/w"), pictures: 1 },
      { path: native("/w/a"), pictures: 3 },
      { path: native("/wide"), pictures: 9 },
      { path: native("/v/c"), pictures: 4 },
    ];
    const root = { name: "first", path: native("/w") };
    assert.deepEqual(
      pictureFolders(direct, [root]).map(({ label, pictures }) => [label, pictures]),
      [
        ["a", 5],
        [native("a/b"), 2],
      ],
    );
    const both = pictureFolders(direct, [root, { name: "second", path: native("/v") }]);
    assert.deepEqual(
      both.map(({ label, pictures }) => [label, pictures]),
      [
        ["first", 6],
        [native("first/a"), 5],
        [native("first/a/b"), 2],
        ["second", 4],
        [native("second/c"), 4],
      ],
    );
  });
});
