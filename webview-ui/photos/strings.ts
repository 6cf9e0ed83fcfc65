import { formatBytes, formatDuration } from "../../src/common/format";
import type { PhotoSetName, PhotoSort } from "../../src/protocol/photos-view";
import { formatDate, formatNumber, t } from "../shared/l10n";

const pictures = (count: number) => (count === 1 ? t("1 picture") : t("{0} pictures", formatNumber(count)));

/** Every sentence of the photo search page. Functions, because the translations arrive after this module loads. */
export const strings = {
  // Page
  photoSearch: () => t("Photo Search"),
  loading: () => t("Loading Photo Search…"),
  notLoaded: () => t("Photo Search could not be loaded"),
  retry: () => t("Try Again"),
  showLog: () => t("Show Log"),
  save: () => t("Save"),
  cancel: () => t("Cancel"),
  close: () => t("Close"),
  pictures,

  // Search bar
  searchPictures: () => t("Search pictures"),
  placeholder: () => t("Search pictures, for example: beach - people"),
  clearQuery: () => t("Clear the Search"),
  addPicture: () => t("Search by a Picture…"),
  howToSearch: () => t("How to Search"),
  helpWords: () => t("Describe what is to be seen, in your own words: “a red car in the snow”."),
  helpWithout: () => t("“beach - people” finds beaches without people; “dog + snow” asks for both."),
  helpWeight: () => t("“2:red car” counts twice, and 0.5: counts half."),
  helpPicture: () =>
    t("Drop or paste pictures to look for similar ones. Hold Shift when you drag them from the Explorer."),
  queryPicture: (name: string) => t("Search picture {0}", name),
  removePicture: (name: string) => t("Remove {0} from the Search", name),
  addingPicture: () => t("Reading the picture…"),
  moreWeight: () => t("More of This"),
  lessWeight: () => t("Less of This"),
  times: (weight: number) => t("× {0}", formatNumber(weight, Number.isInteger(weight) ? 0 : 1)),
  dropHere: () => t("Drop pictures to find similar ones"),

  // Filters
  filters: () => t("Filters"),
  filtersActive: (count: number) => t("Filters ({0})", formatNumber(count)),
  folder: () => t("Folder"),
  anyFolder: () => t("All folders"),
  folderOption: (label: string, count: number) => t("{0} ({1})", label, formatNumber(count)),
  changed: () => t("Changed"),
  fromDay: () => t("From"),
  toDay: () => t("To"),
  fileSize: () => t("Size"),
  anySize: () => t("Any size"),
  format: () => t("Format"),
  removeFilter: (text: string) => t("Remove Filter {0}", text),
  clearFilters: () => t("Clear Filters"),
  sizeUpTo: (bytes: number) => t("Up to {0}", formatBytes(bytes)),
  sizeFrom: (bytes: number) => t("{0} and more", formatBytes(bytes)),
  sizeBetween: (least: number, most: number) => t("{0} to {1}", formatBytes(least), formatBytes(most)),
  since: (time: number) => t("Since {0}", formatDate(time)),
  until: (time: number) => t("Until {0}", formatDate(time)),
  period: (from: number, to: number) => t("{0} to {1}", formatDate(from), formatDate(to)),

  // Toolbar
  viewNamed: (name: string) => t("View: {0}", name),
  sortNamed: (name: string) => t("Sort by: {0}", name),
  thumbnailSize: () => t("Thumbnail size"),
  viewName: (view: PhotoSetName) =>
    ({ all: t("All"), duplicates: t("Near-Duplicates"), unused: t("Unused") })[view],
  sortName: (sort: PhotoSort) =>
    ({
      relevance: t("Relevance"),
      newest: t("Newest"),
      oldest: t("Oldest"),
      name: t("Name"),
      largest: t("Largest"),
    })[sort],
  likelyOf: (likely: number, count: number) =>
    t("{0} likely of {1}", formatNumber(likely), formatNumber(count)),
  groups: (count: number) => (count === 1 ? t("1 group") : t("{0} groups", formatNumber(count))),
  reclaimable: (bytes: number) => t("{0} reclaimable", formatBytes(bytes)),
  andThen: (first: string, second: string) => t("{0} · {1}", first, second),

  // Grid
  results: () => t("Results"),
  lessLikely: (count: number) => t("Less likely ({0})", formatNumber(count)),
  nearlySame: (count: number) => t("{0} nearly the same", formatNumber(count)),
  selectRest: () => t("Select All but the First"),
  selectRestOfAll: () => t("Select All but the First of Each Group"),
  similarity: (score: number) => t("Similarity {0}", formatNumber(score, 2)),
  score: (score: number) => formatNumber(score, 2),
  loadingPicture: () => t("Loading…"),
  findSimilar: () => t("Find Similar"),

  // Selection
  selected: (count: number) => (count === 1 ? t("1 selected") : t("{0} selected", formatNumber(count))),
  clearSelection: () => t("Clear Selection"),
  open: () => t("Open"),
  reveal: () => t("Reveal in Explorer"),
  copyPath: () => t("Copy Path"),
  insertMarkdown: () => t("Insert Markdown Link"),
  insertHtml: () => t("Insert HTML Link"),
  copyPicture: () => t("Copy Picture"),
  pictureCopied: () => t("Picture copied"),
  moveToTrash: () => t("Move to Trash"),

  // Index
  welcome: () => t("Find pictures by what is in them"),
  welcomeHint: () =>
    t(
      "Every picture of the workspace is looked at once by an image-text model on this machine. Then you search by words or by another picture. Nothing leaves this machine, and no picture is changed.",
    ),
  initialize: () => t("Initialize Search"),
  noFolder: () => t("No folder is open in this window. Open one to search the pictures in it."),
  openFolder: () => t("Open Folder…"),
  scanning: (found: number) => t("Looking for pictures: {0} found", formatNumber(found)),
  indexing: (done: number, total: number) =>
    t("Indexing {0} of {1} pictures", formatNumber(done), formatNumber(total)),
  perSecond: (rate: number) => t("{0} per second", formatNumber(rate, rate < 10 ? 1 : 0)),
  timeLeft: (seconds: number) => t("{0} left", formatDuration(seconds)),
  paused: (done: number, total: number) => t("Paused at {0} of {1}", formatNumber(done), formatNumber(total)),
  pause: () => t("Pause"),
  resume: () => t("Resume"),
  waitingForModel: (waiting: number) =>
    waiting === 1
      ? t("1 new picture waits for an image-text model.")
      : t("{0} new pictures wait for an image-text model.", formatNumber(waiting)),
  noModel: () => t("No image-text model is running: only names and captions are searched."),
  deployModel: () => t("Deploy a Model"),
  unreadable: (count: number) =>
    count === 1 ? t("1 could not be read") : t("{0} could not be read", formatNumber(count)),
  skipped: (count: number) =>
    count === 1 ? t("1 was left out") : t("{0} were left out", formatNumber(count)),
  searchedWith: (model: string) => t("Searched with {0}", model),
  demoModel: () => t("This tiny demo model only knows a few things. Pull a bigger one for real work."),
  demo: () => t("Demo"),
  indexProgress: () => t("Indexing"),

  // Nothing to show
  searchFailed: () => t("The search failed"),
  nothingLikely: () => t("Nothing here looks like that."),
  showLessLikely: () => t("Show Less Likely"),
  nothingFiltered: () => t("No picture passes the filters."),
  noDuplicates: () => t("No pictures are nearly the same."),
  noUnused: () => t("Every picture is mentioned in some file."),
  noPictures: () => t("There are no pictures in this workspace."),
  nothingFound: () => t("No pictures were found."),

  // Preview
  preview: () => t("Preview"),
  previous: () => t("Previous Picture"),
  next: () => t("Next Picture"),
  positionOf: (position: number, count: number) =>
    t("{0} of {1}", formatNumber(position), formatNumber(count)),
  path: () => t("Path"),
  dimensions: () => t("Dimensions"),
  pixels: (width: number, height: number) => t("{0} × {1} pixels", formatNumber(width), formatNumber(height)),
  likeness: () => t("Similarity"),
  caption: () => t("Caption"),
  noCaption: () => t("No caption yet."),
  noCaptionNoModel: () => t("No caption yet. A captioning model writes them once it runs."),
  byModel: () => t("Written by a model"),
  byPerson: () => t("Written by you"),
  editCaption: () => t("Edit Caption"),
  captionPlaceholder: () => t("What is to be seen?"),
};
