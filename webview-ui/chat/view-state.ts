import type { ChatDelta, ChatViewState } from "../../src/protocol/chat-view";
import type { StoredMessage } from "../../src/protocol/store";

/**
 * Takes a whole state from the host. Messages that did not change keep their identity, so that only
 * changed ones are rendered again.
 */
export function replaceState(previous: ChatViewState | null, next: ChatViewState): ChatViewState {
  if (previous?.chatId !== next.chatId) {
    return next;
  }
  const known = new Map(previous.messages.map((message) => [message.id, message]));
  const messages = next.messages.map((message) => {
    const old = known.get(message.id);
    return old && isSame(old, message) ? old : message;
  });
  return { ...next, messages };
}

/** Appends streamed text; undefined when the state does not hold the delta's message. */
export function applyDelta(state: ChatViewState, delta: ChatDelta): ChatViewState | undefined {
  const index = state.messages.findLastIndex((message) => message.id === delta.messageId);
  const message = state.messages[index];
  if (!message) {
    return undefined;
  }
  const messages =
    delta.text === ""
      ? state.messages
      : state.messages.with(index, { ...message, text: message.text + delta.text });
  return { ...state, messages, activity: delta.activity };
}

/** Several deltas at once; `unknownIds` names the messages that the state does not hold. */
export function applyDeltas(
  state: ChatViewState,
  deltas: readonly ChatDelta[],
): { state: ChatViewState; unknownIds: string[] } {
  const unknownIds = new Set<string>();
  let current = state;
  for (const delta of deltas) {
    const changed = applyDelta(current, delta);
    if (changed) {
      current = changed;
    } else {
      unknownIds.add(delta.messageId);
    }
  }
  return { state: current, unknownIds: [...unknownIds] };
}

function isSame(one: StoredMessage, other: StoredMessage): boolean {
  return (
    one.text === other.text &&
    one.status === other.status &&
    one.role === other.role &&
    one.error === other.error &&
    one.modelName === other.modelName &&
    one.createdAt === other.createdAt &&
    JSON.stringify(one.statistics) === JSON.stringify(other.statistics)
  );
}
