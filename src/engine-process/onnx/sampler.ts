import type { Sampling } from "../../protocol/engine";
import { notANumber } from "../vectors";
import { RandomNumbers } from "./random-numbers";

/** The repeat penalty looks at so many generated tokens, as the other engine's does. */
const penalizedTokens = 64;
/** Candidates are first looked for among tokens that are at most so much less likely, in natural logarithms. */
const firstMargin = 8;
/** A whole vocabulary beyond this margin is less likely together than what 32 random bits can tell from nothing. */
const lastMargin = 36;

/** Tokens with their logits, likeliest first. */
type Candidates = readonly { token: number; logit: number }[];

/**
 * Chooses tokens by their logits. The settings work one after the other, in llama.cpp's order: repeat
 * penalty (https://arxiv.org/abs/1909.05858, section 4.1), top-k, top-p, min-p, temperature. Temperature 0 takes
 * the likeliest. Samplers of the same seed and settings choose alike.
 */
export class Sampler {
  readonly #sampling: Sampling;
  readonly #random: RandomNumbers;
  readonly #recent: number[] = [];

  constructor(sampling: Sampling) {
    this.#sampling = sampling;
    this.#random = new RandomNumbers(sampling.seed ?? Math.floor(Math.random() * 2 ** 32));
  }

  choose(logits: Float32Array): number {
    const penalized = this.#penalize(logits);
    const best = indexOfLargest(penalized);
    if (!Number.isFinite(penalized[best])) {
      throw notANumber();
    }
    const { temperature } = this.#sampling;
    const token = temperature > 0 ? this.#draw(this.#candidates(penalized), temperature) : best;
    this.#recent.push(token);
    if (this.#recent.length > penalizedTokens) {
      this.#recent.shift();
    }
    return token;
  }

  #penalize(logits: Float32Array): Float32Array {
    const { repeatPenalty } = this.#sampling;
    if (repeatPenalty === 1 || repeatPenalty <= 0 || this.#recent.length === 0) {
      return logits;
    }
    const penalized = logits.slice();
    for (const token of new Set(this.#recent)) {
      const logit = logits[token] ?? 0;
      penalized[token] = logit > 0 ? logit / repeatPenalty : logit * repeatPenalty;
    }
    return penalized;
  }

  #candidates(logits: Float32Array): Candidates {
    const { temperature, topK, topP, minP } = this.#sampling;
    const margin = lastMargin * Math.max(1, temperature);
    return filterMinP(filterTopP(likeliest(logits, topK, topP, margin), topP), minP);
  }

  #draw(candidates: Candidates, temperature: number): number {
    const most = candidates[0]?.logit ?? 0;
    const weights = candidates.map(({ logit }) => Math.exp((logit - most) / temperature));
    let left = this.#random.next() * weights.reduce((sum, weight) => sum + weight, 0);
    for (const [index, { token }] of candidates.entries()) {
      left -= weights[index] ?? 0;
      if (left < 0) {
        return token;
      }
    }
    return candidates.at(-1)?.token ?? 0;
  }
}

/** Natural logarithms of probabilities: of `token`, and of the `count` likeliest, likeliest first. */
export function logProbabilities(logits: Float32Array, token: number, count: number) {
  const normalizer = logSumExp(logits);
  return {
    logprob: (logits[token] ?? -Infinity) - normalizer,
    top: likeliest(logits, Math.max(1, count), 1, Infinity).map((candidate) => ({
      token: candidate.token,
      logprob: candidate.logit - normalizer,
    })),
  };
}

/**
 * The `topK` likeliest tokens (all for 0), or fewer when these already hold the share `topP` of the
 * probability; none that is further than `largestMargin` from the likeliest. Sorting a whole vocabulary takes
 * longer than a small model's step, so the margin grows only as far as it must.
 */
function likeliest(logits: Float32Array, topK: number, topP: number, largestMargin: number): Candidates {
  const most = logits[indexOfLargest(logits)] ?? 0;
  const wanted = topK > 0 ? Math.min(topK, logits.length) : logits.length;
  const normalizer = topP < 1 ? logSumExp(logits) : 0;
  let margin = Math.min(firstMargin, largestMargin);
  for (;;) {
    const candidates: { token: number; logit: number }[] = [];
    let share = 0;
    for (let token = 0; token < logits.length; token++) {
      const logit = logits[token] ?? -Infinity;
      if (logit >= most - margin) {
        candidates.push({ token, logit });
        share += topP < 1 ? Math.exp(logit - normalizer) : 0;
      }
    }
    if (candidates.length >= wanted || (topP < 1 && share >= topP) || margin >= largestMargin) {
      return candidates.sort((a, b) => b.logit - a.logit || a.token - b.token).slice(0, wanted);
    }
    margin = margin > 1e4 ? largestMargin : Math.min(margin * 4, largestMargin);
  }
}

/** The fewest likeliest candidates that together hold the share `topP`. */
function filterTopP(candidates: Candidates, topP: number): Candidates {
  if (topP >= 1) {
    return candidates;
  }
  const normalizer = logSumExp(Float32Array.from(candidates, ({ logit }) => logit));
  let share = 0;
  const end = candidates.findIndex(({ logit }) => (share += Math.exp(logit - normalizer)) >= topP);
  return end < 0 ? candidates : candidates.slice(0, end + 1);
}

/** Candidates that are at least `minP` times as likely as the likeliest. */
function filterMinP(candidates: Candidates, minP: number): Candidates {
  const most = candidates[0]?.logit ?? 0;
  return minP > 0
    ? candidates.filter(({ logit }, index) => index === 0 || logit - most >= Math.log(minP))
    : candidates;
}

function indexOfLargest(values: Float32Array): number {
  let largest = 0;
  for (let index = 1; index < values.length; index++) {
    if ((values[index] ?? -Infinity) > (values[largest] ?? -Infinity)) {
      largest = index;
    }
  }
  return largest;
}

function logSumExp(values: Float32Array): number {
  const most = values[indexOfLargest(values)] ?? 0;
  let sum = 0;
  for (const value of values) {
    sum += Math.exp(value - most);
  }
  return most + Math.log(sum);
}
