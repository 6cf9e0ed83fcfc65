import { cutState, type DecoderState, emptyState, stateBytes } from "./decoder";

/** Conversations that are kept at most. */
const mostStates = 4;

/**
 * What was evaluated for the latest conversations, so that a follow-up evaluates only its new tokens. The
 * least recently used goes first.
 */
export class ConversationStates {
  static readonly capacity = mostStates;

  readonly #mostBytes: number;
  /** Least recently used first. */
  readonly #states: { conversation: string | undefined; state: DecoderState }[] = [];

  /** `mostBytes` is what they may take together; the latest is kept in any case. */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** What is already known of `tokens`, at most all but the last, whose logits are needed. */
  longestPrefix(tokens: readonly number[]): DecoderState {
    const common = this.#states
      .map(({ state }) => ({
        state,
        length: Math.min(commonLength(state.tokens, tokens), tokens.length - 1),
      }))
      .sort((a, b) => b.length - a.length);
    for (const { state, length } of common) {
      const prefix = cutState(state, length);
      if (prefix) {
        return prefix;
      }
    }
    return emptyState;
  }

  /** Replaces what was kept of the conversation; a request of its own replaces the last such. */
  keep(conversation: string | undefined, state: DecoderState): void {
    const earlier = this.#states.findIndex((entry) => entry.conversation === conversation);
    if (earlier >= 0) {
      this.#states.splice(earlier, 1);
    }
    this.#states.push({ conversation, state });
    while (this.#states.length > 1 && (this.#states.length > mostStates || this.#bytes() > this.#mostBytes)) {
      this.#states.shift();
    }
  }

  #bytes(): number {
    return this.#states.reduce((sum, { state }) => sum + stateBytes(state), 0);
  }
}

function commonLength(one: readonly number[], other: readonly number[]): number {
  const most = Math.min(one.length, other.length);
  let length = 0;
  while (length < most && one[length] === other[length]) {
    length++;
  }
  return length;
}
