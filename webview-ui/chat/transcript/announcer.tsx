import { useEffect, useRef, useState } from "preact/hooks";
import type { ChatViewState } from "../../../src/protocol/chat-view";
import type { StoredMessage } from "../../../src/protocol/store";
import { strings } from "../strings";
import { splitThinking } from "./thinking";

/** Long enough to be useful, short enough to listen to. */
const mostCharacters = 1000;

/**
 * Tells screen readers that an answer has begun and what it is once it is complete. The conversation
 * itself is silent, because it changes with every token.
 */
export function Announcer({ view }: { view: ChatViewState }) {
  const [text, setText] = useState("");
  const wasBusy = useRef(false);
  const isBusy = view.activity.type !== "idle";
  useEffect(() => {
    if (isBusy) {
      setText(strings.generating());
    } else if (wasBusy.current) {
      setText(describe(view.messages.at(-1)));
    }
    wasBusy.current = isBusy;
  }, [isBusy]);
  return (
    <div class="visually-hidden" role="status" aria-live="polite">
      {text}
    </div>
  );
}

function describe(message: StoredMessage | undefined): string {
  if (message?.role !== "assistant") {
    return "";
  }
  switch (message.status) {
    case "failed":
      return strings.answerFailed(message.error ?? "");
    case "stopped":
      return strings.answerStopped();
    case "streaming":
    case "complete":
      return strings.answerComplete(splitThinking(message.text, false).answer.slice(0, mostCharacters));
  }
}
