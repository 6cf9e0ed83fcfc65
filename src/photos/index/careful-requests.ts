import { basename } from "node:path";
import { delay } from "../../common/async";
import { AppError, isAbort, type SerializedError, serializeError, toAppError } from "../../common/errors";
import { isProcessEnd } from "../../engine/requests";
import type { MediaSource } from "../../protocol/engine";
import type { PendingContent } from "../../protocol/store-media";

/** A model that does the same with every picture. */
export interface PictureModel<R> {
  /**
   * One result per picture, or why it could not be read. Rejects with `model-busy` while the model is being
   * started again, and with `engine-stopped` when it is another one or gone.
   */
  request: (pictures: readonly MediaSource[], signal: AbortSignal) => Promise<(R | SerializedError)[]>;
}

export type Answer<R> = { picture: PendingContent } & ({ result: R } | { error: SerializedError });
export type RecordAnswers<R> = (answers: Answer<R>[]) => Promise<void>;

/**
 * Pictures, by content, that were in a request which ended the process or failed, and in which kind of
 * request last; kept from one run to the next, so that a search goes on where it was.
 */
export type Suspects = Map<number, "batch" | "group">;

/** Nobody's fault if this one fails: 8 × 8 grey pixels as PNG. */
const harmlessPicture = {
  name: "grey.png",
  bytes: Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAMAAADz0U65AAAAA1BMVEWIiIhYZW6zAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAADElEQVQI12NgoA4AAABIAAH/myMhAAAAAElFTkSuQmCC",
    "base64",
  ),
};
const askAgainMs = 250;

/**
 * Asks a model batch by batch, and finds out which picture it is when one ends the process or makes the
 * whole request fail. A crashed model is started again only a few times, so the guilty one is found within
 * three crashes: the batch, one of about √n groups, and the picture alone. It is blamed only if the model
 * then reads a harmless picture.
 */
export class CarefulRequests<R> {
  readonly #model: PictureModel<R>;
  readonly #suspects: Suspects;
  readonly #signal: AbortSignal;
  /** Settles when no batch is being searched for the guilty one; nothing else may run meanwhile. */
  #search: Promise<void> = Promise.resolve();

  constructor(model: PictureModel<R>, suspects: Suspects, signal: AbortSignal) {
    this.#model = model;
    this.#suspects = suspects;
    this.#signal = signal;
  }

  /** May be called for two batches at once; `record` may be called for parts of a batch. */
  async run(pictures: readonly PendingContent[], record: RecordAnswers<R>): Promise<void> {
    await this.#untilNobodySearches();
    if (!pictures.some(({ contentId }) => this.#suspects.has(contentId))) {
      try {
        await record(await this.#ask(pictures, "batch"));
        return;
      } catch (error) {
        if (!(error instanceof RequestFailed)) {
          throw error;
        }
      }
    }
    const search = this.#search.then(() => this.#searchGuilty(pictures, record));
    this.#search = search.catch(() => undefined);
    await search;
  }

  async #untilNobodySearches(): Promise<void> {
    for (let seen: unknown; seen !== this.#search;) {
      seen = this.#search;
      await this.#search;
    }
  }

  async #searchGuilty(pictures: readonly PendingContent[], record: RecordAnswers<R>): Promise<void> {
    const isInGroup = ({ contentId }: PendingContent) => this.#suspects.get(contentId) === "group";
    await this.#examineEach(pictures.filter(isInGroup), record);
    const others = pictures.filter((picture) => !isInGroup(picture));
    const groupSize = Math.ceil(Math.sqrt(others.length));
    for (let start = 0; start < others.length; start += groupSize) {
      const group = others.slice(start, start + groupSize);
      await this.#untilModelRuns();
      try {
        await this.#recordCleared(await this.#ask(group, "group"), record);
      } catch (error) {
        if (!(error instanceof RequestFailed)) {
          throw error;
        }
        await this.#examineEach(group, record);
      }
    }
  }

  /** Alone. Records at once what it finds, so that a model that ends for good leaves less to search. */
  async #examineEach(pictures: readonly PendingContent[], record: RecordAnswers<R>): Promise<void> {
    for (const picture of pictures) {
      await this.#untilModelRuns();
      let answers: Answer<R>[];
      try {
        answers = await this.#ask([picture], "group");
      } catch (error) {
        if (!(error instanceof RequestFailed)) {
          throw error;
        }
        await this.#untilModelRuns();
        await this.#model.request([harmlessPicture], this.#signal);
        answers = [{ picture, error: blame(picture, error.reason) }];
      }
      await this.#recordCleared(answers, record);
    }
  }

  async #recordCleared(answers: Answer<R>[], record: RecordAnswers<R>): Promise<void> {
    await record(answers);
    for (const { picture } of answers) {
      this.#suspects.delete(picture.contentId);
    }
  }

  /** Until a restart is over; rejects when there will be none. */
  async #untilModelRuns(): Promise<void> {
    for (;;) {
      try {
        await this.#model.request([], this.#signal);
        return;
      } catch (error) {
        const reason = toAppError(error);
        if (!isProcessEnd(reason) && reason.code !== "model-busy") {
          throw error;
        }
      }
      await delay(askAgainMs, this.#signal);
    }
  }

  /** @throws RequestFailed when any of the pictures may be the reason, and are now suspects */
  async #ask(pictures: readonly PendingContent[], kind: "batch" | "group"): Promise<Answer<R>[]> {
    const sources = pictures.map(({ path }) => ({ path }));
    for (;;) {
      try {
        const results = await this.#model.request(sources, this.#signal);
        return pictures.map((picture, index) => answerOf(picture, results[index]));
      } catch (error) {
        const reason = toAppError(error);
        if (isAbort(reason) || reason.code === "engine-stopped") {
          throw error;
        }
        if (reason.code !== "model-busy") {
          for (const { contentId } of pictures) {
            this.#suspects.set(contentId, kind);
          }
          throw new RequestFailed(reason);
        }
        await this.#untilModelRuns();
      }
    }
  }
}

class RequestFailed extends Error {
  override readonly name = "RequestFailed";

  constructor(readonly reason: AppError) {
    super(reason.message);
  }
}

function answerOf<R>(picture: PendingContent, result: R | SerializedError | undefined): Answer<R> {
  if (result === undefined) {
    throw new AppError("internal", "The model answered for fewer pictures than it was asked.");
  }
  return isError(result) ? { picture, error: result } : { picture, result };
}

function isError(result: unknown): result is SerializedError {
  return typeof result === "object" && result !== null && "code" in result && "template" in result;
}

function blame({ path }: PendingContent, reason: AppError): SerializedError {
  const name = basename(path);
  return serializeError(
    isProcessEnd(reason)
      ? new AppError(
          "invalid-input",
          "The engine process ended while it read “{0}”, so this picture was left out.",
          [name],
          reason.message,
        )
      : new AppError(
          "invalid-input",
          "The model cannot read “{0}”: {1}",
          [name, reason.message],
          reason.detail ?? reason.message,
        ),
  );
}
