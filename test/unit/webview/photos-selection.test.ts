import assert from "node:assert/strict";
import {
  activate,
  countSelected,
  extendTo,
  isSelected,
  noSelection,
  rangesOf,
  restOfGroups,
  selectAll,
  selectOnly,
  toggle,
  type Selection,
} from "../../../webview-ui/photos/grid/selection";

const selected = (selection: Selection, count = 20) =>
  Array.from({ length: count }, (_, index) => index).filter((index) => isSelected(selection, index));

describe("photo selection", () => {
  it("selects one and nothing else", () => {
    const selection = selectOnly(4);
    assert.deepEqual(selected(selection), [4]);
    assert.equal(selection.active, 4);
  });

  it("toggles single pictures in and out of ranges", () => {
    let selection = selectAll(noSelection(), 10);
    selection = toggle(selection, 5);
    assert.deepEqual(selection.ranges, [
      { from: 0, to: 5 },
      { from: 6, to: 10 },
    ]);
    assert.equal(selection.active, 5);
    selection = toggle(selection, 5);
    assert.deepEqual(selection.ranges, [{ from: 0, to: 10 }]);
    assert.deepEqual(toggle(selectOnly(3), 3).ranges, []);
  });

  it("joins neighbours", () => {
    assert.deepEqual(toggle(toggle(selectOnly(3), 5), 4).ranges, [{ from: 3, to: 6 }]);
  });

  it("extends from the anchor in both directions", () => {
    let selection = extendTo(selectOnly(5), 8);
    assert.deepEqual(selected(selection), [5, 6, 7, 8]);
    selection = extendTo(selection, 3);
    assert.deepEqual(selected(selection), [3, 4, 5]);
    assert.equal(selection.active, 3);
    assert.equal(selection.anchor, 5);
  });

  it("keeps what else is selected when asked to", () => {
    const selection = extendTo(toggle(selectOnly(0), 10), 12, true);
    assert.deepEqual(selected(selection), [0, 10, 11, 12]);
  });

  it("selects a hundred thousand as one range", () => {
    const selection = selectAll(noSelection(7), 100_000);
    assert.equal(selection.ranges.length, 1);
    assert.equal(countSelected(selection), 100_000);
    assert.equal(selection.active, 7);
    assert.ok(isSelected(selection, 99_999));
    assert.ok(!isSelected(selection, 100_000));
    assert.equal(countSelected(selectAll(noSelection(), 0)), 0);
  });

  it("moves the focus without selecting", () => {
    const selection = activate(selectOnly(2), 9);
    assert.deepEqual(selected(selection), [2]);
    assert.equal(extendTo(selection, 10).ranges[0]?.from, 9);
  });

  it("agrees with a set of indexes after any changes", () => {
    const expected = new Set<number>();
    let selection = noSelection();
    let random = 12345;
    for (let step = 0; step < 500; step++) {
      random = (random * 1103515245 + 12345) % 2 ** 31;
      const index = random % 40;
      selection = toggle(selection, index);
      if (!expected.delete(index)) {
        expected.add(index);
      }
      assert.deepEqual(
        selected(selection, 40),
        [...expected].sort((one, other) => one - other),
      );
      assert.equal(countSelected(selection), expected.size);
      assert.ok(
        selection.ranges.every(
          ({ from, to }, at) => from < to && from > (selection.ranges[at - 1]?.to ?? -1),
        ),
      );
    }
  });

  it("makes ranges of places in any order, without those that are gone", () => {
    assert.deepEqual(rangesOf([7, 3, -1, 4, 4, 5, -1]), [
      { from: 3, to: 6 },
      { from: 7, to: 8 },
    ]);
    assert.deepEqual(rangesOf([]), []);
  });

  it("takes all but the first of each group", () => {
    const group = (count: number) => ({ count, reclaimableBytes: 0 });
    assert.deepEqual(restOfGroups([group(2), group(1), group(3)]), [
      { from: 1, to: 2 },
      { from: 4, to: 6 },
    ]);
  });
});
