/** Files that were met before, in columns: a hundred thousand of them cross a wire quickly. */
export interface KnownFileColumns {
  paths: string[];
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
