import { dirname } from "node:path";
import { setImmediate as nextTick } from "node:timers/promises";
import { throwIfAborted } from "../../../common/async";
import { abortError } from "../../../common/errors";
import type { Handlers } from "../../../protocol/rpc";
import type { MediaFilter, VectorSpace } from "../../../protocol/store-media";
import type {
  DuplicateGroups,
  PicturePaths,
  StoreSearchWire,
  WordRanking,
} from "../../../protocol/store-search";
import type { Query } from "../commits";
import { groupFiles, groupNearContents, keepOrder } from "./duplicates";
import { searchText } from "./text-search";
import type { OpenSpace } from "./vector-spaces";
import { WordRanks } from "./word-ranks";

/** What a search needs of the media that the store keeps. */
export interface MediaAccess {
  open: (space: VectorSpace) => Promise<OpenSpace>;
  read: <T>(query: Query<T>) => Promise<T>;
  /** Changes whenever files or what they hold do. */
  revision: () => string;
  isClosed: () => boolean;
}

/** Work goes on for so long before other requests have their turn. */
const sliceMs = 12;
const filesPerQuery = 500;

/** Answers what photo search asks beside vectors. */
export class PictureSearchService {
  readonly #media: MediaAccess;
  readonly #ranks = new WordRanks();
  /** Contents that are nearly the same; making them takes seconds. */
  #near: { key: string; groups: number[][] } | undefined;

  constructor(media: MediaAccess) {
    this.#media = media;
  }

  readonly handlers: Handlers<StoreSearchWire> = {
    searchText: (search) => this.#media.read(searchText(search)),
    findDuplicates: ({ space, filter }, { signal }) => this.#findDuplicates(space, filter, signal),
    rankAmongWords: (ranking, { signal }) => this.#rank(ranking, signal),
    listPictureFolders: async () => countFolders((await this.#media.read(readablePictures)).paths),
    listPicturePaths: () => this.#media.read(readablePictures),
  };

  async #findDuplicates(
    space: VectorSpace | null,
    filter: MediaFilter,
    signal: AbortSignal,
  ): Promise<DuplicateGroups> {
    const near = space === null ? [] : await this.#nearContents(space, signal);
    return groupFiles(near, await this.#media.read(keepOrder(filter)));
  }

  async #nearContents(space: VectorSpace, signal: AbortSignal): Promise<number[][]> {
    const open = await this.#media.open(space);
    const key = JSON.stringify([open.id, open.rows.revision, this.#media.revision()]);
    if (this.#near?.key !== key) {
      const order = await this.#media.read(keepOrder({}));
      const groups = await groupNearContents(open, space.dimensions, order, this.#slices(signal));
      this.#near = { key, groups };
    }
    return this.#near.groups;
  }

  async #rank(ranking: WordRanking, signal: AbortSignal): Promise<Uint8Array> {
    const open = await this.#media.open(ranking.space);
    const contents = await this.#media.read(contentsOf(ranking.fileIds));
    return this.#ranks.rank(open, ranking, contents, this.#slices(signal));
  }

  /** Called often; gives way when the slice is used up, and throws when nobody waits any more. */
  #slices(signal: AbortSignal): () => Promise<void> {
    let startedAt = performance.now();
    return async () => {
      if (performance.now() - startedAt > sliceMs) {
        await nextTick();
        throwIfAborted(signal);
        if (this.#media.isClosed()) {
          throw abortError();
        }
        startedAt = performance.now();
      }
    };
  }
}

/** In the order asked for; 0 for a file that is gone. */
function contentsOf(fileIds: readonly number[]): Query<number[]> {
  return ({ query }) => {
    const contents = new Map<number, number>();
    for (let start = 0; start < fileIds.length; start += filesPerQuery) {
      const ids = fileIds.slice(start, start + filesPerQuery);
      const rows = query(
        `SELECT id, content_id FROM files WHERE content_id IS NOT NULL AND id IN (${ids.map(() => "?").join()})`,
        ids,
      );
      for (const row of rows) {
        contents.set(Number(row["id"]), Number(row["content_id"]));
      }
    }
    return fileIds.map((id) => contents.get(id) ?? 0);
  };
}

/** One string per column, as in `listKnownFiles`. */
const readablePictures: Query<PicturePaths> = ({ query }) => {
  const row = query(
    `SELECT group_concat(id) AS ids, group_concat(size) AS sizes, group_concat(path, '//') AS paths
     FROM (SELECT id, size, path FROM files WHERE problem IS NULL ORDER BY id)`,
  )[0];
  const column = (name: string, separator: string) => (row?.[name] ? String(row[name]).split(separator) : []);
  return {
    fileIds: Uint32Array.from(column("ids", ","), Number),
    sizes: Float64Array.from(column("sizes", ","), Number),
    paths: column("paths", "//"),
  };
};

function countFolders(paths: readonly string[]): { path: string; pictures: number }[] {
  const counts = new Map<string, number>();
  for (const path of paths) {
    const folder = dirname(path);
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  return Array.from(counts, ([path, pictures]) => ({ path, pictures }));
}
