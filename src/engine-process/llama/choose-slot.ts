/** What a sequence of the context holds, and for whom. */
export interface SlotState {
  /** Conversation that the state belongs to; undefined for none. */
  readonly conversation: string | undefined;
  /** Tokens whose state is kept, from the beginning. */
  readonly tokens: readonly number[];
  /** Grows with every use; 0 for never. */
  readonly lastUsed: number;
  /** The sequence before or after it is in use: they can be evaluated together. */
  readonly isBesideBusy: boolean;
}

/** A state and a prompt that share less than this of the shorter one have little to do with each other. */
const relatedShare = 0.5;

/** Number of tokens at which two lists are equal from their beginning. */
function commonPrefix(a: readonly number[], b: readonly number[]): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a[length] === b[length]) {
    length++;
  }
  return length;
}

/**
 * Which of the idle sequences a request gets. A conversation goes back to its own; a new one takes one that
 * no conversation holds, and of these the one with the most of its prompt, or else one beside another that is
 * in use. The least recently used one is given up otherwise.
 */
export function chooseSlot<S extends SlotState>(
  idle: readonly S[],
  conversation: string | undefined,
  prompt: readonly number[],
): S | undefined {
  const own =
    conversation === undefined ? undefined : idle.find((slot) => slot.conversation === conversation);
  if (own) {
    return own;
  }
  const unclaimed = idle.filter((slot) => slot.conversation === undefined);
  return (
    bestPrefix(unclaimed, prompt) ??
    leastRecentlyUsed(unclaimed.filter(({ isBesideBusy }) => isBesideBusy)) ??
    leastRecentlyUsed(unclaimed) ??
    leastRecentlyUsed(idle)
  );
}

function bestPrefix<S extends SlotState>(slots: readonly S[], prompt: readonly number[]): S | undefined {
  let best: S | undefined;
  let bestLength = 0;
  for (const slot of slots) {
    const length = commonPrefix(slot.tokens, prompt);
    const isRelated = length >= Math.min(slot.tokens.length, prompt.length) * relatedShare;
    if (isRelated && length > bestLength) {
      best = slot;
      bestLength = length;
    }
  }
  return best;
}

function leastRecentlyUsed<S extends SlotState>(slots: readonly S[]): S | undefined {
  return slots.reduce<S | undefined>(
    (oldest, slot) => (oldest && oldest.lastUsed <= slot.lastUsed ? oldest : slot),
    undefined,
  );
}
