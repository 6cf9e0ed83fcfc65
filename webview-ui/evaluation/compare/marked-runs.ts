import type { Reading } from "../../../src/protocol/evaluation-view";

export interface TextRun {
  text: string;
  isMarked: boolean;
}

/**
 * One side's text in runs that are marked or not. White space between two differences is marked with them, so
 * that a rewritten sentence is one mark rather than one for each word.
 */
export function runsOf(parts: NonNullable<Reading["parts"]>, side: "first" | "second"): TextRun[] {
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
