import type { Reading } from "../../../src/protocol/evaluation-view";

type Parts = NonNullable<Reading["parts"]>;
export type Side = Parts[number]["side"];

export interface TextRun {
  text: string;
  isMarked: boolean;
}

export interface WordCounts {
  first: number;
  second: number;
  /** Words of both texts that are the same, 0…1 of all. */
  shared: number;
}

const wordPattern = /[\p{L}\p{N}\p{M}]+/gu;

/**
 * One side's text in runs that are marked or not. White space between two differences is marked with them, so
 * that a rewritten sentence is one mark rather than one for each word.
 */
export function runsOf(parts: Parts, side: "first" | "second"): TextRun[] {
  const own = parts.filter((part) => part.side === "both" || part.side === side);
  const runs: TextRun[] = [];
  own.forEach((part, index) => {
    const isBetween =
      part.text.trim() === "" && own[index - 1]?.side === side && own[index + 1]?.side === side;
    const isMarked = part.side === side || isBetween;
    const last = runs.at(-1);
    if (last?.isMarked === isMarked) {
      last.text += part.text;
    } else {
      runs.push({ text: part.text, isMarked });
    }
  });
  return runs;
}

/**
 * Both texts as one: of a rewritten stretch what the first side has, then what the second has. White space
 * between differences belongs to both of them.
 */
export function mergedRuns(parts: Parts): { side: Side; text: string }[] {
  const runs: { side: Side; text: string }[] = [];
  let [first, second] = ["", ""];
  const flush = () => {
    runs.push(
      ...(first === "" ? [] : [{ side: "first" as const, text: first }]),
      ...(second === "" ? [] : [{ side: "second" as const, text: second }]),
    );
    [first, second] = ["", ""];
  };
  parts.forEach(({ side, text }, index) => {
    const isBetween = text.trim() === "" && first !== "" && second !== "" && isDifference(parts[index + 1]);
    if (side !== "second" && (side === "first" || isBetween)) {
      first += text;
    }
    if (side !== "first" && (side === "second" || isBetween)) {
      second += text;
    }
    if (side === "both" && !isBetween) {
      flush();
      runs.push({ side, text });
    }
  });
  flush();
  return runs;
}

function isDifference(part: Parts[number] | undefined): boolean {
  return part !== undefined && part.side !== "both";
}

/** How much differs. Signs and white space do not count. */
export function wordCounts(parts: Parts): WordCounts {
  const count = (side: Side) =>
    parts
      .filter((part) => part.side === side)
      .reduce((sum, { text }) => sum + (text.match(wordPattern)?.length ?? 0), 0);
  const [first, second, both] = [count("first"), count("second"), 2 * count("both")];
  const all = first + second + both;
  return { first, second, shared: all === 0 ? 1 : both / all };
}
