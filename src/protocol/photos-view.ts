import type { SerializedError } from "../common/errors";
import type { Method } from "./rpc";

/** What the photo search page asks of the extension host. The page holds no pictures: it asks for windows of results. */
export type PhotosHostWire = {
  /** First call of a page; the reply is everything it shows beside results. */
  ready: Method<null, PhotosViewState>;
  /** A later search makes an earlier one end with `aborted`. */
  search: Method<PhotoQuery, PhotoResults>;
  /** Rows `from` to `from + count - 1`. The results before the newest ones answer too, until a next search. */
  items: Method<{ resultsId: number; from: number; count: number }, PhotoItem[]>;
  /** The ids of these rows, range after range as they are asked for; of older results as well, like `items`. */
  ids: Method<{ resultsId: number; ranges: RowRange[] }, number[]>;
  /** Where these pictures are in the results, in the order asked; -1 for one that is not there. */
  locate: Method<{ resultsId: number; photoIds: number[] }, number[]>;
  /** Everything about one picture, for the preview. */
  details: Method<{ photoId: number }, PhotoDetails>;

  /** Lets the person choose the folder that the window works in. */
  openFolder: Method<null, null>;
  /** Scans the folders and embeds what is new; lets the person choose a model first where none runs. */
  startIndexing: Method<null, null>;
  pauseIndexing: Method<null, null>;
  resumeIndexing: Method<null, null>;
  cancelIndexing: Method<null, null>;
  /** What was left out, as a document. */
  showProblems: Method<null, null>;

  /** The folders that pictures are in, for the filter. */
  pictureFolders: Method<null, PictureFolder[]>;
  /** A picture that was dropped or pasted; the reply stands for it in queries. */
  addQueryPicture: Method<{ name: string; bytes: Uint8Array }, QueryPicture>;
  /** The same for a file that was dragged from the Explorer. */
  addQueryPictureFile: Method<{ uri: string }, QueryPicture>;
  /** What these ids stand for; those that are not known any more are left out. */
  queryPictures: Method<{ pictureIds: string[] }, QueryPicture[]>;
  open: Method<{ photoIds: number[] }, null>;
  reveal: Method<{ photoId: number }, null>;
  copyPaths: Method<{ photoIds: number[]; relative: boolean }, null>;
  /** At the cursor of the editor that was active last, with the caption as alternative text. */
  insertLinks: Method<{ photoIds: number[]; format: "markdown" | "html" }, null>;
  /** PNG bytes for the page to put on the clipboard. */
  pictureForClipboard: Method<{ photoId: number }, Uint8Array>;
  /** Asks first; moves to the trash, never deletes. `moved` is 0 when the person thought better of it. */
  moveToTrash: Method<{ photoIds: number[] }, { moved: number }>;
  setCaption: Method<{ photoId: number; caption: string }, null>;
  showLog: Method<null, null>;
};

/** What the extension host tells the photo search page. */
export type PhotosPageWire = {
  /** The whole state; replaces what the page has. */
  state: Method<PhotosViewState, null>;
  /** Thumbnails that were made meanwhile; `uri` is null where none can be made. */
  thumbnails: Method<{ photoId: number; uri: string | null }[], null>;
  /** Puts a query into the page and runs it: *Find Similar* from elsewhere. */
  setQuery: Method<PhotoQuery, null>;
  focusSearch: Method<null, null>;
  /** Puts the picture on the clipboard, which only a page can: *Copy Picture* of the context menu. */
  copyPicture: Method<{ photoId: number }, null>;
};

/** Rows `from` to `to - 1`. */
export interface RowRange {
  from: number;
  to: number;
}

/**
 * What a command of the page's context menu (`webview/context`) gets. The keys are also context keys for
 * `when` clauses: `webviewSection == 'photo'`, `photosAreSelected`.
 */
export interface PhotoMenuContext {
  webviewSection: "photo";
  /** The picture that was clicked. */
  photoId: number;
  resultsId: number;
  /** Rows of the results that are selected, the clicked one always among them. */
  selectedRows: RowRange[];
  /** Whether they are more than one. */
  photosAreSelected: boolean;
}

