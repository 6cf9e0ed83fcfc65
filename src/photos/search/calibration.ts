import type { MediaHits } from "../../protocol/store-media";

/**
 * What a score means differs from model to model and from query to query, so no score is judged by its value:
 * - words against other words: how many common words describe the picture better than the query does;
 * - pictures against other pictures: how far a score stands out of those of the whole index.
 */

/** A picture answers a query when no more common words than this describe it better. */
const mostBetterWords = 8;
/** One picture that so few words describe better is enough for a query to have answers. */
const fewBetterWords = 1;
/** So many deviations each better word takes from how far a picture stands out. */
const deviationsPerWord = 0.15;
/** The best picture may stand out so many deviations less than chance would let one of all pictures. */
const deviationsBelowChance = 1.33;
/** A model does not understand a text whose scores hardly differ, compared with those of common words. */
const smallestSpread = 0.7;
/** Fewer pictures are no background to stand out of. */
const fewestPictures = 8;
const smallestDeviations = 2.5;

/**
 * Which hits answer the query: none, unless one stands out; `ranks` as in `rankAmongWords`, in the order of
 * the hits. The limits were chosen by queries for scenes that the demo model never saw, all of them seen
 * before the last choice: what `test/demo-models` measures with them guards against getting worse.
 */
export function likelyByWords(ranks: Uint8Array, { scores, background }: MediaHits): Uint8Array {
  const { count, mean, standardDeviation } = background;
  const enough = count < fewestPictures ? -Infinity : largestByChance(count) - deviationsBelowChance;
  const isAnswered = ranks.some((rank, place) => {
    const deviations = ((scores[place] ?? 0) - mean) / (standardDeviation || 1);
    return mayBeLikely(rank) && (rank <= fewBetterWords || deviations - deviationsPerWord * rank >= enough);
  });
  return ranks.map((rank) => (isAnswered && mayBeLikely(rank) ? 1 : 0));
}

/** Whether a hit of this rank can be likely at all. */
export function mayBeLikely(rank: number): boolean {
  return rank <= mostBetterWords;
}

/** False for a text that says nothing to the model; `usual` is the spread of common words. */
export function isUnderstood({ count, standardDeviation }: MediaHits["background"], usual: number): boolean {
  return count < fewestPictures || standardDeviation >= smallestSpread * usual;
}

/**
 * Smallest score that stands out; one deviation below what chance gives to the best, because scores of
 * pictures have heavier ends and what is looked for is seldom a single one.
 */
export function standsOutAbove({ count, mean, standardDeviation }: MediaHits["background"]): number {
  if (count < fewestPictures) {
    return -Infinity;
  }
  return mean + Math.max(smallestDeviations, largestByChance(count) - 1) * standardDeviation;
}

/** In deviations, about where the largest of so many normally distributed values lies: √(2 ln n). */
function largestByChance(count: number): number {
  return Math.sqrt(2 * Math.log(count));
}
