import { Button, IconButton } from "../../shared/button";
import type { PhotosActions } from "../actions";
import { strings } from "../strings";

/** What can be done with everything that is selected. */
export function SelectionBar({ count, actions }: { count: number; actions: PhotosActions }) {
  return (
    <section class="selection-bar" role="toolbar" aria-label={strings.selected(count)}>
      <span class="selection-count">{strings.selected(count)}</span>
      <Button appearance="secondary" onClick={() => actions.open()}>
        {strings.open()}
      </Button>
      <IconButton
        icon="markdown"
        label={strings.insertMarkdown()}
        onClick={() => actions.insertLinks("markdown")}
      />
      <IconButton icon="code" label={strings.insertHtml()} onClick={() => actions.insertLinks("html")} />
      <IconButton icon="copy" label={strings.copyPath()} onClick={() => actions.copyPaths()} />
      <IconButton icon="trash" label={strings.moveToTrash()} onClick={() => actions.moveToTrash()} />
      <IconButton icon="close" label={strings.clearSelection()} onClick={actions.clearSelection} />
    </section>
  );
}
