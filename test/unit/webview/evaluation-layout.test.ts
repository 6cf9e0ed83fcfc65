import assert from "node:assert/strict";
import type { ComparedMeasure, Estimate } from "../../../src/protocol/evaluation-view";
import { axisTo, layoutBars, scaleAxis } from "../../../webview-ui/evaluation/charts/bar-layout";
import { placesOf, reachOf, verdictOf } from "../../../webview-ui/evaluation/compare/difference-layout";
import { mergedRuns, runsOf, wordCounts } from "../../../webview-ui/evaluation/compare/marked-runs";
import { shortNames } from "../../../webview-ui/evaluation/run/short-names";
import {
  drawnRows,
  layoutTable,
  nextRow,
  rowHeights,
  rowsAround,
  topToReveal,
} from "../../../webview-ui/evaluation/run/table-layout";

const estimate = (mean: number, low: number | null = null, high: number | null = null): Estimate => ({
  mean,
  low,
  high,
  count: 3,
});

describe("response table layout", () => {
  const count = 10_000;
  const layout = layoutTable({ width: 1000, height: 600 }, count);

  it("draws few of many rows, and always the one with the focus", () => {
    const around = rowsAround(layout, 5000 * rowHeights.wide, 600, count);
    assert.deepEqual(around, { from: 4990, to: 5030 });
    assert.equal(drawnRows(around, count, 5001).length, 40);
    assert.equal(drawnRows(around, count, 3)[0], 3);
    assert.equal(drawnRows(around, count, 9999).at(-1), 9999);
    assert.equal(drawnRows(around, count, count).length, 40);
  });

  it("draws nothing beyond the end, however far it was scrolled", () => {
    assert.deepEqual(rowsAround(layout, 9e9, 600, count), { from: count, to: count });
    assert.deepEqual(drawnRows({ from: count, to: count }, count, 7), [7]);
    assert.deepEqual(rowsAround(layout, 0, 600, 0), { from: 0, to: 0 });
  });

  it("goes where the keys say, and not beyond the ends", () => {
    assert.equal(nextRow("ArrowDown", 9999, count, 20), 9999);
    assert.equal(nextRow("PageUp", 5, count, 20), 0);
    assert.equal(nextRow("PageDown", 5, count, 20), 25);
    assert.equal(nextRow("End", 5, count, 20), 9999);
    assert.equal(nextRow("x", 5, count, 20), undefined);
  });

  it("scrolls no further than it must", () => {
    assert.equal(topToReveal(layout, 10, 0, 600), undefined);
    assert.equal(topToReveal(layout, 30, 0, 600), 31 * rowHeights.wide - 600);
    assert.equal(topToReveal(layout, 2, 300, 600), 2 * rowHeights.wide);
  });

  it("shows cards where columns would be too narrow", () => {
    assert.equal(layoutTable({ width: 280, height: 600 }, count).rowHeight, rowHeights.narrow);
  });
});

