import { lineOf, placeOf, type GridLayout } from "./layout";

/** Where a key leads from a picture; undefined when the key does not move, or there is nothing there. */
export function destination(
  layout: GridLayout,
  index: number,
  key: string,
  linesPerPage: number,
): number | undefined {
  const last = layout.count - 1;
  switch (key) {
    case "ArrowLeft":
      return index > 0 ? index - 1 : undefined;
    case "ArrowRight":
      return index < last ? index + 1 : undefined;
    case "ArrowUp":
      return lineUp(layout, index);
    case "ArrowDown":
      return lineDown(layout, index);
    case "PageUp":
      return repeat(linesPerPage, index, (each) => lineUp(layout, each));
    case "PageDown":
      return repeat(linesPerPage, index, (each) => lineDown(layout, each));
    case "Home":
      return last >= 0 ? 0 : undefined;
    case "End":
      return last >= 0 ? last : undefined;
    default:
      return undefined;
  }
}

/** Same column, or the line's last picture where it is shorter. */
function lineUp(layout: GridLayout, index: number): number | undefined {
  const own = lineOf(layout, index);
  return own?.type === "photos" ? sameColumn(layout, index, own.from - 1) : undefined;
}

function lineDown(layout: GridLayout, index: number): number | undefined {
  const own = lineOf(layout, index);
  return own?.type === "photos" ? sameColumn(layout, index, own.to) : undefined;
}

function sameColumn(layout: GridLayout, index: number, somewhereInLine: number): number | undefined {
  const line = lineOf(layout, somewhereInLine);
  const column = placeOf(layout, index)?.column ?? 0;
  return line?.type === "photos" ? Math.min(line.from + column, line.to - 1) : undefined;
}

function repeat(
  times: number,
  start: number,
  step: (index: number) => number | undefined,
): number | undefined {
  let current = start;
  for (let done = 0; done < times; done++) {
    const next = step(current);
    if (next === undefined) {
      break;
    }
    current = next;
  }
  return current === start ? undefined : current;
}