export interface PhotosViewState {
  /** Names of the workspace's folders. */
  folders: { name: string; path: string }[];
  index: IndexState;
  /** The image-text model that is used; null while none runs. */
  model: { name: string; isDemo: boolean } | null;
  /** What there is in the index. */
  counts: { pictures: number; searchable: number; captions: number; problems: number; skipped: number };
  /** Whether a captioning model runs, so that pictures get captions. */
  hasCaptioner: boolean;
  /**
   * Grows whenever a search may find something else than before: pictures came, went, were indexed or got
   * captions. The page then searches again, keeping its place.
   */
  revision: number;
}

export type IndexState =
  /** Nothing was indexed here yet. */
  | { type: "none" }
  | { type: "scanning"; found: number }
  | { type: "indexing"; done: number; total: number; perSecond: number; secondsLeft: number | null }
  | { type: "paused"; done: number; total: number }
  /** New pictures wait for a model to be deployed. */
  | { type: "needsModel"; waiting: number }
  | { type: "ready" }
  | { type: "failed"; error: SerializedError };

export interface PhotoQuery {
  /** Words, with `+`, `-` and weights; may be empty. */
  text: string;
  /** Pictures to look for, beside the words: what `addQueryPicture` gave, or a `PhotoDetails.pictureId`. A weight below zero pushes away. */
  pictures: { pictureId: string; weight: number }[];
  filter: PhotoFilter;
  sort: PhotoSort;
  view: PhotoSetName;
}

/** All pictures, groups of pictures that are nearly the same, or those that no file of the workspace mentions. */
export type PhotoSetName = "all" | "duplicates" | "unused";

/** `relevance` without words and pictures means `newest`. */
export type PhotoSort = "relevance" | "newest" | "oldest" | "name" | "largest";

export interface PhotoFilter {
  /** Absolute; pictures below it. */
  folder?: string | undefined;
  /** Milliseconds since 1970, of the file's last change. */
  from?: number | undefined;
  to?: number | undefined;
  /** `jpeg`, `png`, `webp`, `gif`, `tiff`, `avif`, `svg`. */
  formats?: string[] | undefined;
  /** Bytes. */
  atLeast?: number | undefined;
  atMost?: number | undefined;
}

export interface QueryPicture {
  pictureId: string;
  name: string;
  thumbnail: string;
}

export interface PhotoResults {
  resultsId: number;
  count: number;
  /** How many of the first results stand out from the index; the rest is shown under “Less likely”. Equals `count` where nothing is ranked. */
  likely: number;
  /** Bytes that could be reclaimed, for `duplicates` and `unused`. */
  reclaimableBytes?: number | undefined;
  /** For `duplicates`: how many rows each group has, in order. The first of a group is the one to keep. */
  groups?: PhotoGroup[] | undefined;
}

export interface PhotoGroup {
  count: number;
  /** Of all but the first. */
  reclaimableBytes: number;
}

export interface PictureFolder {
  /** Absolute. */
  path: string;
  /** Relative to its workspace folder, whose name stands in front where there are several. */
  label: string;
  /** Pictures in it and below. */
  pictures: number;
}

export interface PhotoItem {
  photoId: number;
  name: string;
  /** Undefined until it was made, and `thumbnails` tells when; null where none can be made. */
  thumbnail?: string | null | undefined;
  /** Pixels, for the grid's shape; undefined until the picture was read. */
  width?: number | undefined;
  height?: number | undefined;
  /** For screen readers and as alternative text. */
  caption?: string | undefined;
  /** Cosine with the query, -1…1; undefined where nothing is ranked. */
  score?: number | undefined;
}

export interface PhotoDetails extends PhotoItem {
  /** Relative to the workspace folder. */
  relativePath: string;
  folderName: string;
  sizeBytes: number;
  /** Milliseconds since 1970. */
  modified: number;
  captionBy?: "model" | "person" | undefined;
  /** Stands for this picture in queries: *Find Similar*. */
  pictureId: string;
  /** A larger picture than the thumbnail. */
  preview: string;
}
