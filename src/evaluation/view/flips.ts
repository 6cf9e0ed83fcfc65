import type { Comparison, Flip } from "../../protocol/evaluation-view";
import type { NewCheckResult, StoredResponse } from "../../protocol/store-evaluations";
import type { EvaluationStore } from "../run/run-options";
import { findFlips } from "../statistics/agreement";
import type { Outcome } from "./score-table";
import type { Pair } from "./sides";

/** Responses that are read at once; their texts come along. */
const pairsPerRead = 100;
/** Nobody reads more; the counts are of all. */
const mostListed = 1000;

/** Checks that one side of a pair passed and the other did not, check by check. */
export async function flipsOf(store: EvaluationStore, pairs: readonly Pair[]): Promise<Comparison["flips"]> {
  const flips: Comparison["flips"] = { gained: 0, lost: 0, listed: [] };
  const candidates = pairs.filter(mayHaveFlips);
  for (let start = 0; start < candidates.length; start += pairsPerRead) {
    const some = candidates.slice(start, start + pairsPerRead);
    const responses = await store.request("getResponses", {
      responseIds: some.flatMap(({ first, second }) => [first.id, second.id]),
    });
    const byId = new Map(responses.map((response) => [response.id, response]));
    for (const flip of some.flatMap((pair) => flipsOfPair(pair, byId))) {
      flips[flip.change]++;
      if (flips.listed.length < mostListed) {
        flips.listed.push(flip);
      }
    }
  }
  return flips;
}

/** Neither where all passed on both sides nor where none did. */
function mayHaveFlips({ first, second }: Pair): boolean {
  const passedAll = ({ checksPassed, checksTold }: Outcome) => checksPassed === checksTold;
  const passedNone = ({ checksPassed }: Outcome) => checksPassed === 0;
  return (
    first.checksTold > 0 &&
    second.checksTold > 0 &&
    !(passedAll(first) && passedAll(second)) &&
    !(passedNone(first) && passedNone(second))
  );
}

function flipsOfPair(pair: Pair, byId: ReadonlyMap<number, StoredResponse>): Flip[] {
  const checks = byId.get(pair.first.id)?.checks ?? [];
  const others = new Map((byId.get(pair.second.id)?.checks ?? []).map((check) => [check.expectation, check]));
  const both = checks.flatMap((check) => {
    const other = others.get(check.expectation);
    return other ? [{ key: { check, other }, first: check.passed, second: other.passed }] : [];
  });
  return findFlips<{ check: NewCheckResult; other: NewCheckResult }>(both).map(({ key, change }) => ({
    change,
    place: pair.place,
    run: pair.run,
    expected: key.check.expected,
    message: (change === "gained" ? key.check : key.other).message ?? null,
  }));
}
