import type { Sequence, Suite } from "../../evaluation/suite/suite";

const longestName = 80;

/** What of a suite is to be run; the names of its prompts for each of its sequences, or all of them. */
export type SuiteSelection = ReadonlyMap<string, ReadonlySet<string> | "all">;

/**
 * The suite with only what is selected, and what that needs: in a sequence every prompt depends on those
 * before it. Undefined when nothing of the selection is in the suite.
 */
export function partOfSuite(suite: Suite, selection: SuiteSelection): Suite | undefined {
  const sequences = suite.sequences.flatMap((sequence) => {
    const wanted = selection.get(sequence.name);
    const prompts = wanted === undefined ? [] : promptsFor(sequence, wanted);
    return prompts.length === 0 ? [] : [{ ...sequence, prompts }];
  });
  if (sequences.length === 0) {
    return undefined;
  }
  return { ...suite, name: nameOf(suite, sequences, selection), sequences };
}

export function wholeSuite({ sequences }: Pick<Suite, "sequences">): SuiteSelection {
  return new Map(sequences.map(({ name }) => [name, "all"]));
}

function promptsFor({ prompts, independent }: Sequence, wanted: ReadonlySet<string> | "all") {
  if (wanted === "all") {
    return prompts;
  }
  if (independent) {
    return prompts.filter(({ name }) => wanted.has(name));
  }
  return prompts.slice(0, prompts.findLastIndex(({ name }) => wanted.has(name)) + 1);
}

/** Lists of evaluations tell whole suites and parts apart. */
function nameOf(suite: Suite, sequences: readonly Sequence[], selection: SuiteSelection): string {
  const parts = sequences.map(({ name }) => {
    const wanted = selection.get(name) ?? "all";
    return wanted === "all" ? name : `${name} · ${[...wanted].join(", ")}`;
  });
  const isWhole = promptCount(sequences) === promptCount(suite.sequences);
  return isWhole ? suite.name : `${suite.name} · ${shortened(parts.join(", "))}`;
}

function shortened(text: string): string {
  return text.length > longestName ? `${text.slice(0, longestName)}…` : text;
}

function promptCount(sequences: readonly Sequence[]): number {
  return sequences.reduce((sum, { prompts }) => sum + prompts.length, 0);
}
