import { useRef, useState } from "preact/hooks";
import { Button, IconButton } from "../../shared/button";
import { isComposing, TextArea } from "../../shared/text-area";
import { strings } from "../strings";
import { CopyButton } from "./copy-button";
import type { MessageProps } from "./message-props";

/** What the person wrote, shown as it was typed. */
export function UserMessage({ message, actions }: MessageProps) {
  const [isEditing, setEditing] = useState(false);
  const article = useRef<HTMLElement>(null);
  const close = () => {
    setEditing(false);
    requestAnimationFrame(() => article.current?.querySelector<HTMLElement>(".edit")?.focus());
  };
  return (
    <article class="message user-message" ref={article}>
      <h2 class="visually-hidden">{strings.you()}</h2>
      {isEditing ? (
        <MessageEditor
          text={message.text}
          onSave={(text) => actions.edit(message.id, text)}
          onClose={close}
        />
      ) : (
        <>
          <div class="plain-text" dir="auto">
            {message.text}
          </div>
          <div class="message-actions floating">
            <IconButton icon="edit" class="edit" label={strings.edit()} onClick={() => setEditing(true)} />
            <CopyButton text={message.text} copy={actions.copy} />
          </div>
        </>
      )}
    </article>
  );
}

interface MessageEditorProps {
  text: string;
  onSave: (text: string) => Promise<boolean>;
  onClose: () => void;
}

function MessageEditor({ text, onSave, onClose }: MessageEditorProps) {
  const [draft, setDraft] = useState(text);
  const [saving, setSaving] = useState(false);
  const canSave = draft.trim() !== "" && !saving;
  const save = async () => {
    setSaving(true);
    const saved = await onSave(draft);
    setSaving(false);
    if (saved) {
      onClose();
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (isComposing(event)) {
      return;
    }
    if (event.key === "Escape") {
      event.preventDefault();
      onClose();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      if (canSave) {
        void save();
      }
    }
  };
  return (
    <>
      <TextArea
        label={strings.edit()}
        class="message-editor"
        value={draft}
        autoFocus
        onInput={setDraft}
        onKeyDown={onKeyDown}
      />
      <div class="button-row">
        <span class="hint">{strings.editHint()}</span>
        <Button appearance="secondary" onClick={onClose}>
          {strings.cancel()}
        </Button>
        <Button disabled={!canSave} onClick={() => void save()}>
          {strings.save()}
        </Button>
      </div>
    </>
  );
}
