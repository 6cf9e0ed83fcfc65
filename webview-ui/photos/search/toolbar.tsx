import { Slider } from "../../shared/fields";
import { Select } from "../../shared/select";
import type { PhotosClient } from "../client";
import { thumbnailSizes } from "../saved-state";
import type { SearchState } from "../search";
import { strings } from "../strings";
import { isRanked, sortNames, viewNames, type Answered } from "../view-state";
import { restOfGroups } from "../grid/selection";

interface ToolbarProps {
  client: PhotosClient;
  search: SearchState;
  thumbnailSize: number;
  onThumbnailSize: (size: number) => void;
}

/** Which pictures, in which order, how large, and how many there are. */
export function Toolbar({ client, search, thumbnailSize, onThumbnailSize }: ToolbarProps) {
  const { query, answered, error, selection } = search;
  // Without anything to compare with there is no relevance, and the newest come first.
  const sorts = isRanked(query) ? sortNames : sortNames.filter((sort) => sort !== "relevance");
  const sort = isRanked(query) || query.sort !== "relevance" ? query.sort : "newest";
  const groups = answered?.query.view === "duplicates" ? answered.results.groups : undefined;
  return (
    <div class="toolbar">
      <Select
        label={strings.viewNamed(strings.viewName(query.view))}
        text={strings.viewName(query.view)}
        options={viewNames.map((view) => ({ value: view, label: strings.viewName(view) }))}
        value={query.view}
        onChange={(value) =>
          client.search.setQuery({ view: viewNames.find((each) => each === value) ?? "all" })
        }
      />
      <Select
        label={strings.sortNamed(strings.sortName(sort))}
        text={strings.sortName(sort)}
        options={sorts.map((each) => ({ value: each, label: strings.sortName(each) }))}
        value={sort}
        onChange={(value) =>
          client.search.setQuery({ sort: sortNames.find((each) => each === value) ?? "relevance" })
        }
      />
      <span class="result-summary">{answered && !error && summaryOf(answered)}</span>
      {groups && groups.length > 0 && (
        <button
          type="button"
          class="link"
          onClick={() => client.search.select({ ...selection, ranges: restOfGroups(groups) })}
        >
          {strings.selectRestOfAll()}
        </button>
      )}
      <Slider
        label={strings.thumbnailSize()}
        smallest={thumbnailSizes.smallest}
        largest={thumbnailSizes.largest}
        step={thumbnailSizes.step}
        value={thumbnailSize}
        onInput={onThumbnailSize}
      />
    </div>
  );
}

export function summaryOf({ query, results }: Answered): string {
  const { count, likely, groups, reclaimableBytes } = results;
  if (count > 0 && reclaimableBytes !== undefined) {
    const what = groups ? strings.groups(groups.length) : strings.pictures(count);
    return strings.andThen(what, strings.reclaimable(reclaimableBytes));
  }
  if (isRanked(query) && likely < count) {
    return strings.likelyOf(likely, count);
  }
  return strings.pictures(count);
}
