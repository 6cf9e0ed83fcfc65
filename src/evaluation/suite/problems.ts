import type { AppError } from "../../common/errors";
import { positionsIn, type TextPosition } from "../../common/json-text";
import type { SourcePlace, SuiteProblem } from "./suite";

/** Where something stands in a text, in UTF-16 units; `end` is behind it. */
export interface Span {
  offset: number;
  end: number;
}

/** Takes what is wrong. */
export interface ProblemSink {
  /** There is no use in looking for more. */
  readonly isFull: boolean;
  add(span: Span, reason: AppError, isBeyondSchema?: true): void;
}

/** Reads items until so much is wrong that nobody reads on: a file may have a million of them. */
export function mapUntilFull<Item, Result>(
  items: readonly Item[],
  problems: ProblemSink,
  read: (item: Item) => Result,
): Result[] {
  const results: Result[] = [];
  for (const item of items) {
    if (problems.isFull) {
      break;
    }
    results.push(read(item));
  }
  return results;
}

/** Nobody reads more, and a suite of a megabyte may be wrong in every line. */
const mostProblems = 100;

/** Collects what is wrong in one file, so that a person sees everything at once. */
export class Problems implements ProblemSink {
  readonly #list: SuiteProblem[] = [];
  readonly #positionOf: (offset: number) => TextPosition;

  constructor(
    readonly file: string,
    text: string,
  ) {
    this.#positionOf = positionsIn(text);
  }

  /** From the top of the file to its end. */
  get list(): SuiteProblem[] {
    return [...this.#list].sort((a, b) => a.line - b.line || a.column - b.column);
  }

  get count(): number {
    return this.#list.length;
  }

  get isFull(): boolean {
    return this.#list.length >= mostProblems;
  }

  add({ offset, end }: Span, reason: AppError, isBeyondSchema?: true): void {
    if (!this.isFull) {
      const place = { file: this.file, ...this.#positionOf(offset) };
      const problem = problemAt(place, reason, this.#positionOf(end));
      this.#list.push(isBeyondSchema ? { ...problem, isBeyondSchema } : problem);
    }
  }

  positionOf({ offset }: { offset: number }): TextPosition {
    return this.#positionOf(offset);
  }
}

export function problemAt(place: SourcePlace, reason: AppError, end?: TextPosition): SuiteProblem {
  const { template, args, message } = reason;
  return { ...place, ...(end && { end }), template, args, message };
}

/** The candidate that was probably meant: few letters differ, in any case and with `-` for `_`. */
export function didYouMean(text: string, candidates: Iterable<string>): string | undefined {
  const simplified = simplify(text);
  let best: string | undefined;
  let least = Math.max(1, Math.floor(simplified.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(simplified, simplify(candidate), least);
    if (distance < least) {
      [best, least] = [candidate, distance];
    }
  }
  return best;
}

function simplify(text: string): string {
  return text
    .slice(0, 60)
    .toLowerCase()
    .replace(/[-_\s]/g, "");
}

/** Optimal string alignment distance (a swap of neighbours counts once); `limit` when it is not smaller. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) {
    return limit;
  }
  let [before, previous]: number[][] = [[], Array.from({ length: b.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min(at(previous, j) + 1, at(current, j - 1) + 1, at(previous, j - 1) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, at(before, j - 2) + 1);
      }
      current.push(cost);
    }
    [before, previous] = [previous, current];
  }
  return Math.min(limit, at(previous, b.length));
}

function at(row: readonly number[] | undefined, index: number): number {
  return row?.[index] ?? Infinity;
}
