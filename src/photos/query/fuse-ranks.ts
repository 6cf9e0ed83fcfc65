/** As in Cormack, Clarke and Büttcher, “Reciprocal Rank Fusion outperforms Condorcet…”, SIGIR 2009. */
const dampening = 60;

export interface RankedList<Id> {
  /** Best first. */
  ids: readonly Id[];
  /** How much this list counts; 1 is usual. */
  weight: number;
}

/** Best first: each list gives an item weight / (60 + rank); their sum decides. */
export function fuseRanks<Id>(lists: readonly RankedList<Id>[]): { id: Id; score: number }[] {
  const scores = new Map<Id, number>();
  for (const { ids, weight } of lists) {
    for (const [index, id] of ids.entries()) {
      scores.set(id, (scores.get(id) ?? 0) + weight / (dampening + index + 1));
    }
  }
  return Array.from(scores, ([id, score]) => ({ id, score })).sort((a, b) => b.score - a.score);
}
