import { join } from "node:path";
import { AppError } from "../../../common/errors";
import type { Handlers } from "../../../protocol/rpc";
import type {
  MediaFilter,
  MediaHits,
  MediaSearch,
  StoreMediaWire,
  VectorSpace,
} from "../../../protocol/store-media";
import type { Change, Query } from "../commits";
import { diskFiles } from "../files";
import type { StoreSession } from "../session";
import { compileVectorKernel } from "../vectors/kernel";
import { browseMedia, filesByContent, getFiles } from "./browse";
import { countMedia, listPending, listProblems, recordLearned, setCaption } from "./contents";
import { listKnownFiles, recordFiles } from "./files";
import { type OpenSpace, VectorSpaces } from "./vector-spaces";

/** Who may be found by a filter; kept until files or vectors change, because typing asks the same again. */
interface Selection {
  key: string;
  files: Map<number, number[]>;
  mask: Uint8Array | undefined;
}

interface Place {
  /** The store's folder. */
  directory: string;
  /** `vector-kernel.wasm`. */
  kernelPath: string;
}

/** Answers what the host asks of files and their vectors. */
export class MediaService {
  readonly #session: () => Promise<StoreSession>;
  #place: Place | undefined;
  /** Made by the first request that needs vectors: many windows never ask. */
  #spaces: VectorSpaces | undefined;
  #filesRevision = 0;
  #selection: Selection | undefined;

  constructor(session: () => Promise<StoreSession>) {
    this.#session = session;
  }

  setPlace(place: Place): void {
    this.#place = place;
  }

  readonly handlers: Handlers<StoreMediaWire> = {
    listKnownFiles: () => this.#read(listKnownFiles),
    recordFiles: ({ found, gone }) => this.#changeFiles(recordFiles(found, gone)),
    listPending: async ({ space, afterId, limit }) =>
      this.#read(listPending((await this.#open(space)).id, afterId, limit)),
    countMedia: async ({ space }) =>
      this.#read(countMedia(space === null ? 0 : (await this.#open(space)).id)),
    recordEmbedded: async ({ space, vectors, contents, problems }) => {
      await (
        await this.#openSpaces()
      ).add(
        space,
        vectors,
        contents.map(({ contentId }) => ({ contentId, part: 0 })),
      );
      return this.#changeFiles(recordLearned({ contents, problems }));
    },
    listProblems: () => this.#read(listProblems),
    searchMedia: (search) => this.#search(search),
    browseMedia: ({ filter, sort }) => this.#read(browseMedia(filter, sort)),
    getFiles: ({ fileIds }) => this.#read(getFiles(fileIds)),
    vectorOfFile: async ({ space, fileId }) => {
      const { index, rows } = await this.#open(space);
      const contentId = await this.#read(({ query }) =>
        Number(query("SELECT content_id FROM files WHERE id = ?", [fileId])[0]?.["content_id"] ?? 0),
      );
      const row = rows.rowOf(contentId, 0);
      return row === undefined ? undefined : index.vector(row);
    },
    setCaption: ({ fileId, caption, by }) => this.#write(setCaption(fileId, caption, by)),
  };

  async close(): Promise<void> {
    const spaces = this.#spaces;
    this.#spaces = undefined;
    this.#selection = undefined;
    await spaces?.close();
  }

  async #open(space: VectorSpace): Promise<OpenSpace> {
    return (await this.#openSpaces()).open(space);
  }

  async #openSpaces(): Promise<VectorSpaces> {
    const session = await this.#session();
    if (!this.#place) {
      throw new AppError("internal", "The store is not open.");
    }
    const { directory, kernelPath } = this.#place;
    this.#spaces ??= new VectorSpaces(
      session,
      diskFiles,
      join(directory, "vectors"),
      compileVectorKernel(kernelPath),
    );
    return this.#spaces;
  }

  async #search({ space, query, filter, limit }: MediaSearch): Promise<MediaHits> {
    const open = await this.#open(space);
    const { files, mask } = await this.#select(open, filter);
    const { hits, background } = open.index.search({ query, limit, allowed: mask });
    const fileIds: number[] = [];
    const scores: number[] = [];
    for (const { row, score } of hits) {
      for (const fileId of files.get(open.rows.contentOf(row)) ?? []) {
        fileIds.push(fileId);
        scores.push(score);
      }
    }
    return {
      fileIds: Uint32Array.from(fileIds.slice(0, limit)),
      scores: Float32Array.from(scores.slice(0, limit)),
      background,
    };
  }

  async #select(open: OpenSpace, filter: MediaFilter): Promise<Selection> {
    const key = JSON.stringify([open.id, open.rows.revision, this.#filesRevision, filter]);
    if (this.#selection?.key !== key) {
      const files = await this.#read(filesByContent(filter));
      this.#selection = { key, files, mask: open.rows.maskOf((contentId) => files.has(contentId)) };
    }
    return this.#selection;
  }

  async #read<T>(query: Query<T>): Promise<T> {
    return (await this.#session()).read(query);
  }

  async #write(change: Change<void>): Promise<null> {
    await (await this.#session()).write(change);
    return null;
  }

  async #changeFiles(change: Change<void>): Promise<null> {
    await this.#write(change);
    this.#filesRevision++;
    return null;
  }
}
