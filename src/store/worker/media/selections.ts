import type { MediaFilter } from "../../../protocol/store-media";
import type { Query } from "../commits";
import { filesByContent } from "./browse";
import type { OpenSpace } from "./vector-spaces";

/** Who may be found by a filter. */
export interface Selection {
  files: ReadonlyMap<number, number[]>;
  /** Of the space's rows; undefined when all are allowed. */
  mask: Uint8Array | undefined;
}

/** Two spaces, each with and without a filter, are asked in turn. */
const mostKept = 4;

/** Selections, kept until files or vectors change, because typing asks for the same again. */
export class Selections {
  readonly #files = new Map<string, ReadonlyMap<number, number[]>>();
  readonly #selections = new Map<string, Selection>();

  /** `revision` changes whenever files do. */
  async select(
    open: OpenSpace,
    filter: MediaFilter,
    revision: number,
    read: <T>(query: Query<T>) => Promise<T>,
  ): Promise<Selection> {
    const filesKey = JSON.stringify([revision, filter]);
    let files = this.#files.get(filesKey);
    if (!files) {
      files = await read(filesByContent(filter));
      keep(this.#files, filesKey, files);
    }
    const known = files;
    const key = JSON.stringify([open.id, open.rows.revision, filesKey]);
    const selection = this.#selections.get(key) ?? {
      files,
      mask: open.rows.maskOf((contentId) => known.has(contentId)),
    };
    keep(this.#selections, key, selection);
    return selection;
  }

  clear(): void {
    this.#files.clear();
    this.#selections.clear();
  }
}

/** The newest stand last. */
function keep<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  for (const oldest of map.keys()) {
    if (map.size <= mostKept) {
      break;
    }
    map.delete(oldest);
  }
}
