import { useEffect, useRef } from "preact/hooks";
import type { PhotoDetails, PhotoMenuContext, PhotosViewState } from "../../../src/protocol/photos-view";
import { IconButton } from "../../shared/button";
import { errorSentence } from "../../shared/l10n";
import { ProgressRing } from "../../shared/progress";
import type { PhotosActions } from "../actions";
import type { PhotosClient } from "../client";
import type { SearchState } from "../search";
import { strings } from "../strings";
import { PreviewPanel } from "./preview-panel";
import { useDetails } from "./use-details";
import "./preview.css";

interface PreviewProps {
  client: PhotosClient;
  view: PhotosViewState;
  search: SearchState;
  actions: PhotosActions;
  /** Results that can be gone through. */
  count: number;
  onClose: () => void;
}

/** The focused picture, large, above the page. */
export function Preview({ client, view, search, actions, count, onClose }: PreviewProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const index = search.selection.active;
  const item = client.search.item(index);
  const { details, error } = useDetails(client, item?.photoId, view.revision);
  const close = () => dialog.current?.close();
  const go = (step: number) => {
    const next = index + step;
    if (next >= 0 && next < count) {
      actions.goTo(next);
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const shown = item ? [item.photoId] : [];
    if (event.target instanceof HTMLElement && event.target.closest(".caption-editor")) {
      return;
    }
    const hasModifier = event.ctrlKey || event.metaKey || event.altKey || event.shiftKey;
    if (event.key === "ArrowLeft" && !hasModifier) {
      go(-1);
    } else if (event.key === "ArrowRight" && !hasModifier) {
      go(1);
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      actions.open(shown);
    } else if (event.key === "Delete" || (event.key === "Backspace" && event.metaKey)) {
      actions.moveToTrash(shown);
    } else {
      return;
    }
    event.preventDefault();
  };
  const name = item?.name ?? "";
  return (
    <dialog
      ref={dialog}
      class="preview"
      aria-label={name === "" ? strings.preview() : name}
      onClose={onClose}
      onKeyDown={onKeyDown}
    >
      <header class="preview-header">
        <span class="preview-name" title={name} dir="auto">
          {name}
        </span>
        <span class="preview-position">{strings.positionOf(index + 1, count)}</span>
        <IconButton icon="close" label={strings.close()} onClick={close} />
      </header>
      <div class="preview-body">
        <div
          class="preview-stage"
          data-vscode-context={item && JSON.stringify(menuContext(item.photoId, index, search))}
        >
          {error ? (
            <p class="preview-error" role="alert">
              {errorSentence(error)}
            </p>
          ) : (
            <Picture
              // Another element, so that no picture ever stands under another one's name.
              key={item?.photoId}
              isSmall={isSmall(details)}
              src={details?.preview ?? item?.thumbnail ?? undefined}
              alt={details?.caption ?? item?.caption ?? name}
            />
          )}
          {!details && !error && (
            <span class="preview-loading">
              <ProgressRing />
            </span>
          )}
          <IconButton
            class="preview-step is-previous"
            icon="chevron-left"
            label={strings.previous()}
            disabled={index <= 0}
            onClick={() => go(-1)}
          />
          <IconButton
            class="preview-step is-next"
            icon="chevron-right"
            label={strings.next()}
            disabled={index >= count - 1}
            onClick={() => go(1)}
          />
        </div>
        {details && (
          <PreviewPanel
            key={details.photoId}
            details={{ ...details, score: item?.score }}
            hasCaptioner={view.hasCaptioner}
            actions={actions}
            onFindSimilar={() => {
              close();
              actions.findSimilar(details.photoId);
            }}
          />
        )}
      </div>
    </dialog>
  );
}

interface PictureProps {
  src: string | undefined;
  alt: string;
  /** Not blown up. */
  isSmall: boolean;
}

function Picture({ src, alt, isSmall }: PictureProps) {
  return src === undefined ? null : (
    <img class={`preview-picture ${isSmall ? "is-small" : ""}`} src={src} alt={alt} decoding="async" />
  );
}

/** Icons and the like. */
function isSmall(details: PhotoDetails | undefined): boolean {
  const { width = 0, height = 0 } = details ?? {};
  return width > 0 && height > 0 && Math.max(width, height) <= 256;
}

function menuContext(photoId: number, index: number, { answered }: SearchState): PhotoMenuContext {
  return {
    webviewSection: "photo",
    photoId,
    resultsId: answered?.results.resultsId ?? -1,
    selectedRows: [{ from: index, to: index + 1 }],
    photosAreSelected: false,
  };
}
