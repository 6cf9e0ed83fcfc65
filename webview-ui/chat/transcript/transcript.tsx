import { useEffect } from "preact/hooks";
import type { ChatViewState } from "../../../src/protocol/chat-view";
import { Button } from "../../shared/button";
import { Icon } from "../../shared/icon";
import type { ChatActions } from "../actions";
import { selectedModel } from "../selected-model";
import { strings } from "../strings";
import { Activity } from "./activity";
import { DeployBar } from "./deploy-bar";
import { Message } from "./message";
import { useAutoScroll } from "./use-auto-scroll";
import { useGradualCount } from "./use-gradual-count";
import "./transcript.css";

interface TranscriptProps {
  view: ChatViewState;
  actions: ChatActions;
  /** A new value scrolls to the newest message. */
  followRequest: number;
  /** Pixels from the end at which to begin. */
  initialScroll: number;
  onScroll: (fromEnd: number) => void;
}

export function Transcript({ view, actions, followRequest, initialScroll, onScroll }: TranscriptProps) {
  const { messages, activity } = view;
  const shown = useGradualCount(messages.length);
  const scroll = useAutoScroll({ initialScroll, isComplete: shown === messages.length, onScroll });
  useEffect(() => {
    if (followRequest > 0) {
      scroll.toEnd();
    }
  }, [followRequest]);

  const goToEnd = () => {
    scroll.toEnd();
    // The button is gone now; without this the focus would be lost with it.
    scroll.container.current?.focus({ preventScroll: true });
  };

  const isBusy = activity.type !== "idle";
  const canAnswer = !isBusy && selectedModel(view) !== undefined;
  const last = messages.at(-1);
  return (
    <main class="transcript">
      <div
        class={`transcript-scroll ${isBusy ? "busy" : ""}`}
        ref={scroll.container}
        role="log"
        aria-label={strings.conversation()}
        aria-live="off"
        aria-busy={isBusy}
        tabIndex={0}
      >
        <div class="transcript-content" ref={scroll.content}>
          {messages.slice(messages.length - shown).map((message) => (
            <Message
              key={message.id}
              message={message}
              isLive={isBusy && message === last}
              canAnswer={canAnswer && message === last}
              actions={actions}
            />
          ))}
          <Activity activity={activity} hasText={last?.role === "assistant" && last.text !== ""} />
          {last?.role === "user" && canAnswer && (
            <p class="unanswered">
              <span class="hint">{strings.noAnswerYet()}</span>
              <Button appearance="secondary" onClick={actions.regenerate}>
                {strings.answerNow()}
              </Button>
            </p>
          )}
        </div>
      </div>
      {!scroll.isFollowing && (
        <button type="button" class="scroll-button" title={strings.scrollToNewest()} onClick={goToEnd}>
          <Icon name="arrow-down" />
          <span>{strings.scrollToNewest()}</span>
        </button>
      )}
      <DeployBar view={view} onDeploy={actions.deployModel} />
    </main>
  );
}
