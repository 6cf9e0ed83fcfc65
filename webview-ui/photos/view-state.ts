import type { AppError } from "../../src/common/errors";
import type {
  PhotoFilter,
  PhotoQuery,
  PhotoResults,
  PhotoSetName,
  PhotoSort,
  PhotosViewState,
  QueryPicture,
} from "../../src/protocol/photos-view";

export const emptyQuery: PhotoQuery = {
  text: "",
  pictures: [],
  filter: {},
  sort: "relevance",
  view: "all",
};

export const sortNames: readonly PhotoSort[] = ["relevance", "newest", "oldest", "name", "largest"];
export const viewNames: readonly PhotoSetName[] = ["all", "duplicates", "unused"];

/** Whether results have an order of likeness. */
export function isRanked({ text, pictures }: PhotoQuery): boolean {
  return text.trim() !== "" || pictures.length > 0;
}

/** One removable part of a filter. */
export type FilterPart = "folder" | "date" | "formats" | "size";

export function activeParts(filter: PhotoFilter): FilterPart[] {
  const parts: FilterPart[] = [];
  if (filter.folder !== undefined) {
    parts.push("folder");
  }
  if (filter.from !== undefined || filter.to !== undefined) {
    parts.push("date");
  }
  if (filter.formats !== undefined && filter.formats.length > 0) {
    parts.push("formats");
  }
  if (filter.atLeast !== undefined || filter.atMost !== undefined) {
    parts.push("size");
  }
  return parts;
}

export function withoutPart(filter: PhotoFilter, part: FilterPart): PhotoFilter {
  const { folder, from, to, formats, atLeast, atMost } = filter;
  return definedOnly({
    ...(part !== "folder" && { folder }),
    ...(part !== "date" && { from, to }),
    ...(part !== "formats" && { formats }),
    ...(part !== "size" && { atLeast, atMost }),
  });
}

/** The filter with a change; undefined and empty values are left out. */
export function changeFilter(filter: PhotoFilter, change: PhotoFilter): PhotoFilter {
  return definedOnly({ ...filter, ...change });
}

function definedOnly(filter: PhotoFilter): PhotoFilter {
  return Object.fromEntries(
    Object.entries(filter).filter(
      ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
    ),
  );
}

/** A folder as its workspace folder sees it, whose name stands in front where there are several. */
export function folderText(folder: string, roots: PhotosViewState["folders"]): string {
  const root = roots.find(({ path }) => folder === path || /^[\\/]/.test(rest(folder, path)));
  if (!root) {
    return folder;
  }
  const below = rest(folder, root.path).slice(1);
  const names = [...(roots.length > 1 || below === "" ? [root.name] : []), ...(below === "" ? [] : [below])];
  return names.join("/");
}

/** What follows `path` in `folder`; nothing where it does not begin with it. */
function rest(folder: string, path: string): string {
  return folder.startsWith(path) ? folder.slice(path.length) : "";
}

export const formatNames = ["jpeg", "png", "webp", "gif", "tiff", "avif", "svg"] as const;

/** Classes of file sizes to choose from, in bytes. */
export const sizeClasses: readonly Pick<PhotoFilter, "atLeast" | "atMost">[] = [
  { atMost: 99_999 },
  { atLeast: 100_000, atMost: 999_999 },
  { atLeast: 1_000_000, atMost: 9_999_999 },
  { atLeast: 10_000_000 },
];

/** Number of the filter's class among `sizeClasses`; -1 where it is none of them. */
export function sizeClassOf({ atLeast, atMost }: PhotoFilter): number {
  return sizeClasses.findIndex((each) => each.atLeast === atLeast && each.atMost === atMost);
}

/** The first moment of a local day such as `2024-05-31`; undefined where it is not a day. */
export function startOfDay(day: string): number | undefined {
  const [, year, month, date] = /^(\d{4,})-(\d\d)-(\d\d)$/.exec(day) ?? [];
  return year === undefined ? undefined : new Date(Number(year), Number(month) - 1, Number(date)).getTime();
}

