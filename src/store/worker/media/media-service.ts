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
import { browseMedia, getFiles } from "./browse";
import {
  captionPart,
  contentOfFile,
  countCaptions,
  hasCaption,
  listPendingCaptions,
  listUncaptioned,
  recordCaptions,
  setCaption,
} from "./captions";
import { countMedia, listPending, listProblems, recordLearned } from "./contents";
import { listKnownFiles, recordFiles } from "./files";
import type { MediaAccess } from "./search-service";
import { type Selection, Selections } from "./selections";
import { type OpenSpace, VectorSpaces } from "./vector-spaces";

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
  readonly #selections = new Selections();

  constructor(session: () => Promise<StoreSession>) {
    this.#session = session;
  }

  setPlace(place: Place): void {
    this.#place = place;
  }

  /** For searches that are no matter of one vector. */
  readonly access: MediaAccess = {
    open: (space) => this.#open(space),
    read: (query) => this.#read(query),
    revision: () => String(this.#filesRevision),
    isClosed: () => this.#spaces === undefined,
  };

  readonly handlers: Handlers<StoreMediaWire> = {
    listKnownFiles: (only) => this.#read(listKnownFiles(only?.below)),
    recordFiles: ({ found, gone }) => this.#changeFiles(recordFiles(found, gone)),
    listPending: async ({ space, afterId, limit }) =>
      this.#read(listPending((await this.#open(space)).id, afterId, limit)),
    countMedia: async ({ space }) =>
      this.#read(countMedia(space === null ? 0 : (await this.#open(space)).id)),
    recordEmbedded: async ({ space, vectors, contents, problems }) => {
      const origins = contents.map(({ contentId }) => ({ contentId, part: 0 }));
      const alongside = recordLearned({ contents, problems });
      await (await this.#openSpaces()).add(space, vectors, origins, { alongside });
      this.#filesRevision++;
      return null;
    },
    listProblems: () => this.#read(listProblems),
    searchMedia: (search) => this.#search(search),
    browseMedia: ({ filter, sort }) => this.#read(browseMedia(filter, sort)),
    getFiles: ({ fileIds }) => this.#read(getFiles(fileIds)),
    vectorOfFile: async ({ space, fileId }) => {
      const { index, rows } = await this.#open(space);
      const contentId = await this.#read(contentOfFile(fileId));
      const row = rows.rowOf(contentId, 0);
      return row === undefined ? undefined : index.vector(row);
    },
    setCaption: async ({ fileId, caption, by }) => {
      const contentId = await this.#read(contentOfFile(fileId));
      await this.#write(setCaption(contentId, caption, by));
      await this.#spaces?.forget(contentId, captionPart);
      return null;
    },
    listUncaptioned: ({ afterId, limit }) => this.#read(listUncaptioned(afterId, limit)),
    recordCaptions: ({ by, captions }) => this.#write(recordCaptions(by, captions)),
    listPendingCaptions: async ({ space, afterId, limit }) =>
      this.#read(listPendingCaptions((await this.#open(space)).id, afterId, limit)),
    recordCaptionVectors: async ({ space, vectors, captions }) => {
      const origins = captions.map(({ contentId }) => ({ contentId, part: captionPart }));
      await (
        await this.#openSpaces()
      ).add(space, vectors, origins, {
        isWanted: (transaction, index) => {
          const caption = captions[index];
          return caption !== undefined && hasCaption(transaction, caption);
        },
      });
      return null;
    },
    countCaptions: async ({ space }) =>
      this.#read(countCaptions(space === null ? 0 : (await this.#open(space)).id)),
  };

  async close(): Promise<void> {
    const spaces = this.#spaces;
    this.#spaces = undefined;
    this.#selections.clear();
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
    const { mask: all } = await this.#select(open, {});
    const { hits, background } = open.index.search({ query, limit, allowed: mask, background: all });
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

  #select(open: OpenSpace, filter: MediaFilter): Promise<Selection> {
    return this.#selections.select(open, filter, this.#filesRevision, (query) => this.#read(query));
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
