import type { ScanRoot } from "./photo-scanner";
import type { Method } from "./rpc";

/** The wire between the extension host and the worker that reads which pictures are mentioned. */
export type PictureMentionsWire = {
  /** Pictures of the store that no text file of these folders mentions. */
  findUnused: Method<{ roots: ScanRoot[] }, UnusedFiles>;
};

export interface UnusedFiles {
  fileIds: Uint32Array;
  /** Bytes. */
  sizes: Float64Array;
  /** Text files that could not be read, or are too long to be. */
  unread: string[];
}
