import { scrollMap } from "../../shared/scroll-map";

/** Pixels. Wide rows are one line of columns; narrow ones are cards of three lines. */
export const rowHeights = { wide: 30, narrow: 66 } as const;
/** Narrower tables show cards. The style sheet has the same number. */
export const narrowBelow = 620;

/** Part of the visible height that is drawn above and below it. */
const overscan = 0.5;

export interface TableLayout {
  rowHeight: number;
  map: ReturnType<typeof scrollMap>;
}

export function layoutTable(size: { width: number; height: number }, count: number): TableLayout {
  const rowHeight = size.width < narrowBelow ? rowHeights.narrow : rowHeights.wide;
  return { rowHeight, map: scrollMap(count * rowHeight, size.height) };
}

/** Rows in sight and some around them: `from` to `to - 1`. */
export function rowsAround(
  { rowHeight }: TableLayout,
  top: number,
  height: number,
  count: number,
): { from: number; to: number } {
  const margin = height * overscan;
  const from = Math.min(count, Math.max(0, Math.floor((top - margin) / rowHeight)));
  return { from, to: height > 0 ? Math.min(count, Math.ceil((top + height + margin) / rowHeight)) : from };
}

/** Rows that are drawn: these, and the active one, which holds the focus. */
export function drawnRows(
  { from, to }: { from: number; to: number },
  count: number,
  active: number,
): number[] {
  const rows = Array.from({ length: to - from }, (_, index) => from + index);
  if (active >= count || (active >= from && active < to)) {
    return rows;
  }
  return active < from ? [active, ...rows] : [...rows, active];
}

/** Where the keys go from a row; undefined for keys that go nowhere. */
export function nextRow(key: string, active: number, count: number, rowsPerPage: number): number | undefined {
  const steps: Record<string, number> = {
    ArrowDown: active + 1,
    ArrowUp: active - 1,
    PageDown: active + rowsPerPage,
    PageUp: active - rowsPerPage,
    Home: 0,
    End: count - 1,
  };
  const next = steps[key];
  return next === undefined ? undefined : Math.max(0, Math.min(count - 1, next));
}

/** Where to scroll so that a row is in sight; undefined when it is. */
export function topToReveal(
  { rowHeight }: TableLayout,
  row: number,
  top: number,
  height: number,
): number | undefined {
  const [above, below] = [row * rowHeight, (row + 1) * rowHeight];
  if (above < top) {
    return above;
  }
  return below > top + height ? below - height : undefined;
}
