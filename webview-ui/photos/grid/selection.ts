import type { PhotoGroup, RowRange } from "../../../src/protocol/photos-view";

/** Which results are selected, as ranges: a hundred thousand are one range. */
export interface Selection {
  /** Sorted, apart from each other, none empty. */
  ranges: readonly RowRange[];
  /** The result that has the keyboard's focus. */
  active: number;
  /** Where an extended selection begins. */
  anchor: number;
}

export function noSelection(active = 0): Selection {
  return { ranges: [], active, anchor: active };
}

export function selectOnly(index: number): Selection {
  return { ranges: [{ from: index, to: index + 1 }], active: index, anchor: index };
}

export function selectAll(selection: Selection, count: number): Selection {
  return { ...selection, ranges: count > 0 ? [{ from: 0, to: count }] : [] };
}

export function toggle(selection: Selection, index: number): Selection {
  const one = { from: index, to: index + 1 };
  const ranges = isSelected(selection, index)
    ? without(selection.ranges, one)
    : united([...selection.ranges, one]);
  return { ranges, active: index, anchor: index };
}

/** Everything between the anchor and `index`; `keep` leaves what else is selected. */
export function extendTo(selection: Selection, index: number, keep = false): Selection {
  const { anchor } = selection;
  const span = { from: Math.min(anchor, index), to: Math.max(anchor, index) + 1 };
  return { ranges: keep ? united([...selection.ranges, span]) : [span], active: index, anchor };
}

/** Moves the focus; what is selected stays. */
export function activate(selection: Selection, index: number): Selection {
  return { ...selection, active: index, anchor: index };
}

export function isSelected({ ranges }: Selection, index: number): boolean {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const range = ranges[middle];
    if (!range || index < range.from) {
      high = middle;
    } else if (index >= range.to) {
      low = middle + 1;
    } else {
      return true;
    }
  }
  return false;
}

export function countSelected({ ranges }: Selection): number {
  return ranges.reduce((sum, { from, to }) => sum + to - from, 0);
}

/** Ranges that hold exactly these results; their order does not matter, and -1 is passed over. */
export function rangesOf(indexes: readonly number[]): RowRange[] {
  return united(indexes.filter((index) => index >= 0).map((index) => ({ from: index, to: index + 1 })));
}

/** All but the first of each group. */
export function restOfGroups(groups: readonly PhotoGroup[]): RowRange[] {
  let from = 0;
  return groups.flatMap(({ count }) => {
    from += count;
    return count > 1 ? [{ from: from - count + 1, to: from }] : [];
  });
}

function united(ranges: readonly RowRange[]): RowRange[] {
  const result: RowRange[] = [];
  for (const range of [...ranges].sort((one, other) => one.from - other.from)) {
    const last = result.at(-1);
    if (last && range.from <= last.to) {
      last.to = Math.max(last.to, range.to);
    } else {
      result.push({ ...range });
    }
  }
  return result;
}

function without(ranges: readonly RowRange[], hole: RowRange): RowRange[] {
  return ranges
    .flatMap(({ from, to }) => [
      { from, to: Math.min(to, hole.from) },
      { from: Math.max(from, hole.to), to },
    ])
    .filter(({ from, to }) => from < to);
}
