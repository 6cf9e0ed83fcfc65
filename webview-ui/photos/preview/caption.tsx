import { useState } from "preact/hooks";
import type { PhotoDetails } from "../../../src/protocol/photos-view";
import { Button, IconButton } from "../../shared/button";
import { isComposing, TextArea } from "../../shared/text-area";
import { strings } from "../strings";

interface CaptionProps {
  details: PhotoDetails;
  /** Whether a model is going to write one. */
  hasCaptioner: boolean;
  /** True when it was stored. */
  onSave: (photoId: number, caption: string) => Promise<boolean>;
}

/** The caption, which can be written by hand; the host's next state tells by whom it is. */
export function Caption({ details, hasCaptioner, onSave }: CaptionProps) {
  const [edited, setEdited] = useState<string | null>(null);
  const [saved, setSaved] = useState<string | null>(null);
  const caption = saved ?? details.caption ?? "";
  const by = saved === null ? details.captionBy : "person";
  if (edited === null) {
    return (
      <section class="caption" aria-label={strings.caption()}>
        <p class={caption === "" ? "hint" : ""} dir="auto">
          {caption !== "" ? caption : hasCaptioner ? strings.noCaption() : strings.noCaptionNoModel()}
        </p>
        <span class="caption-row hint">
          {caption !== "" && by && (by === "model" ? strings.byModel() : strings.byPerson())}
          <IconButton icon="edit" label={strings.editCaption()} onClick={() => setEdited(caption)} />
        </span>
      </section>
    );
  }
  const save = async () => {
    const text = edited.trim();
    if (text === caption || (await onSave(details.photoId, text))) {
      setSaved(text === caption ? saved : text);
      setEdited(null);
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" && !isComposing(event)) {
      // Only the editing ends, not the preview.
      event.preventDefault();
      event.stopPropagation();
      setEdited(null);
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      void save();
    }
  };
  return (
    <section class="caption caption-editor" aria-label={strings.caption()} onKeyDown={onKeyDown}>
      <TextArea
        label={strings.caption()}
        placeholder={strings.captionPlaceholder()}
        value={edited}
        rows={3}
        autoFocus
        onInput={setEdited}
      />
      <div class="button-row">
        <Button appearance="secondary" onClick={() => setEdited(null)}>
          {strings.cancel()}
        </Button>
        <Button onClick={() => void save()}>{strings.save()}</Button>
      </div>
    </section>
  );
}
