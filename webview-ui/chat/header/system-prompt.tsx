import { useState } from "preact/hooks";
import { Button } from "../../shared/button";
import { isComposing, TextArea } from "../../shared/text-area";
import { strings } from "../strings";

interface SystemPromptProps {
  text: string;
  /** Resolves to whether it was saved. */
  onSave: (text: string) => Promise<boolean>;
  onClose: () => void;
}

export function SystemPrompt({ text, onSave, onClose }: SystemPromptProps) {
  const [draft, setDraft] = useState<string | null>(null);
  const [saving, setSaving] = useState(false);
  const value = draft ?? text;
  const isChanged = value !== text;

  const save = async () => {
    setSaving(true);
    const saved = await onSave(value);
    setSaving(false);
    if (saved) {
      onClose();
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" && !isComposing(event)) {
      event.preventDefault();
      onClose();
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && isChanged) {
      event.preventDefault();
      void save();
    }
  };

  return (
    <section class="system-prompt" aria-label={strings.systemPrompt()}>
      <h2>{strings.systemPrompt()}</h2>
      <TextArea
        label={strings.systemPrompt()}
        class="system-prompt-field"
        value={value}
        placeholder={strings.systemPromptPlaceholder()}
        rows={3}
        autoFocus
        onInput={setDraft}
        onKeyDown={onKeyDown}
      />
      <div class="button-row">
        <span class="hint">{strings.systemPromptHint()}</span>
        <Button appearance="secondary" onClick={onClose}>
          {strings.cancel()}
        </Button>
        <Button disabled={!isChanged || saving} onClick={() => void save()}>
          {strings.save()}
        </Button>
      </div>
    </section>
  );
}
