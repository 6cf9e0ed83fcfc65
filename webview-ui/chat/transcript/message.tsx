import type { StoredMessage } from "../../../src/protocol/store";
import { ErrorBoundary } from "../../shared/error-boundary";
import { memo } from "../../shared/memo";
import type { ChatActions } from "../actions";
import { strings } from "../strings";
import { AssistantMessage } from "./assistant-message";
import { UserMessage } from "./user-message";

export interface MessageProps {
  message: StoredMessage;
  /** Whether its answer is being written now. */
  isLive: boolean;
  /** Whether it is the last one and could be answered again. */
  canAnswer: boolean;
  actions: ChatActions;
}

export const Message = memo(function Message(props: MessageProps) {
  const fallback = (
    <article class="message">
      <p class="hint">{strings.notDisplayable()}</p>
      <p class="plain-text">{props.message.text}</p>
    </article>
  );
  return (
    <ErrorBoundary fallback={fallback}>
      {props.message.role === "user" ? <UserMessage {...props} /> : <AssistantMessage {...props} />}
    </ErrorBoundary>
  );
});
