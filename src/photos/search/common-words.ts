import { delay } from "../../common/async";
import type { Disposable } from "../../common/disposable";
import { isAbort } from "../../common/errors";
import { Emitter } from "../../common/event";
import type { Logger } from "../../common/logger";
import type { VectorSpace } from "../../protocol/store-media";
import type { Store } from "../../store/store-client";
import type { ImageTextModel } from "../models";

/**
 * What pictures commonly show. A query is compared with these, picture by picture: a picture that any of them
 * describes better than the query does is no answer to it. The list is part of how results are judged, so
 * its name changes with it.
 */
const listName = "common-words-1";
const commonWords = (
  "person|man|woman|child|baby|group of people|crowd|face|hand|dog|cat|horse|bird|fish|insect|butterfly|cow|" +
  "wild animal|flower|tree|leaf|grass|forest|mountain|hill|desert|beach|sea|lake|river|waterfall|snow|ice|rain|" +
  "cloud|sky|sunset|night|star|moon|sun|field|garden|park|city|street|building|house|tower|bridge|church|castle|" +
  "room|kitchen|bedroom|bathroom|office|window|door|wall|stairs|table|chair|bed|sofa|lamp|clock|mirror|book|" +
  "paper|document|handwriting|sign|map|chart|screenshot|logo|drawing|painting|pattern|statue|toy|ball|game|car|" +
  "bus|truck|train|bicycle|motorcycle|boat|ship|airplane|rocket|road|fence|food|fruit|apple|vegetable|bread|" +
  "cake|meat|drink|cup|bottle|plate|hat|shoes|dress|suit|glasses|umbrella|bag|key|tool|knife|machine|computer|" +
  "phone|camera|musical instrument|concert|wedding|party|sport|football|swimming|fire|smoke|heart|ring|money|" +
  "flag|red|blue|green|yellow|white|black|brown|orange|pink|purple|black and white photo|blurry photo|close-up|" +
  "landscape|portrait|indoors|outdoors"
).split("|");

/** Texts per request: between two of them, a person's query has its turn. */
const textsAtOnce = 16;
/** A search waits for so long, then judges without. */
const longestWaitMs = 1500;
/** Every sixth word tells how widely the scores of a word spread over the index. */
const wordsPerSpread = 6;
/** The index may grow or shrink by this factor before its spread is measured again. */
const toleratedGrowth = 1.25;

export interface WordVectors {
  name: string;
  /** Row-major. */
  vectors: Float32Array;
}

/** The common words as the running model sees them, made once per model and beside a person's queries. */
export class CommonWords implements Disposable {
  readonly #logger: Logger;
  readonly #disposed = new AbortController();
  readonly #ready = new Emitter<undefined>();
  readonly onDidBecomeReady = this.#ready.event;
  #current: { fingerprint: string; words: Promise<WordVectors | undefined> } | undefined;
  #spread: { fingerprint: string; pictures: number; spread: number } | undefined;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Undefined while they are still being made; `onDidBecomeReady` fires then. */
  async vectors(model: ImageTextModel, signal: AbortSignal): Promise<WordVectors | undefined> {
    const words = this.prepare(model);
    const waiting = new AbortController();
    const wait = delay(longestWaitMs, AbortSignal.any([signal, waiting.signal])).then(() => "late" as const);
    try {
      const first = await Promise.race([words, wait]);
      if (first !== "late") {
        return first;
      }
    } finally {
      waiting.abort();
      wait.catch(() => {});
    }
    void words.then((made) => made && this.#ready.fire(undefined));
    return undefined;
  }

  /** Begins, where it has not begun. */
  prepare(model: ImageTextModel): Promise<WordVectors | undefined> {
    const { fingerprint } = model.space;
    if (this.#current?.fingerprint !== fingerprint) {
      const words = this.#embed(model).catch((error: unknown) => {
        this.#current = undefined;
        if (!isAbort(error)) {
          this.#logger.warn(`Scores are judged without common words: ${String(error)}`);
        }
        return undefined;
      });
      this.#current = { fingerprint, words };
    }
    return this.#current.words;
  }

  /** Standard deviation that three in four common words stay below, over all pictures of the index. */
  async spread(
    store: Store,
    space: VectorSpace,
    { vectors }: WordVectors,
    pictures: number,
  ): Promise<number> {
    const known = this.#spread;
    const growth = pictures / (known?.pictures ?? 1);
    const isRecent = growth < toleratedGrowth && growth > 1 / toleratedGrowth;
    if (known?.fingerprint === space.fingerprint && isRecent) {
      return known.spread;
    }
    const spreads: number[] = [];
    for (let word = 0; word < commonWords.length; word += wordsPerSpread) {
      const query = vectors.slice(word * space.dimensions, (word + 1) * space.dimensions);
      const { background } = await store.request("searchMedia", { space, query, filter: {}, limit: 1 });
      spreads.push(background.standardDeviation);
    }
    spreads.sort((a, b) => a - b);
    const spread = spreads[Math.floor(spreads.length * 0.75)] ?? 0;
    this.#spread = { fingerprint: space.fingerprint, pictures, spread };
    return spread;
  }

  dispose(): void {
    this.#disposed.abort();
    this.#ready.dispose();
  }

  async #embed(model: ImageTextModel): Promise<WordVectors> {
    const { dimensions } = model.space;
    const vectors = new Float32Array(commonWords.length * dimensions);
    for (let start = 0; start < commonWords.length; start += textsAtOnce) {
      const texts = commonWords.slice(start, start + textsAtOnce);
      const options = { purpose: "query", priority: "batch", signal: this.#disposed.signal } as const;
      vectors.set(await model.embedTexts(texts, options), start * dimensions);
    }
    return { name: listName, vectors };
  }
}
