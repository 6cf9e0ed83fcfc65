import type { Method } from "./rpc";

/** What the store keeps of files and of what is in them; a reply to a change means that it is on disk. */
export type StoreMediaWire = {
  /** All, or only these paths and what is below them. A file that could not be read has no time, so that it is tried again. */
  listKnownFiles: Method<{ below: string[] } | null, KnownFileColumns>;
  /** New and changed files, and paths of files that are gone. */
  recordFiles: Method<{ found: FoundFile[]; gone: string[] }, null>;
  /** Contents without a vector in this space that can have one; in order of their ids. */
  listPending: Method<{ space: VectorSpace; afterId: number; limit: number }, PendingContent[]>;
  /** Without a space, what no model has seen is pending and nothing is searchable. */
  countMedia: Method<{ space: VectorSpace | null }, MediaCounts>;
  /** Vectors and what was learned of the contents while they were made. */
  recordEmbedded: Method<EmbeddedContents, null>;
  /** Files with a problem, in order of their paths. */
  listProblems: Method<null, { path: string; problem: string }[]>;
  /** Nearest files first, each once. */
  searchMedia: Method<MediaSearch, MediaHits>;
  /** Files that pass a filter, in the order wished for. */
  browseMedia: Method<{ filter: MediaFilter; sort: MediaSort }, Uint32Array>;
  getFiles: Method<{ fileIds: number[] }, MediaFile[]>;
  /** Undefined when the model has not seen the file yet. */
  vectorOfFile: Method<{ space: VectorSpace; fileId: number }, Float32Array | undefined>;
  /** Replaces any other, and removes what was computed from it. An empty one stays: nobody writes another. */
  setCaption: Method<{ fileId: number; caption: string; by: string }, null>;

  /** Readable contents that nobody was asked to describe yet; in order of their ids. */
  listUncaptioned: Method<{ afterId: number; limit: number }, PendingContent[]>;
  /** What a model wrote, empty where it had nothing to say; contents that have a caption meanwhile keep it. */
  recordCaptions: Method<{ by: string; captions: CaptionText[] }, null>;
  /** Captions without a vector in this space; in order of the contents' ids. */
  listPendingCaptions: Method<{ space: VectorSpace; afterId: number; limit: number }, CaptionText[]>;
  /** Leaves out those whose caption changed meanwhile. Rows as in `captions`. */
  recordCaptionVectors: Method<{ space: VectorSpace; vectors: Float32Array; captions: CaptionText[] }, null>;
  /** `space` is that of captions; without it none is pending. */
  countCaptions: Method<{ space: VectorSpace | null }, CaptionCounts>;
};

/** The vectors of one model: those of two models never mix. */
export interface VectorSpace {
  /** Names the model's weights. */
  fingerprint: string;
  dimensions: number;
}

/** Files that were met before, in columns: a hundred thousand of them cross a wire quickly. */
export interface KnownFileColumns {
  /** One after the other; `splitPaths` takes them apart. */
  paths: string;
  /** Bytes. */
  sizes: Float64Array;
  /** Milliseconds since 1970, with fractions. */
  modified: Float64Array;
}

export interface FoundFile {
  path: string;
  size: number;
  modified: number;
  /** Of its content; undefined when it could not be read. */
  hash?: string | undefined;
  /** Why it is not searchable, as a sentence. */
  problem?: string | undefined;
}

export interface PendingContent {
  contentId: number;
  /** One of the files that have it, with what was known of the file when its content was read. */
  path: string;
  size: number;
  modified: number;
}

export interface CaptionText {
  contentId: number;
  caption: string;
}

/** Contents, each once however many files have it. */
export interface CaptionCounts {
  captioned: number;
  uncaptioned: number;
  /** Captions without a vector. */
  pending: number;
}

export interface MediaCounts {
  files: number;
  /** Files with a vector in the space. */
  searchable: number;
  /** Contents that still need one. */
  pending: number;
  problems: number;
  captions: number;
}

export interface EmbeddedContents {
  space: VectorSpace;
  /** Row-major, one row per entry of `contents`. */
  vectors: Float32Array;
  contents: { contentId: number; width: number; height: number }[];
  /** Contents that could not be read. */
  problems: { contentId: number; problem: string }[];
}

export interface MediaFilter {
  /** Absolute folder; files below it. */
  folder?: string | undefined;
  /** Milliseconds since 1970. */
  from?: number | undefined;
  to?: number | undefined;
  /** Lower case, without a dot. */
  extensions?: string[] | undefined;
  /** Bytes. */
  atLeast?: number | undefined;
  atMost?: number | undefined;
}

export type MediaSort = "newest" | "oldest" | "name" | "largest";

export interface MediaSearch {
  space: VectorSpace;
  /** Of any length. */
  query: Float32Array;
  filter: MediaFilter;
  limit: number;
}

export interface MediaHits {
  fileIds: Uint32Array;
  /** Dot products with the query, highest first. */
  scores: Float32Array;
  /** Of all files, whatever the filter: what a score of no special meaning looks like for this query. */
  background: { count: number; mean: number; standardDeviation: number };
}

export interface MediaFile {
  fileId: number;
  path: string;
  size: number;
  modified: number;
  hash: string | undefined;
  width: number | undefined;
  height: number | undefined;
  caption: string | undefined;
  /** Name of the model or `person`. */
  captionBy: string | undefined;
}
