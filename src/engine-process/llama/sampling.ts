import { randomInt } from "node:crypto";
import type { SequenceEvaluateOptions, Token } from "node-llama-cpp";
import type { Sampling } from "../../protocol/engine";

const repeatPenaltyTokens = 64;

/** The last generated tokens, which a repeat penalty makes less likely. */
export class RecentTokens {
  readonly #tokens: Token[] = [];

  push(token: Token): void {
    this.#tokens.push(token);
    if (this.#tokens.length > repeatPenaltyTokens) {
      this.#tokens.shift();
    }
  }

  get list(): Token[] {
    return [...this.#tokens];
  }
}

/** llama.cpp's sampling chain: repeat penalty, topK, topP, minP, temperature. A temperature of 0 is greedy. */
export function samplingOptions(sampling: Sampling, recent: RecentTokens): SequenceEvaluateOptions {
  const { temperature, topP, topK, minP, repeatPenalty, seed } = sampling;
  return {
    temperature,
    topP,
    topK,
    minP,
    // As the C++ side takes it: 32 bits without a sign.
    seed: seed === undefined ? randomInt(2 ** 32) : Math.floor(seed) >>> 0,
    ...(repeatPenalty === 1
      ? {}
      : {
          repeatPenalty: {
            penalty: repeatPenalty,
            punishTokens: () => recent.list,
            maxPunishTokens: repeatPenaltyTokens,
          },
        }),
  };
}
