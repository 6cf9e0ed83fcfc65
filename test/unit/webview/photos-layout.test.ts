import assert from "node:assert/strict";
import {
  firstBelow,
  gap,
  headingHeight,
  layoutGrid,
  lineOf,
  linesBetween,
  partsOf,
  placeOf,
  resultsIn,
  withLine,
  type GridLayout,
} from "../../../webview-ui/photos/grid/layout";
import { destination } from "../../../webview-ui/photos/grid/navigation";
import { scrollMap } from "../../../webview-ui/shared/scroll-map";

/** Four columns of 100 pixels. */
const width = 4 * 100 + 3 * gap;

function layout(parts: Parameters<typeof layoutGrid>[0]["parts"]): GridLayout {
  return layoutGrid({ width, thumbnailSize: 100, parts });
}

const plain = (count: number) => layout([{ from: 0, to: count, heading: null }]);

/** Six pictures that stand out, five that do not. */
const folded = (showsLess: boolean) => layout(partsOf({ resultsId: 1, count: 11, likely: 6 }, showsLess));

const grouped = layout(
  partsOf(
    {
      resultsId: 1,
      count: 9,
      likely: 9,
      groups: [
        { count: 2, reclaimableBytes: 10 },
        { count: 5, reclaimableBytes: 10 },
        { count: 2, reclaimableBytes: 10 },
      ],
    },
    false,
  ),
);

describe("the photo grid's layout", () => {
  it("fills the width with columns of nearly the wanted size", () => {
    assert.equal(plain(1).columns, 4);
    assert.equal(plain(1).cellWidth, 100);
    const narrow = layoutGrid({ width: 284, thumbnailSize: 152, parts: [] });
    assert.equal(narrow.columns, 2);
    assert.equal(narrow.cellWidth, (284 - gap) / 2);
    assert.equal(layoutGrid({ width: 0, thumbnailSize: 320, parts: [] }).columns, 1);
  });

  it("draws only the lines that touch the viewport", () => {
    const grid = plain(100_000);
    assert.equal(grid.height, 25_000 * grid.lineHeight);
    const lines = linesBetween(grid, 1000 * grid.lineHeight + 1, 1003 * grid.lineHeight);
    assert.deepEqual(
      lines.map((line) => line.type === "photos" && [line.from, line.to, line.top / grid.lineHeight]),
      [
        [4000, 4004, 1000],
        [4004, 4008, 1001],
        [4008, 4012, 1002],
      ],
    );
    assert.deepEqual(resultsIn(lines), { from: 4000, to: 4012 });
  });

  it("draws nothing above the first and beneath the last line", () => {
    const grid = plain(5);
    assert.equal(linesBetween(grid, -500, -1).length, 0);
    assert.equal(linesBetween(grid, grid.height, grid.height + 500).length, 0);
    assert.deepEqual(resultsIn(linesBetween(grid, -500, 5000)), { from: 0, to: 5 });
    assert.equal(linesBetween(layout([]), 0, 500).length, 0);
    assert.equal(resultsIn([]), undefined);
  });

  it("folds what does not stand out behind a divider", () => {
    const closed = folded(false);
    assert.equal(closed.count, 6);
    assert.deepEqual(
      linesBetween(closed, 0, 5000).map((line) => line.type),
      ["photos", "photos", "heading"],
    );
    assert.equal(placeOf(closed, 6), undefined);
    const open = folded(true);
    assert.equal(open.count, 11);
    assert.deepEqual(
      linesBetween(open, 0, 5000).map((line) => line.type),
      ["photos", "photos", "heading", "photos", "photos"],
    );
    const place = placeOf(open, 6);
    assert.equal(place?.column, 0);
    assert.equal(place.top, 2 * open.lineHeight + headingHeight);
  });

  it("begins with the divider when nothing stands out", () => {
    const grid = layout(partsOf({ resultsId: 1, count: 3, likely: 0 }, true));
    assert.deepEqual(
      linesBetween(grid, 0, 5000).map((line) => line.type),
      ["heading", "photos"],
    );
    assert.equal(placeOf(grid, 0)?.top, headingHeight);
  });

  it("has no divider when everything stands out", () => {
    const grid = layout(partsOf({ resultsId: 1, count: 3, likely: 3 }, false));
    assert.deepEqual(
      linesBetween(grid, 0, 5000).map((line) => line.type),
      ["photos"],
    );
  });

  it("gives each group of near-duplicates a heading and lines of its own", () => {
    const lines = linesBetween(grouped, 0, 5000);
    assert.deepEqual(
      lines.map((line) => (line.type === "photos" ? `${line.from}-${line.to}` : line.type)),
      ["heading", "0-2", "heading", "2-6", "6-7", "heading", "7-9"],
    );
    assert.deepEqual(
      lines.map(({ number }) => number),
      [0, 1, 2, 3, 4, 5, 6],
    );
    assert.equal(grouped.lineCount, 7);
    assert.equal(grouped.height, 3 * headingHeight + 4 * grouped.lineHeight);
  });

  it("finds the same lines whether it looks for a picture or for pixels", () => {
    for (const grid of [plain(1001), folded(true), grouped]) {
      for (let index = 0; index < grid.count; index++) {
        const line = lineOf(grid, index);
        assert.ok(line?.type === "photos" && line.from <= index && index < line.to, `picture ${index}`);
        const drawn = linesBetween(grid, line.top, line.top + 1);
        assert.deepEqual(drawn, [line]);
        assert.equal(placeOf(grid, index)?.line, line.number);
      }
    }
  });

  it("takes groups that claim more pictures than there are", () => {
    const groups = [{ count: 50, reclaimableBytes: 1 }];
    assert.equal(layout(partsOf({ resultsId: 1, count: 3, likely: 3, groups }, false)).count, 3);
  });

  it("tells which picture is the first that is mostly visible", () => {
    const grid = plain(100);
    assert.equal(firstBelow(grid, 0), 0);
    assert.equal(firstBelow(grid, grid.lineHeight * 0.4), 0);
    assert.equal(firstBelow(grid, grid.lineHeight * 0.6), 4);
    assert.equal(firstBelow(grid, 1e9), 99);
    assert.equal(firstBelow(layout([]), 0), 0);
    assert.equal(firstBelow(folded(false), 1e9), 5);
  });

  it("adds a line only once", () => {
    const grid = plain(100);
    const lines = linesBetween(grid, 0, 10);
    assert.equal(withLine(lines, lineOf(grid, 3)).length, 1);
    assert.equal(withLine(lines, lineOf(grid, 50)).length, 2);
    assert.equal(withLine(lines, undefined).length, 1);
  });
});

