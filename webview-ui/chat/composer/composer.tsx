import { useLayoutEffect, useState } from "preact/hooks";
import type { ChatViewState } from "../../../src/protocol/chat-view";
import { IconButton } from "../../shared/button";
import { isComposing, TextArea } from "../../shared/text-area";
import type { ChatActions } from "../actions";
import { selectedModel } from "../selected-model";
import { strings } from "../strings";
import "./composer.css";

interface ComposerProps {
  view: ChatViewState;
  actions: ChatActions;
  initialDraft: string;
  onDraft: (text: string) => void;
  /** A message is on its way. */
  onSend: () => void;
  /** A new value puts the cursor into the field; 0 does not. */
  focusRequest: number;
}

export function Composer({ view, actions, initialDraft, onDraft, onSend, focusRequest }: ComposerProps) {
  const [draft, setDraft] = useDraft(initialDraft, onDraft);
  const isBusy = view.activity.type !== "idle";
  const canSend = selectedModel(view) !== undefined && draft.trim() !== "" && !isBusy;

  const send = async () => {
    const text = draft;
    setDraft("");
    onSend();
    if (!(await actions.send(text))) {
      // Whatever was typed meanwhile stays, behind the text that did not get through.
      setDraft((typed) => (typed === "" ? text : `${text}\n\n${typed}`));
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (isComposing(event)) {
      return;
    }
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      if (canSend) {
        void send();
      }
    } else if (event.key === "Escape" && isBusy) {
      event.preventDefault();
      actions.stop();
    }
  };

  return (
    <section class="composer" aria-label={strings.composer()}>
      <div class="composer-box">
        <TextArea
          class="composer-field"
          label={strings.message()}
          value={draft}
          placeholder={placeholder(view)}
          focusRequest={focusRequest}
          onInput={setDraft}
          onKeyDown={onKeyDown}
        />
        {isBusy ? (
          <IconButton
            key="action"
            icon="debug-stop"
            class="stop"
            label={strings.stop()}
            onClick={actions.stop}
          />
        ) : (
          <IconButton
            key="action"
            icon="send"
            class="send"
            label={strings.send()}
            disabled={!canSend}
            onClick={() => void send()}
          />
        )}
      </div>
    </section>
  );
}

function placeholder(view: ChatViewState): string {
  const model = selectedModel(view);
  if (model) {
    return strings.messagePlaceholder(model.name);
  }
  if (view.models.length > 0) {
    return strings.chooseFirst();
  }
  return view.loading.length > 0 ? strings.modelLoading() : strings.deployFirst();
}

function useDraft(initial: string, onDraft: (text: string) => void) {
  const [draft, setDraft] = useState(initial);
  useLayoutEffect(() => onDraft(draft), [draft]);
  return [draft, setDraft] as const;
}
