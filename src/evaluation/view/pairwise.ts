import type { PairwiseLine } from "../../protocol/evaluation-view";
import type { Preference, StoredComparison } from "../../protocol/store-evaluations";
import { grouped } from "../results";
import type { EvaluationStore } from "../run/run-options";
import { summarizePairwise, type SwappedVerdicts } from "../statistics/agreement";
import type { Side } from "./sides";

/** What judges said when they were shown responses of both sides; only responses of one evaluation are. */
export async function pairwiseLines(
  store: EvaluationStore,
  first: Side,
  second: Side,
): Promise<PairwiseLine[]> {
  const { id: evaluationId } = first.evaluation;
  if (evaluationId !== second.evaluation.id) {
    return [];
  }
  const comparisons = await store.request("listComparisons", { evaluationId });
  const [ofFirst, ofSecond] = [idsOf(first), idsOf(second)];
  const turned = comparisons.flatMap((comparison) => {
    const { firstId, secondId } = comparison;
    if (ofFirst.has(firstId) && ofSecond.has(secondId)) {
      return [comparison];
    }
    return ofFirst.has(secondId) && ofSecond.has(firstId) ? [turnedRound(comparison)] : [];
  });
  return [...grouped(turned, ({ judge, criterion }) => JSON.stringify([judge, criterion])).values()].flatMap(
    (group) => {
      const [one] = group;
      if (!one) {
        return [];
      }
      const { shownFirstShare, ...counts } = summarizePairwise(verdictsOf(group));
      return [
        { judge: one.judge, criterion: one.criterion, ...counts, shownFirstShare: shownFirstShare ?? null },
      ];
    },
  );
}

function idsOf({ outcomes }: Side): ReadonlySet<number> {
  return new Set(outcomes.map(({ id }) => id));
}

/** The same verdict, seen from the other side. */
function turnedRound(comparison: StoredComparison): StoredComparison {
  const { firstId, secondId, isSwapped, preference } = comparison;
  return {
    ...comparison,
    firstId: secondId,
    secondId: firstId,
    isSwapped: !isSwapped,
    preference: preference && otherOf[preference],
  };
}

const otherOf: Record<Preference, Preference> = { first: "second", second: "first", tie: "tie" };

function verdictsOf(comparisons: readonly StoredComparison[]): SwappedVerdicts[] {
  const byPair = grouped(comparisons, ({ firstId, secondId }) => `${firstId} ${secondId}`);
  return [...byPair.values()].map((both) => ({
    asGiven: both.find(({ isSwapped }) => !isSwapped)?.preference,
    swapped: both.find(({ isSwapped }) => isSwapped)?.preference,
  }));
}
