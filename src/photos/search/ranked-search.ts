import { throwIfAborted } from "../../common/async";
import { AppError } from "../../common/errors";
import type { PhotoQuery } from "../../protocol/photos-view";
import type { MediaFilter, MediaHits } from "../../protocol/store-media";
import { noWordRank, type TextHits } from "../../protocol/store-search";
import type { Store } from "../../store/store-client";
import type { ImageTextModel, PhotoModels } from "../models";
import { combineVectors, type WeightedVector } from "../query/combine";
import { parseQuery, type QueryTerm } from "../query/parse-query";
import { isUnderstood, likelyByWords, mayBeLikely } from "./calibration";
import type { CommonWords, WordVectors } from "./common-words";
import { fuse, judgeByDistribution, type JudgedHits } from "./fusion";
import type { QueryVectors } from "./query-vectors";
import type { FoundFiles } from "./result-set";

const fewestHits = 1000;
/** When all of them stand out, so many are asked for. */
const mostHits = 10_000;
const captionHits = 200;
/** Hits are judged in parts: behind a part without a likely one there are none. */
const judgedAtOnce = 256;
/** Names and captions are not searched for more words than this where pictures are searched, too. */
const mostWordsOfNames = 64;

/** What a person looks for, taken apart. */
export interface Wish {
  wanted: QueryTerm[];
  unwanted: QueryTerm[];
  pictures: PhotoQuery["pictures"];
}

export function parseWish({ text, pictures }: Pick<PhotoQuery, "text" | "pictures">): Wish {
  const terms = parseQuery(text);
  return {
    wanted: terms.filter(({ weight }) => weight > 0),
    unwanted: terms.filter(({ weight }) => weight < 0),
    pictures: pictures.filter(({ weight }) => weight !== 0),
  };
}

export function isEmptyWish({ wanted, unwanted, pictures }: Wish): boolean {
  return wanted.length + unwanted.length + pictures.length === 0;
}

interface Scope {
  filter: MediaFilter;
  most: number;
}

interface RankedSearchOptions {
  store: Store;
  models: PhotoModels;
  vectors: QueryVectors;
  words: CommonWords;
  /** Absolute paths of the workspace folders. */
  roots: () => string[];
}

/** Finds pictures by what they look like, what their captions mean, and what is written of them. */
export class RankedSearch {
  readonly #options: RankedSearchOptions;

  constructor(options: RankedSearchOptions) {
    this.#options = options;
  }

  /** `most`: files of a view that shows few of those that are found. */
  async search(
    wish: Wish,
    { filter, most = fewestHits }: Partial<Scope> & Pick<Scope, "filter">,
    signal: AbortSignal,
  ): Promise<FoundFiles> {
    const imageText = this.#options.models.imageText();
    if (!imageText && wish.pictures.length > 0 && wish.wanted.length + wish.unwanted.length === 0) {
      throw new AppError(
        "engine-stopped",
        "To search by picture, an image-text model must run. Deploy one, then search again.",
      );
    }
    const isOnlyAgainst = wish.wanted.length === 0 && wish.pictures.every(({ weight }) => weight < 0);
    return isOnlyAgainst
      ? this.#allBut(opposite(wish), { filter, most }, imageText, signal)
      : this.#nearest(wish, { filter, most }, imageText, signal);
  }

