import type { PhotoResults } from "../../../src/protocol/photos-view";
import { Icon } from "../../shared/icon";
import type { PhotosClient } from "../client";
import type { SearchState } from "../search";
import { strings } from "../strings";
import type { Line } from "./layout";

interface HeadingLineProps {
  line: Extract<Line, { type: "heading" }>;
  client: PhotosClient;
  search: SearchState;
  results: PhotoResults;
  columns: number;
}

/** Stands above a group of near-duplicates, or above what does not stand out, which it folds and unfolds. */
export function HeadingLine({ line, client, search, results, columns }: HeadingLineProps) {
  const { heading, section } = line;
  if (heading.type === "lessLikely") {
    const { showsLess } = search;
    return (
      <div class="grid-heading" role="gridcell" aria-colspan={columns}>
        <button
          type="button"
          class="less-likely"
          aria-expanded={showsLess}
          onClick={() => client.search.setShowsLess(!showsLess)}
        >
          <Icon name={showsLess ? "chevron-down" : "chevron-right"} />
          {strings.lessLikely(results.count - results.likely)}
        </button>
      </div>
    );
  }
  const group = results.groups?.[heading.group];
  const { from, to } = section;
  return (
    <div class="grid-heading group-heading" role="gridcell" aria-colspan={columns}>
      <span class="group-name">
        {strings.andThen(strings.nearlySame(to - from), strings.reclaimable(group?.reclaimableBytes ?? 0))}
      </span>
      <button
        type="button"
        class="link"
        onClick={() =>
          client.search.select({ ranges: [{ from: from + 1, to }], active: from + 1, anchor: from + 1 })
        }
      >
        {strings.selectRest()}
      </button>
    </div>
  );
}
