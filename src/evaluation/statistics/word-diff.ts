/** A stretch of text that is on both sides, or on one only. */
export interface DiffPart {
  side: "both" | "first" | "second";
  text: string;
}

/** Words, each run of white space, and each other character. */
const tokenPattern = /[\p{L}\p{N}\p{M}_]+(?:['’-][\p{L}\p{N}\p{M}_]+)*|\s+|./gsu;
/** Beyond so many differences the way back through the table takes too much memory (2,000² entries). */
const mostEdits = 2000;

/**
 * What distinguishes two texts, word by word. The parts of one side and both, joined, are that side's text.
 * It is the shortest difference (Myers 1986) for texts that have much in common; texts that do not are
 * divided first at the words that both have once (as in Bram Cohen's patience diff).
 */
export function diffWords(first: string, second: string): DiffPart[] {
  const parts: DiffPart[] = [];
  compare(first.match(tokenPattern) ?? [], second.match(tokenPattern) ?? [], parts, true);
  return merged(parts);
}

type Tokens = readonly string[];

function compare(a: Tokens, b: Tokens, parts: DiffPart[], mayDivide: boolean): void {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) {
    start++;
  }
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) {
    end++;
  }
  push(parts, "both", a.slice(0, start));
  const [middleA, middleB] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  if (middleA.length === 0 || middleB.length === 0) {
    push(parts, "first", middleA);
    push(parts, "second", middleB);
  } else {
    compareMiddle(middleA, middleB, parts, mayDivide);
  }
  push(parts, "both", a.slice(a.length - end));
}

function compareMiddle(a: Tokens, b: Tokens, parts: DiffPart[], mayDivide: boolean): void {
  const found = shortestDifference(a, b);
  if (found) {
    parts.push(...found);
    return;
  }
  let [fromA, fromB] = [0, 0];
  for (const { inA, inB } of mayDivide ? commonUniqueTokens(a, b) : []) {
    compare(a.slice(fromA, inA), b.slice(fromB, inB), parts, false);
    push(parts, "both", a.slice(inA, inA + 1));
    [fromA, fromB] = [inA + 1, inB + 1];
  }
  if (fromA > 0) {
    compare(a.slice(fromA), b.slice(fromB), parts, false);
  } else {
    push(parts, "first", a);
    push(parts, "second", b);
  }
}

/** Undefined where there are too many differences. */
function shortestDifference(a: Tokens, b: Tokens): DiffPart[] | undefined {
  const most = Math.min(mostEdits, a.length + b.length);
  const width = 2 * most + 1;
  // furthest[k + most]: how far into `a` the best path on diagonal k = inA − inB gets.
  const furthest = new Int32Array(width + 2).fill(-1);
  furthest[most + 1] = 0;
  const history: Int32Array[] = [];
  for (let edits = 0; edits <= most; edits++) {
    history.push(furthest.slice(most - edits, most + edits + 2));
    for (let k = -edits; k <= edits; k += 2) {
      const [left, right] = [furthest[k + most - 1] ?? -1, furthest[k + most + 1] ?? -1];
      let inA = k === -edits || (k !== edits && left < right) ? right : left + 1;
      while (inA < a.length && inA - k < b.length && a[inA] === b[inA - k]) {
        inA++;
      }
      furthest[k + most] = inA;
      if (inA >= a.length && inA - k >= b.length) {
        return wayBack(a, b, history);
      }
    }
  }
  return undefined;
}

function wayBack(a: Tokens, b: Tokens, history: readonly Int32Array[]): DiffPart[] {
  const reversed: DiffPart[] = [];
  let [inA, inB] = [a.length, b.length];
  for (let edits = history.length - 1; edits >= 0; edits--) {
    const row = history[edits];
    const reach = (k: number) => row?.[k + edits] ?? -1;
    const k = inA - inB;
    const isInsertion = k === -edits || (k !== edits && reach(k - 1) < reach(k + 1));
    const previousK = isInsertion ? k + 1 : k - 1;
    const previousA = edits === 0 ? 0 : reach(previousK);
    const previousB = edits === 0 ? 0 : previousA - previousK;
    while (inA > previousA && inB > previousB) {
      inA--;
      inB--;
      reversed.push({ side: "both", text: a[inA] ?? "" });
    }
    if (edits > 0) {
      reversed.push(
        isInsertion
          ? { side: "second", text: b[previousB] ?? "" }
          : { side: "first", text: a[previousA] ?? "" },
      );
    }
    [inA, inB] = [previousA, previousB];
  }
  return reversed.reverse();
}

interface Anchor {
  inA: number;
  inB: number;
}

/** Tokens that each side has exactly once, as many as stand in the same order on both. */
function commonUniqueTokens(a: Tokens, b: Tokens): Anchor[] {
  const [onceA, onceB] = [placesOfUnique(a), placesOfUnique(b)];
  const common: Anchor[] = [...onceA].flatMap(([token, inA]) => {
    const inB = onceB.get(token);
    return inB === undefined ? [] : [{ inA, inB }];
  });
  return longestIncreasing(common);
}

function placesOfUnique(tokens: Tokens): Map<string, number> {
  const places = new Map<string, number>();
  const repeated = new Set<string>();
  for (const [index, token] of tokens.entries()) {
    if (places.has(token)) {
      repeated.add(token);
    }
    places.set(token, index);
  }
  for (const token of repeated) {
    places.delete(token);
  }
  return places;
}

/** By patience sorting; `anchors` are in order of `inA`. */
function longestIncreasing(anchors: readonly Anchor[]): Anchor[] {
  interface Link extends Anchor {
    before: Link | undefined;
  }
  const tops: Link[] = [];
  for (const anchor of anchors) {
    let [low, high] = [0, tops.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((tops[middle]?.inB ?? 0) < anchor.inB) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    tops[low] = { ...anchor, before: tops[low - 1] };
  }
  const chosen: Anchor[] = [];
  for (let link = tops.at(-1); link; link = link.before) {
    chosen.push({ inA: link.inA, inB: link.inB });
  }
  return chosen.reverse();
}

function push(parts: DiffPart[], side: DiffPart["side"], tokens: Tokens): void {
  if (tokens.length > 0) {
    parts.push({ side, text: tokens.join("") });
  }
}

/** Neighbours of one side become one part; between two stretches in common, the first side comes first. */
function merged(parts: readonly DiffPart[]): DiffPart[] {
  const result: DiffPart[] = [];
  const change = { first: "", second: "" };
  const flush = () => {
    for (const side of ["first", "second"] as const) {
      if (change[side]) {
        result.push({ side, text: change[side] });
        change[side] = "";
      }
    }
  };
  for (const { side, text } of parts) {
    if (side !== "both") {
      change[side] += text;
      continue;
    }
    flush();
    const last = result.at(-1);
    if (last?.side === "both") {
      last.text += text;
    } else {
      result.push({ side, text });
    }
  }
  flush();
  return result;
}
