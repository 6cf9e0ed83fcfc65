import type { TextPosition } from "../../common/json-text";
import type { SuiteOutline } from "../../evaluation/suite/suite";

/** Where each check of a prompt stands in the suite, in the order of its checks. */
export type CheckPlaces = (sequence: string, prompt: string) => readonly TextPosition[];

/** Prompts from a data file share the checks of their sequence. */
export function checkPlaces({ sequences }: Pick<SuiteOutline, "sequences">): CheckPlaces {
  return (sequence, prompt) => {
    const its = sequences.find(({ name }) => name === sequence);
    return its?.prompts.find(({ name }) => name === prompt)?.checks ?? its?.checksFrom ?? [];
  };
}