describe("moving through the photo grid", () => {
  const cases: [what: string, grid: GridLayout, from: number, key: string, to: number | undefined][] = [
    ["right", plain(10), 3, "ArrowRight", 4],
    ["right at the end", plain(10), 9, "ArrowRight", undefined],
    ["left at the beginning", plain(10), 0, "ArrowLeft", undefined],
    ["down", plain(10), 1, "ArrowDown", 5],
    ["down to a shorter line", plain(10), 7, "ArrowDown", 9],
    ["down at the end", plain(10), 9, "ArrowDown", undefined],
    ["up", plain(10), 9, "ArrowUp", 5],
    ["up at the beginning", plain(10), 2, "ArrowUp", undefined],
    ["down over the divider", folded(true), 4, "ArrowDown", 6],
    ["down to the folded rest", folded(false), 4, "ArrowDown", undefined],
    ["up over the divider", folded(true), 7, "ArrowUp", 5],
    ["up over a group's heading", grouped, 4, "ArrowUp", 1],
    ["to the end", grouped, 0, "End", 8],
    ["to the beginning", grouped, 8, "Home", 0],
    ["to the end of what is not folded", folded(false), 0, "End", 5],
    ["a page down", plain(100), 1, "PageDown", 13],
    ["a page up", plain(100), 13, "PageUp", 1],
    ["a page beyond the end", plain(10), 0, "PageDown", 8],
    ["with another key", plain(10), 0, "x", undefined],
    ["among nothing", plain(0), 0, "End", undefined],
  ];
  for (const [what, grid, from, key, to] of cases) {
    it(what, () => assert.equal(destination(grid, from, key, 3), to));
  }
});

describe("a grid that is higher than an element can be", () => {
  it("is scrolled pixel by pixel when it is not", () => {
    const map = scrollMap(2000, 500, 10_000);
    assert.equal(map.elementHeight, 2000);
    assert.equal(map.toGrid(123), 123);
    assert.equal(map.toScroll(123), 123);
  });

  it("reaches both ends", () => {
    const map = scrollMap(1_000_000, 500, 10_000);
    assert.equal(map.elementHeight, 10_000);
    assert.equal(map.toGrid(0), 0);
    assert.equal(map.toGrid(10_000 - 500), 1_000_000 - 500);
    assert.equal(map.toScroll(map.toGrid(4321)), 4321);
  });

  it("can be smaller than the viewport", () => {
    assert.equal(scrollMap(100, 500, 10_000).toGrid(0), 0);
    assert.equal(scrollMap(0, 0).elementHeight, 0);
  });
});
