import type { Method } from "./rpc";
import type { MediaFilter, VectorSpace } from "./store-media";

/** What photo search asks of the store beside vectors. */
export type StoreSearchWire = {
  /** Files by the words of their captions, names and folders. */
  searchText: Method<TextSearch, TextHits>;
  /**
   * Files that are exact copies, and those that a model can hardly tell apart; without a space only copies.
   * Works in slices, so that other requests are answered meanwhile, and ends soon when it is cancelled.
   */
  findDuplicates: Method<{ space: VectorSpace | null; filter: MediaFilter }, DuplicateGroups>;
  /** How many of the words describe a picture better than each query does. */
  rankAmongWords: Method<WordRanking, Uint8Array>;
  /** Folders with the readable pictures directly in them. */
  listPictureFolders: Method<null, { path: string; pictures: number }[]>;
  /** Readable pictures in columns. */
  listPicturePaths: Method<null, PicturePaths>;
};

export interface PicturePaths {
  fileIds: Uint32Array;
  /** Bytes. */
  sizes: Float64Array;
  paths: string[];
}

export interface TextSearch {
  /** Texts as a person wrote them; their words must be there. */
  wanted: string[];
  /** A file that has all words of one of these is no hit. */
  unwanted: string[];
  /** Workspace folders: what lies above them says nothing of a file. */
  roots: string[];
  filter: MediaFilter;
}

export interface TextHits {
  /** Best first, five thousand at most. Files with some of the words only where no file has them all. */
  fileIds: Uint32Array;
  /** Higher is better; equal where nothing tells files apart. */
  scores: Float32Array;
  /** So many of the first have every word. */
  complete: number;
  /** Files that have an unwanted text, in no order. */
  unwanted: Uint32Array;
}

export interface DuplicateGroups {
  /** Group after group, most reclaimable bytes first; in a group the one to keep first. */
  fileIds: Uint32Array;
  /** Of each group. */
  counts: Uint32Array;
  /** Bytes of all but the first, of each group. */
  reclaimableBytes: Float64Array;
}

export interface WordRanking {
  space: VectorSpace;
  fileIds: number[];
  /** Row-major, unit length; `name` tells lists of words apart, because what they give is remembered. */
  words: { name: string; vectors: Float32Array };
  /** Row-major; of any length. Ranks come query after query, in the order of `fileIds`. */
  queries: Float32Array;
}

/** The largest rank that is told apart; `noRank` for a file that the model has not seen. */
export const largestWordRank = 24;
export const noWordRank = 255;