/** The last millisecond of a local day. */
export function endOfDay(day: string): number | undefined {
  const start = startOfDay(day);
  if (start === undefined) {
    return undefined;
  }
  const end = new Date(start);
  // Days with a change to or from summer time have 23 or 25 hours.
  end.setDate(end.getDate() + 1);
  return end.getTime() - 1;
}

/** `2024-05-31` in local time, as date fields want it. */
export function dayOf(time: number | undefined): string {
  if (time === undefined) {
    return "";
  }
  const date = new Date(time);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${String(date.getFullYear()).padStart(4, "0")}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

const weights = [-3, -2, -1, -0.5, 0.5, 1, 2, 3] as const;

/** The next weight up or down; undefined at the end. */
export function nextWeight(weight: number, step: 1 | -1): number | undefined {
  return step > 0 ? weights.find((each) => each > weight) : weights.findLast((each) => each < weight);
}

/** Adds pictures that are not part of the query yet. */
export function addPictures(query: PhotoQuery, added: readonly QueryPicture[]): PhotoQuery {
  const known = new Set(query.pictures.map(({ pictureId }) => pictureId));
  const fresh = added.filter(({ pictureId }) => !known.has(pictureId));
  return {
    ...query,
    pictures: [...query.pictures, ...fresh.map(({ pictureId }) => ({ pictureId, weight: 1 }))],
  };
}

/** Without a weight, the picture goes. */
export function setWeight(query: PhotoQuery, pictureId: string, weight: number | null): PhotoQuery {
  return {
    ...query,
    pictures: query.pictures.flatMap((picture) =>
      picture.pictureId !== pictureId ? [picture] : weight === null ? [] : [{ pictureId, weight }],
    ),
  };
}

/** Results that are not folded away. */
export function shownCount({ count, likely }: PhotoResults, showsLess: boolean): number {
  return showsLess ? count : likely;
}

/** What stands in the middle of the page. */
export type Middle =
  /** How to begin. */
  | "welcome"
  /** Nothing is there yet, but it is being looked for. */
  | "firstScan"
  | "grid"
  /** Results, none of which stands out, still folded. */
  | "nothingLikely"
  | "nothingFiltered"
  | "noDuplicates"
  | "noUnused"
  | "noPictures"
  | "nothingFound"
  /** The query was not answered. */
  | "failed"
  /** No results have arrived yet. */
  | "waiting";

export interface Answered {
  query: PhotoQuery;
  results: PhotoResults;
}

interface SearchOutcome {
  answered: Answered | null;
  error: AppError | null;
  showsLess: boolean;
}

export function middleOf(view: PhotosViewState, { answered, error, showsLess }: SearchOutcome): Middle {
  const { index, counts } = view;
  const hasResults = answered !== null && answered.results.count > 0;
  if (!hasResults && counts.pictures === 0) {
    switch (index.type) {
      case "none":
      case "failed":
      case "needsModel":
        return "welcome";
      case "scanning":
      case "indexing":
      case "paused":
        return "firstScan";
      case "ready":
        return "noPictures";
    }
  }
  if (error) {
    return "failed";
  }
  if (!answered) {
    return "waiting";
  }
  if (hasResults) {
    return answered.results.likely === 0 && !showsLess ? "nothingLikely" : "grid";
  }
  if (activeParts(answered.query.filter).length > 0) {
    return "nothingFiltered";
  }
  if (answered.query.view !== "all") {
    return answered.query.view === "duplicates" ? "noDuplicates" : "noUnused";
  }
  // All pictures were asked for before there were any, and are about to be asked for again.
  const isFirstScan = !isRanked(answered.query) && (index.type === "scanning" || index.type === "indexing");
  return isFirstScan ? "firstScan" : "nothingFound";
}
