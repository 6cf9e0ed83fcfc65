import { ErrorBoundary } from "../../shared/error-boundary";
import { memo } from "../../shared/memo";
import { strings } from "../strings";
import { AssistantMessage } from "./assistant-message";
import type { MessageProps } from "./message-props";
import { UserMessage } from "./user-message";

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
