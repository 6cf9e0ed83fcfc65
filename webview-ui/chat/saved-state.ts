/** What VS Code keeps for the page across reloads. The host's serializer reads `chatId`. */
export interface SavedState {
  chatId: string | null;
  draft: string;
  /** Pixels between the visible part of the conversation and its end; 0 follows the newest text. */
  scroll: number;
}

/** Reads whatever an earlier version of the page may have saved. */
export function parseSavedState(value: unknown): SavedState {
  const saved = typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  const { chatId, draft, scroll } = saved;
  return {
    chatId: typeof chatId === "string" ? chatId : null,
    draft: typeof draft === "string" ? draft : "",
    scroll: typeof scroll === "number" && Number.isFinite(scroll) ? Math.max(0, scroll) : 0,
  };
}
