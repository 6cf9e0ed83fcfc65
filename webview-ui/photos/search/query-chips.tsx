import type {
  PhotoFilter,
  PhotoQuery,
  PhotosViewState,
  QueryPicture,
} from "../../../src/protocol/photos-view";
import { Chip, ChipButton } from "../../shared/chip";
import { ProgressRing } from "../../shared/progress";
import type { PhotosClient } from "../client";
import { strings } from "../strings";
import { activeParts, folderText, nextWeight, setWeight, withoutPart, type FilterPart } from "../view-state";

interface QueryChipsProps {
  client: PhotosClient;
  view: PhotosViewState;
  query: PhotoQuery;
  known: ReadonlyMap<string, QueryPicture>;
  /** Pictures that are on their way to the host. */
  adding: number;
}

/** The pictures that are looked for and the filters in effect, each of which can be taken away. */
export function QueryChips({ client, view, query, known, adding }: QueryChipsProps) {
  const parts = activeParts(query.filter);
  if (query.pictures.length + parts.length + adding === 0) {
    return null;
  }
  const { search } = client;
  return (
    <div class="query-chips">
      {query.pictures.map(({ pictureId, weight }) => (
        <PictureChip
          key={pictureId}
          picture={known.get(pictureId)}
          weight={weight}
          onWeight={(changed) => search.setQuery(setWeight(query, pictureId, changed))}
        />
      ))}
      {adding > 0 && (
        <span class="chip adding-chip">
          <ProgressRing />
          <span class="chip-text">{strings.addingPicture()}</span>
        </span>
      )}
      {parts.map((part) => {
        const text = filterText(part, query.filter, view);
        return (
          <Chip
            key={part}
            removeLabel={strings.removeFilter(text)}
            onRemove={() => search.setQuery({ filter: withoutPart(query.filter, part) })}
          >
            <span class="chip-text" title={text}>
              {text}
            </span>
          </Chip>
        );
      })}
    </div>
  );
}

interface PictureChipProps {
  picture: QueryPicture | undefined;
  weight: number;
  /** Null takes the picture away. */
  onWeight: (weight: number | null) => void;
}

function PictureChip({ picture, weight, onWeight }: PictureChipProps) {
  const name = picture?.name ?? "";
  const less = nextWeight(weight, -1);
  const more = nextWeight(weight, 1);
  return (
    <Chip
      class={`picture-chip ${weight < 0 ? "is-negative" : ""}`}
      removeLabel={strings.removePicture(name)}
      onRemove={() => onWeight(null)}
    >
      {picture && <img class="chip-picture" src={picture.thumbnail} alt={strings.queryPicture(name)} />}
      <span class="chip-text" title={name}>
        {name}
      </span>
      <ChipButton
        icon="remove"
        label={strings.lessWeight()}
        disabled={less === undefined}
        onClick={() => less !== undefined && onWeight(less)}
      />
      <span class="chip-weight">{strings.times(weight)}</span>
      <ChipButton
        icon="add"
        label={strings.moreWeight()}
        disabled={more === undefined}
        onClick={() => more !== undefined && onWeight(more)}
      />
    </Chip>
  );
}

export function sizeText({ atLeast, atMost }: Pick<PhotoFilter, "atLeast" | "atMost">): string {
  if (atLeast !== undefined && atMost !== undefined) {
    return strings.sizeBetween(atLeast, atMost + 1);
  }
  return atLeast !== undefined ? strings.sizeFrom(atLeast) : strings.sizeUpTo((atMost ?? 0) + 1);
}

function filterText(part: FilterPart, filter: PhotoFilter, view: PhotosViewState): string {
  const { folder = "", from, to, formats = [] } = filter;
  switch (part) {
    case "folder":
      return folderText(folder, view.folders);
    case "date":
      if (from !== undefined && to !== undefined) {
        return strings.period(from, to);
      }
      return from !== undefined ? strings.since(from) : strings.until(to ?? 0);
    case "formats":
      return formats.map((format) => format.toUpperCase()).join(", ");
    case "size":
      return sizeText(filter);
  }
}
