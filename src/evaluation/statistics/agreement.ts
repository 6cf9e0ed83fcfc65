import type { Preference } from "../../protocol/store-evaluations";
import { mean } from "./summary";

/** How far a judge agrees with itself. */
export interface SelfConsistency {
  /** Share of pairs of judgements of the same thing that gave the same score, 0…1. */
  exactAgreement: number;
  /** Of a judgement from the mean of its group, in points of the scale; 0 when all agree. */
  meanAbsoluteDeviation: number;
  /** Things that were judged more than once. */
  groups: number;
}

/** `groups` are the scores that one judge gave the same thing; undefined when none has two. */
export function selfConsistency(groups: readonly (readonly number[])[]): SelfConsistency | undefined {
  const repeated = groups.filter((scores) => scores.length > 1);
  const agreement = mean(repeated.map(agreementIn));
  const deviation = mean(repeated.map(deviationIn));
  return agreement === undefined || deviation === undefined
    ? undefined
    : { exactAgreement: agreement, meanAbsoluteDeviation: deviation, groups: repeated.length };
}

function agreementIn(scores: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const score of scores) {
    counts.set(score, (counts.get(score) ?? 0) + 1);
  }
  const same = [...counts.values()].reduce((all, count) => all + count * (count - 1), 0);
  return same / (scores.length * (scores.length - 1));
}

function deviationIn(scores: readonly number[]): number {
  const average = mean(scores) ?? 0;
  return mean(scores.map((score) => Math.abs(score - average))) ?? 0;
}

/** A check that one side passed and the other did not. */
export interface Flip<Key> {
  key: Key;
  change: "gained" | "lost";
}

/** `gained`: the second passed what the first did not. What could not be told on a side is no flip. */
export function findFlips<Key>(
  pairs: Iterable<{ key: Key; first: boolean | undefined; second: boolean | undefined }>,
): Flip<Key>[] {
  return [...pairs].flatMap(({ key, first, second }): Flip<Key>[] =>
    first === undefined || second === undefined || first === second
      ? []
      : [{ key, change: second ? "gained" : "lost" }],
  );
}

/** One pair judged in both orders; each preference is of the responses, whatever order was shown. */
export interface SwappedVerdicts {
  asGiven: Preference | undefined;
  swapped: Preference | undefined;
}

export interface PairwiseSummary {
  first: number;
  second: number;
  ties: number;
  /** The verdict changed with the order, so it is counted as none of the above. */
  inconsistent: number;
  /** One of both orders or both gave no verdict. */
  unknown: number;
  /** Of the verdicts that were no tie, the share for whatever was shown first: 0.5 without a bias. */
  shownFirstShare: number | undefined;
}

/** What both orders say together; undefined when one gave no verdict. */
export function combineVerdicts({
  asGiven,
  swapped,
}: SwappedVerdicts): Preference | "inconsistent" | undefined {
  if (asGiven === undefined || swapped === undefined) {
    return undefined;
  }
  return asGiven === swapped ? asGiven : "inconsistent";
}

export function summarizePairwise(verdicts: readonly SwappedVerdicts[]): PairwiseSummary {
  const combined = verdicts.map(combineVerdicts);
  const count = (what: (typeof combined)[number]) => combined.filter((one) => one === what).length;
  const shownFirst = verdicts.flatMap(({ asGiven, swapped }) => [
    ...forShownFirst(asGiven, "first"),
    ...forShownFirst(swapped, "second"),
  ]);
  return {
    first: count("first"),
    second: count("second"),
    ties: count("tie"),
    inconsistent: count("inconsistent"),
    unknown: count(undefined),
    shownFirstShare: mean(shownFirst),
  };
}

function forShownFirst(preference: Preference | undefined, shownFirst: Preference): number[] {
  return preference === undefined || preference === "tie" ? [] : [preference === shownFirst ? 1 : 0];
}