  /** Everything, newest first, but at the end what stands out for the wish. */
  async #allBut(
    wish: Wish,
    scope: Scope,
    imageText: ImageTextModel | undefined,
    signal: AbortSignal,
  ): Promise<FoundFiles> {
    // Files with any of the words, not with all of them.
    const finds = await Promise.all(
      [
        ...wish.wanted.map((term) => ({ wanted: [term], unwanted: [], pictures: [] })),
        ...(imageText ? wish.pictures : []).map((picture) => ({
          wanted: [],
          unwanted: [],
          pictures: [picture],
        })),
      ].map((each) => this.#nearest(each, scope, imageText, signal)),
    );
    const against = new Set(finds.flatMap(({ fileIds, likely }) => [...fileIds.subarray(0, likely)]));
    const all = await this.#options.store.request("browseMedia", { filter: scope.filter, sort: "newest" });
    throwIfAborted(signal);
    const kept = all.filter((fileId) => !against.has(fileId));
    const fileIds = new Uint32Array(all.length);
    fileIds.set(kept);
    fileIds.set(
      all.filter((fileId) => against.has(fileId)),
      kept.length,
    );
    return { fileIds, likely: kept.length };
  }

  async #nearest(
    wish: Wish,
    scope: Scope,
    imageText: ImageTextModel | undefined,
    signal: AbortSignal,
  ): Promise<FoundFiles> {
    const [seen, described] = await Promise.all([
      imageText && this.#byLook(imageText, wish, scope, signal),
      this.#byMeaningOfCaption(wish, scope.filter, signal),
    ]);
    throwIfAborted(signal);
    const written = await this.#byText(wish, scope.filter, imageText !== undefined);
    throwIfAborted(signal);
    return fuse(seen, described, written);
  }

  async #byLook(
    model: ImageTextModel,
    wish: Wish,
    { filter, most }: Scope,
    signal: AbortSignal,
  ): Promise<JudgedHits> {
    const terms = [...wish.wanted, ...wish.unwanted];
    const [texts, pictures] = await Promise.all([
      this.#options.vectors.ofTexts(model, terms, signal),
      Promise.all(
        wish.pictures.map(({ pictureId }) => this.#options.vectors.ofPicture(model, pictureId, signal)),
      ),
    ]);
    const weighted = [
      ...texts.map((vector, at) => ({ vector, weight: terms[at]?.weight ?? 0 })),
      ...pictures.map((vector, at) => ({ vector, weight: wish.pictures[at]?.weight ?? 0 })),
    ];
    const query = combineVectors(weighted);
    if (!query) {
      throw new AppError(
        "invalid-input",
        "The parts of this query cancel each other out. Change one of them or its weight.",
      );
    }
    const isOnlyText = wish.pictures.length === 0;
    const words = isOnlyText ? await this.#options.words.vectors(model, signal) : undefined;
    for (let limit = most; ; limit = mostHits) {
      throwIfAborted(signal);
      const { space } = model;
      const hits = await this.#options.store.request("searchMedia", { space, query, filter, limit });
      const isLikely = words
        ? await this.#judgeByWords(model, hits, weighted, words, signal)
        : judgeByDistribution(hits);
      if (hits.fileIds.length < limit || limit >= mostHits || isLikely.at(-1) !== 1) {
        return { ...hits, isLikely };
      }
    }
  }

  async #judgeByWords(
    { space }: ImageTextModel,
    hits: MediaHits,
    terms: readonly WeightedVector[],
    words: WordVectors,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    const { store } = this.#options;
    const spread = await this.#options.words.spread(store, space, words, hits.background.count);
    if (!isUnderstood(hits.background, spread)) {
      return new Uint8Array(hits.fileIds.length);
    }
    const unwanted = terms.filter(({ weight }) => weight < 0).map(({ vector }) => vector);
    const queries = rowsOf([meanOf(terms.filter(({ weight }) => weight > 0)), ...unwanted]);
    const ranks = new Uint8Array(hits.fileIds.length).fill(noWordRank);
    for (let start = 0; start < ranks.length; start += judgedAtOnce) {
      throwIfAborted(signal);
      const fileIds = [...hits.fileIds.subarray(start, start + judgedAtOnce)];
      const part = await store.request("rankAmongWords", { space, fileIds, words, queries });
      const own = part.slice(0, fileIds.length);
      // What an unwanted term describes is no answer either.
      for (let at = fileIds.length; at < part.length; at++) {
        if (mayBeLikely(part[at] ?? noWordRank)) {
          own[at % fileIds.length] = noWordRank;
        }
      }
      ranks.set(own, start);
      if (!own.some(mayBeLikely)) {
        break;
      }
    }
    return likelyByWords(ranks, hits);
  }

  async #byMeaningOfCaption(
    { wanted, unwanted }: Wish,
    filter: MediaFilter,
    signal: AbortSignal,
  ): Promise<MediaHits | undefined> {
    const model = this.#options.models.textEmbedding();
    if (!model || wanted.length === 0) {
      return undefined;
    }
    const terms = [...wanted, ...unwanted];
    const vectors = await this.#options.vectors.ofTexts(model, terms, signal);
    const query = combineVectors(vectors.map((vector, at) => ({ vector, weight: terms[at]?.weight ?? 0 })));
    const { space } = model;
    return query && this.#options.store.request("searchMedia", { space, query, filter, limit: captionHits });
  }

  async #byText(
    { wanted, unwanted }: Wish,
    filter: MediaFilter,
    hasOtherWays: boolean,
  ): Promise<TextHits | undefined> {
    const texts = wanted.map(({ text }) => text);
    const isTooLong = texts.join(" ").split(/[^\p{L}\p{M}\p{N}]+/u).length > mostWordsOfNames;
    if (texts.length === 0 || (isTooLong && hasOtherWays)) {
      return undefined;
    }
    const hits = await this.#options.store.request("searchText", {
      wanted: texts,
      unwanted: unwanted.map(({ text }) => text),
      roots: this.#options.roots(),
      filter,
    });
    // Some of the words are better than nothing only where nothing else looks for them.
    const count = hasOtherWays ? hits.complete : hits.fileIds.length;
    return { ...hits, fileIds: hits.fileIds.subarray(0, count), scores: hits.scores.subarray(0, count) };
  }
}

function opposite({ unwanted, pictures }: Wish): Wish {
  const turned = <T extends { weight: number }>(part: T): T => ({ ...part, weight: -part.weight });
  return { wanted: unwanted.map(turned), unwanted: [], pictures: pictures.map(turned) };
}

/** Its dot products are the weighted means of those of its parts, comparable with those of one word. */
function meanOf(terms: readonly WeightedVector[]): Float32Array {
  const mean = new Float32Array(terms[0]?.vector.length ?? 0);
  const total = terms.reduce((sum, { weight }) => sum + weight, 0);
  for (const { vector, weight } of terms) {
    for (const [index, value] of vector.entries()) {
      mean[index] = (mean[index] ?? 0) + (value * weight) / total;
    }
  }
  return mean;
}

function rowsOf(vectors: readonly Float32Array[]): Float32Array {
  const rows = new Float32Array(vectors.reduce((length, vector) => length + vector.length, 0));
  let start = 0;
  for (const vector of vectors) {
    rows.set(vector, start);
    start += vector.length;
  }
  return rows;
}