describe("bar chart layout", () => {
  it("ends its axis at a round number that nothing exceeds", () => {
    assert.deepEqual(axisTo(34.2, 5).ticks, [0, 10, 20, 30, 40]);
    assert.deepEqual(axisTo(0.3, 3).ticks, [0, 0.1, 0.2, 0.3]);
    assert.deepEqual(axisTo(0, 5).ticks, [0, 1]);
    assert.deepEqual(axisTo(NaN, 5).ticks, [0, 1]);
    for (const highest of [1e-7, 0.07, 1, 99.9, 1234, 5e12]) {
      const { most, ticks } = axisTo(highest, 6);
      assert.ok(
        most >= highest && most <= highest * 2.5 && ticks.length <= 8,
        `${highest}: ${ticks.join(" ")}`,
      );
    }
  });

  it("has every point of a judge's scale", () => {
    assert.deepEqual(scaleAxis({ min: 1, max: 5 }).ticks, [1, 2, 3, 4, 5]);
    assert.deepEqual(scaleAxis({ min: 0, max: 100 }).ticks, [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
  });

  it("puts bars, intervals and texts in order and into the picture", () => {
    const values = [
      [estimate(4, 3.5, 4.6), null],
      [estimate(1, 0.5, 1.2), estimate(5)],
    ];
    const data = { groups: ["Creativity", "Coherence"], series: ["One", "Two"], values };
    for (const width of [120, 260, 900]) {
      const {
        bars,
        headings,
        height,
        width: whole,
        plotBottom,
      } = layoutBars(data, width, scaleAxis({ min: 1, max: 5 }));
      assert.deepEqual(
        bars.map(({ group, series }) => [group, series]),
        [
          [0, 0],
          [1, 0],
          [1, 1],
        ],
      );
      assert.equal(headings.length, 2);
      for (const [index, bar] of bars.entries()) {
        assert.ok(bar.width >= 1 && bar.x + bar.width <= whole && bar.y < plotBottom && plotBottom < height);
        assert.ok(bar.textX >= bar.x + bar.width && (bar.high === undefined || bar.textX > bar.high));
        assert.ok(index === 0 || bar.y > bars[index - 1]!.y);
      }
      const [first] = bars;
      assert.ok(first!.low! < first!.x + first!.width && first!.x + first!.width < first!.high!);
    }
  });

  it("leaves room for the longest interval", () => {
    const data = { groups: [""], series: ["One"], values: [[estimate(90, 20, 160)]] };
    const { axis, bars, headings } = layoutBars(data, 400);
    assert.ok(axis.most >= 160);
    assert.equal(headings.length, 0);
    assert.ok(bars[0]!.high! <= 400);
  });
});

describe("differences", () => {
  const measure = (change: Partial<ComparedMeasure>): ComparedMeasure => ({
    kind: "score",
    criterion: "",
    first: 3,
    second: 4,
    difference: 1,
    low: 0.5,
    high: 1.5,
    pairs: 10,
    prompts: 5,
    ...change,
  });

  it("call a side better only where the interval leaves no room for chance", () => {
    assert.equal(verdictOf(measure({})), "second");
    assert.equal(verdictOf(measure({ low: -1.5, high: -0.5 })), "first");
    assert.equal(verdictOf(measure({ low: -0.1 })), "chance");
    assert.equal(verdictOf(measure({ low: 0, high: 0 })), "chance");
    assert.equal(verdictOf(measure({ low: null, high: null })), "unknown");
  });

  it("know that waiting less is better, and that longer is neither", () => {
    assert.equal(verdictOf(measure({ kind: "timeToFirstTokenMs" })), "first");
    assert.equal(verdictOf(measure({ kind: "generatedTokens" })), "different");
  });

  it("are drawn around the middle, scores with one measure", () => {
    const all = [
      measure({}),
      measure({ kind: "criterion", difference: -3, low: -4, high: -2 }),
      measure({ kind: "tokensPerSecond", difference: 90, low: 80, high: 100 }),
    ];
    assert.equal(reachOf(all[0]!, all), 4);
    assert.equal(reachOf(all[2]!, all), 100);
    assert.deepEqual(placesOf(all[1]!, 4), { difference: 14, low: 2, high: 26 });
    assert.deepEqual(placesOf(measure({ difference: 0, low: null, high: null }), 0), {
      difference: 50,
      low: undefined,
      high: undefined,
    });
  });
});

describe("marked text", () => {
  it("joins the words of a rewritten stretch, and loses nothing", () => {
    const parts = [
      { side: "both", text: "It is " },
      { side: "first", text: "a" },
      { side: "second", text: "the" },
      { side: "both", text: " " },
      { side: "first", text: "house" },
      { side: "both", text: " there." },
    ] as const;
    assert.deepEqual(runsOf([...parts], "first"), [
      { text: "It is ", isMarked: false },
      { text: "a house", isMarked: true },
      { text: " there.", isMarked: false },
    ]);
    assert.deepEqual(
      runsOf([...parts], "second")
        .map(({ text }) => text)
        .join(""),
      "It is the  there.",
    );
  });
});

describe("both texts in one", () => {
  const parts = [
    { side: "both", text: "It is " },
    { side: "first", text: "a" },
    { side: "second", text: "the" },
    { side: "both", text: " " },
    { side: "first", text: "house" },
    { side: "second", text: "old hut" },
    { side: "both", text: " there" },
    { side: "second", text: "." },
  ] as const;

  it("has each rewritten stretch once for each side, and loses nothing", () => {
    const runs = mergedRuns([...parts]);
    assert.deepEqual(runs, [
      { side: "both", text: "It is " },
      { side: "first", text: "a house" },
      { side: "second", text: "the old hut" },
      { side: "both", text: " there" },
      { side: "second", text: "." },
    ]);
    const textOf = (side: string) =>
      runs.flatMap((run) => (run.side === "both" || run.side === side ? [run.text] : [])).join("");
    assert.equal(textOf("first"), "It is a house there");
    assert.equal(textOf("second"), "It is the old hut there.");
  });

  it("leaves white space alone where only one side has something", () => {
    assert.deepEqual(
      mergedRuns([
        { side: "first", text: "a" },
        { side: "both", text: " " },
        { side: "second", text: "b" },
      ]),
      [
        { side: "first", text: "a" },
        { side: "both", text: " " },
        { side: "second", text: "b" },
      ],
    );
    assert.deepEqual(mergedRuns([]), []);
  });

  it("is summed up in words", () => {
    assert.deepEqual(wordCounts([...parts]), { first: 2, second: 3, shared: 6 / 11 });
    assert.deepEqual(wordCounts([{ side: "both", text: "…" }]), { first: 0, second: 0, shared: 1 });
  });
});

describe("short model names", () => {
  it("leave out what all begin with", () => {
    assert.deepEqual(shortNames(["Demo Chat F16", "Demo Chat Q4_0"]), ["F16", "Q4_0"]);
    assert.deepEqual(shortNames(["Demo Chat", "Demo Chat Q4_0"]), ["Chat", "Chat Q4_0"]);
    assert.deepEqual(shortNames(["Alone Here"]), ["Alone Here"]);
    assert.deepEqual(shortNames(["Same", "Same"]), ["Same", "Same"]);
    assert.deepEqual(shortNames(["One A", "Two A"]), ["One A", "Two A"]);
  });
});
