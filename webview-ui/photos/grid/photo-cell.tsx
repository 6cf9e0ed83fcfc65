import { useState } from "preact/hooks";
import type { PhotoItem } from "../../../src/protocol/photos-view";
import { Icon } from "../../shared/icon";
import { memo } from "../../shared/memo";
import { strings } from "../strings";

interface PhotoCellProps {
  index: number;
  column: number;
  /** Undefined while it is on its way. */
  item: PhotoItem | undefined;
  isSelected: boolean;
  isActive: boolean;
  isRanked: boolean;
}

/** One picture. Clicks and keys are handled by the grid, so that scrolling creates no functions. */
export const PhotoCell = memo(function PhotoCell(props: PhotoCellProps) {
  const { index, column, item, isSelected, isActive, isRanked } = props;
  return (
    <div
      class={`photo ${isSelected ? "is-selected" : ""}`}
      role="gridcell"
      aria-colindex={column + 1}
      aria-selected={isSelected}
      aria-label={item ? describe(item) : strings.loadingPicture()}
      title={item ? tooltip(item) : undefined}
      tabIndex={isActive ? 0 : -1}
      data-index={index}
    >
      <div class="photo-box">
        {item && <Thumbnail item={item} />}
        {isRanked && item?.score !== undefined && (
          <span class="photo-score" title={strings.similarity(item.score)}>
            {strings.score(item.score)}
          </span>
        )}
        {item && (
          <button
            type="button"
            class="find-similar"
            tabIndex={-1}
            title={strings.findSimilar()}
            aria-label={strings.findSimilar()}
          >
            <Icon name="search-sparkle" />
          </button>
        )}
        <span class="photo-check">
          <Icon name="pass-filled" />
        </span>
      </div>
      <div class="photo-name" dir="auto">
        {item?.name}
      </div>
    </div>
  );
});

function Thumbnail({ item: { thumbnail, width = 0, height = 0 } }: { item: PhotoItem }) {
  if (thumbnail === undefined) {
    return <div class="photo-skeleton" />;
  }
  if (thumbnail === null) {
    return (
      <div class="photo-broken">
        <Icon name="file-media" />
      </div>
    );
  }
  // Another element, so that a picture never fades into another one.
  return <Picture key={thumbnail} src={thumbnail} fit={fitOf(width, height)} />;
}

/** How it fits may become known after it was loaded. */
function Picture({ src, fit }: { src: string; fit: string }) {
  const [outcome, setOutcome] = useState("");
  return (
    <img
      class={`${fit} ${outcome}`}
      src={src}
      alt=""
      decoding="async"
      loading="eager"
      draggable={false}
      onLoad={() => setOutcome("is-loaded")}
      onError={() => setOutcome("is-broken")}
    />
  );
}

/**
 * Photographs fill their box, which cuts little off them; screenshots, icons and tall pictures are shown
 * whole, and tiny ones are not blown up.
 */
function fitOf(width: number, height: number): string {
  if (width > 0 && height > 0 && Math.max(width, height) < 128) {
    return "is-tiny";
  }
  const ratio = height > 0 ? width / height : 1;
  return ratio >= 0.95 && ratio <= 1.8 ? "" : "is-whole";
}

function describe({ name, caption, score }: PhotoItem): string {
  const parts = [name, caption, score === undefined ? undefined : strings.similarity(score)];
  return parts.filter((part) => part !== undefined && part !== "").join(". ");
}

function tooltip({ name, caption }: PhotoItem): string {
  return caption ? `${name}\n${caption}` : name;
}
