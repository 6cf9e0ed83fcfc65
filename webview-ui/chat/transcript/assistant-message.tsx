import type { StoredMessage } from "../../../src/protocol/store";
import { Button, IconButton } from "../../shared/button";
import { Icon } from "../../shared/icon";
import type { ChatActions } from "../actions";
import { MarkdownView } from "../../shared/markdown/markdown-view";
import { strings } from "../strings";
import { CopyButton } from "./copy-button";
import type { MessageProps } from "./message-props";
import { detailStatistics, summarizeStatistics } from "./statistics";
import { splitThinking } from "./thinking";

export function AssistantMessage({ message, isLive, canAnswer, actions }: MessageProps) {
  const { thinking, answer, isOpen } = splitThinking(message.text, isLive);
  const isEmpty = answer.trim() === "" && !thinking && message.status === "complete";
  return (
    <article class={`message assistant-message ${isLive ? "live" : ""}`}>
      <h2 class="visually-hidden">{message.modelName ?? strings.assistant()}</h2>
      {thinking !== null && (
        <details class="thinking" dir="auto">
          <summary>{isOpen && isLive ? strings.thinkingNow() : strings.thinking()}</summary>
          <div class="plain-text">{thinking}</div>
        </details>
      )}
      {answer !== "" && <MarkdownView text={answer} actions={actions} />}
      {isEmpty && <p class="hint">{strings.emptyAnswer()}</p>}
      {message.status === "failed" && <Failure message={message} canAnswer={canAnswer} actions={actions} />}
      {!isLive && <Footer message={message} answer={answer} canAnswer={canAnswer} actions={actions} />}
    </article>
  );
}

interface FailureProps {
  message: StoredMessage;
  canAnswer: boolean;
  actions: ChatActions;
}

function Failure({ message, canAnswer, actions }: FailureProps) {
  return (
    <div class="failure">
      <Icon name="error" />
      <span class="notice-text" dir="auto">
        {message.error ?? strings.failed()}
      </span>
      <span class="failure-buttons">
        {canAnswer && <Button onClick={actions.regenerate}>{strings.retry()}</Button>}
        <Button appearance="secondary" onClick={actions.showLog}>
          {strings.showLog()}
        </Button>
      </span>
    </div>
  );
}

interface FooterProps {
  message: StoredMessage;
  answer: string;
  canAnswer: boolean;
  actions: ChatActions;
}

function Footer({ message, answer, canAnswer, actions }: FooterProps) {
  const ending = endingOf(message);
  return (
    <footer class="message-footer">
      <div class="message-facts">
        {ending && (
          <span class="ending">
            <Icon name={ending.icon} />
            {ending.text}
          </span>
        )}
        {message.modelName && <span class="model-name">{message.modelName}</span>}
        {message.statistics && <Statistics statistics={message.statistics} />}
      </div>
      <div class="message-actions">
        {answer !== "" && <CopyButton text={answer} copy={actions.copy} />}
        {canAnswer && message.status !== "failed" && (
          <IconButton icon="refresh" label={strings.regenerate()} onClick={actions.regenerate} />
        )}
      </div>
    </footer>
  );
}

/** A line that opens to the figures behind it, which its tooltip shows too. */
function Statistics({ statistics }: { statistics: NonNullable<StoredMessage["statistics"]> }) {
  const details = detailStatistics(statistics);
  return (
    <details class="statistics">
      <summary title={details.join("\n")}>{summarizeStatistics(statistics)}</summary>
      <ul>
        {details.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </details>
  );
}

/** What a person should know about how the answer ended; undefined for the usual end. */
function endingOf(message: StoredMessage): { icon: string; text: string } | undefined {
  if (message.status === "streaming") {
    return { icon: "debug-disconnect", text: strings.interrupted() };
  }
  switch (message.statistics?.stopReason) {
    case "context-full":
      return { icon: "warning", text: strings.contextFull() };
    case "max-tokens":
      return { icon: "warning", text: strings.tokenLimit() };
    default:
      return message.status === "stopped" ? { icon: "debug-stop", text: strings.stopped() } : undefined;
  }
}
