import type { PhotoResults, RowRange } from "../../../src/protocol/photos-view";

/** What stands above a section, on a row of its own. */
type Heading = { type: "lessLikely" } | { type: "group"; group: number };

/** Rows `from` to `to - 1` of the results, which begin on a line of their own. */
interface Part {
  from: number;
  to: number;
  heading: Heading | null;
}

interface Section extends Part {
  /** Pixels from the top of the whole grid to the heading, or to the first line where there is none. */
  top: number;
  /** Number of the section's first line in the whole grid, headings counted. */
  firstLine: number;
}

export interface GridLayout {
  columns: number;
  /** Pixels, without the gap. */
  cellWidth: number;
  /** Pixels, without the gap. */
  cellHeight: number;
  /** Pixels from one line of pictures to the next. */
  lineHeight: number;
  sections: readonly Section[];
  /** Pixels of everything. */
  height: number;
  /** Lines of pictures and headings. */
  lineCount: number;
  /** Results that are laid out: those that are folded away are not. */
  count: number;
}

/** One line of the grid, where it is to be drawn. */
export type Line =
  | { type: "heading"; number: number; top: number; heading: Heading; section: Section }
  | { type: "photos"; number: number; top: number; from: number; to: number };

export const gap = 8;
export const headingHeight = 36;
/** The line with a picture's name, shown from this thumbnail width on. */
const nameHeight = 22;
const nameFromWidth = 110;
/** Height of a picture's box over its width: photographs are mostly wider than high. */
const boxRatio = 0.75;

interface LayoutOptions {
  /** Pixels that lines may take. */
  width: number;
  /** Wanted width of a thumbnail; the real one fills the line. */
  thumbnailSize: number;
  parts: readonly Part[];
}

/** The results in sections; `showsLess` unfolds what does not stand out. */
export function partsOf(results: PhotoResults, showsLess: boolean): Part[] {
  const { count, likely, groups } = results;
  if (groups) {
    let from = 0;
    return groups.map((each, group) => {
      const to = Math.min(count, from + each.count);
      const part: Part = { from, to, heading: { type: "group", group } };
      from = to;
      return part;
    });
  }
  const parts: Part[] = likely > 0 ? [{ from: 0, to: Math.min(likely, count), heading: null }] : [];
  if (likely < count) {
    parts.push({ from: likely, to: showsLess ? count : likely, heading: { type: "lessLikely" } });
  }
  return parts;
}

export function layoutGrid({ width, thumbnailSize, parts }: LayoutOptions): GridLayout {
  const usable = Math.max(40, width);
  const columns = Math.max(1, Math.round((usable + gap) / (thumbnailSize + gap)));
  const cellWidth = (usable - gap * (columns - 1)) / columns;
  const cellHeight = Math.round(cellWidth * boxRatio) + (showsNames(cellWidth) ? nameHeight : 0);
  const lineHeight = cellHeight + gap;
  const sections: Section[] = [];
  let top = 0;
  let line = 0;
  for (const part of parts) {
    sections.push({ ...part, top, firstLine: line });
    const lines = Math.ceil((part.to - part.from) / columns);
    top += (part.heading ? headingHeight : 0) + lines * lineHeight;
    line += (part.heading ? 1 : 0) + lines;
  }
  const count = parts.at(-1)?.to ?? 0;
  return { columns, cellWidth, cellHeight, lineHeight, sections, height: top, lineCount: line, count };
}

export function showsNames(cellWidth: number): boolean {
  return cellWidth >= nameFromWidth;
}

/** Where a picture is. Undefined when it is not laid out. */
export function placeOf(
  layout: GridLayout,
  index: number,
): { section: Section; line: number; column: number; top: number } | undefined {
  const section = layout.sections[lastSection(layout, (each) => each.from <= index)];
  // An empty section begins where the one before it ends; the index then belongs to neither.
  if (!section || index < section.from || index >= section.to) {
    return undefined;
  }
  const line = Math.floor((index - section.from) / layout.columns);
  const column = (index - section.from) % layout.columns;
  return {
    section,
    line: section.firstLine + (section.heading ? 1 : 0) + line,
    column,
    top: linesTop(section) + line * layout.lineHeight,
  };
}

/** The lines that touch the pixels from `top` to `bottom`. */
export function linesBetween(layout: GridLayout, top: number, bottom: number): Line[] {
  const lines: Line[] = [];
  const { sections } = layout;
  const first = Math.max(
    0,
    lastSection(layout, (each) => each.top <= top),
  );
  for (let index = first; index < sections.length; index++) {
    const section = sections[index];
    if (!section || section.top > bottom) {
      break;
    }
    const { heading } = section;
    if (heading && section.top + headingHeight > top) {
      lines.push({ type: "heading", number: section.firstLine, top: section.top, heading, section });
    }
    const count = Math.ceil((section.to - section.from) / layout.columns);
    const from = Math.max(0, Math.floor((top - linesTop(section)) / layout.lineHeight));
    const to = Math.min(count, Math.ceil((bottom - linesTop(section)) / layout.lineHeight));
    for (let line = from; line < to; line++) {
      lines.push(photoLine(layout, section, line));
    }
  }
  return lines;
}

/** The line that holds a picture. */
export function lineOf(layout: GridLayout, index: number): Line | undefined {
  const place = placeOf(layout, index);
  return place && photoLine(layout, place.section, Math.floor((index - place.section.from) / layout.columns));
}

/** The results that these lines hold, and those between them. */
export function resultsIn(lines: readonly Line[]): RowRange | undefined {
  const photos = lines.filter((line) => line.type === "photos");
  const first = photos[0];
  const last = photos.at(-1);
  return first && last && { from: first.from, to: last.to };
}

/** The lines and another one, unless it is among them. */
export function withLine(lines: Line[], extra: Line | undefined): Line[] {
  return !extra || lines.some(({ number }) => number === extra.number) ? lines : [...lines, extra];
}

/** The first picture that is at least half visible below `top`; the last one where none is. */
export function firstBelow(layout: GridLayout, top: number): number {
  const middle = top + layout.lineHeight / 2;
  const section =
    layout.sections[
      Math.max(
        0,
        lastSection(layout, (each) => each.top <= middle),
      )
    ];
  if (!section) {
    return 0;
  }
  const line = Math.max(0, Math.floor((middle - linesTop(section)) / layout.lineHeight));
  return Math.max(0, Math.min(section.from + line * layout.columns, layout.count - 1));
}

function photoLine(layout: GridLayout, section: Section, line: number): Line {
  const from = section.from + line * layout.columns;
  return {
    type: "photos",
    number: section.firstLine + (section.heading ? 1 : 0) + line,
    top: linesTop(section) + line * layout.lineHeight,
    from,
    to: Math.min(section.to, from + layout.columns),
  };
}

function linesTop(section: Section): number {
  return section.top + (section.heading ? headingHeight : 0);
}

/** The last section that fits; -1 when none does. Sections fit from the first one up to some. */
function lastSection({ sections }: GridLayout, fits: (section: Section) => boolean): number {
  let low = 0;
  let high = sections.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const section = sections[middle];
    if (section && fits(section)) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low - 1;
}
