import { setMaxListeners } from "node:events";
import { type Deferred, deferred } from "../../common/async";
import { abortError, AppError, toAppError } from "../../common/errors";
import { isProcessEnd } from "../../engine/requests";
import type { PictureConversion } from "../../protocol/engine";
import { NewestFirst } from "./newest-first";

/** Milliseconds. */
export interface PictureTiming {
  /** Longest that one picture may take. */
  pictureMs: number;
  /** The process ends after this time without work. */
  idleMs: number;
  /** Nothing is tried for so long when the process ends again and again. */
  pauseMs: number;
}

/** The part of the process that the queue needs. */
interface Converter {
  convert: (conversion: PictureConversion) => Promise<void>;
  kill: (reason: AppError) => void;
  dispose: () => Promise<void>;
}

interface Job {
  readonly conversion: PictureConversion;
  readonly done: Deferred<null>;
  waiters: number;
  /** The process crashed while this and others were converted; tried again alone, to know which it was. */
  isSuspect: boolean;
  /** How often it was looked at since it runs. */
  checks: number;
  isOverdue: boolean;
}

/** So many checks in the time that a picture may take: after a sleep of the machine only one of them is late. */
const checksPerPicture = 4;
/** Ends of the process in a row, without any picture between. */
const mostEnds = 6;

/**
 * Conversions, newest request first and so many at a time. One that crashes the process or keeps it from
 * answering is given up; the others go on in another process.
 */
export class PictureQueue {
  readonly #converter: Converter;
  readonly #concurrency: number;
  readonly #timing: PictureTiming;
  /** By target. */
  readonly #jobs = new Map<string, Job>();
  readonly #waiting = new NewestFirst<Job>();
  readonly #suspects: Job[] = [];
  /** Oldest first. */
  readonly #running = new Set<Job>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #ends = 0;
  #lastEnd: AppError | undefined;
  #pausedUntil = 0;
  #isDisposed = false;

  constructor(converter: Converter, concurrency: number, timing: PictureTiming) {
    this.#converter = converter;
    this.#concurrency = concurrency;
    this.#timing = timing;
  }

  /** Those who ask for one target share the work; it is given up when none of them waits any more. */
  convert(conversion: PictureConversion, signal?: AbortSignal): Promise<void> {
    if (this.#isDisposed || signal?.aborted) {
      return Promise.reject(abortError());
    }
    if (this.#isPaused) {
      return Promise.reject(this.#refusal());
    }
    let job = this.#jobs.get(conversion.target);
    if (!job) {
      job = { conversion, done: deferred(), waiters: 0, isSuspect: false, checks: 0, isOverdue: false };
      // With nobody waiting, its failure is nobody's.
      job.done.promise.catch(() => undefined);
      this.#jobs.set(conversion.target, job);
      this.#waiting.add(job);
    } else if (this.#waiting.delete(job)) {
      this.#waiting.add(job);
    }
    const answer = this.#waitFor(job, signal);
    this.#next();
    return answer;
  }

  /** Everybody who waits is told that it was cancelled; resolves when no process is left. */
  async dispose(): Promise<void> {
    this.#isDisposed = true;
    for (const job of [...this.#jobs.values()]) {
      this.#reject(job, abortError());
    }
    this.#waiting.takeAll();
    this.#suspects.length = 0;
    await this.#converter.dispose();
  }

  get #isPaused(): boolean {
    return Date.now() < this.#pausedUntil;
  }

  #waitFor(job: Job, signal: AbortSignal | undefined): Promise<void> {
    job.waiters++;
    if (signal) {
      // One signal may stand for a screenful of pictures.
      setMaxListeners(0, signal);
    }
    return new Promise((resolve, reject) => {
      const leave = () => {
        job.waiters--;
        this.#forgetUnwanted(job);
        reject(abortError());
      };
      signal?.addEventListener("abort", leave, { once: true });
      job.done.promise
        .then(() => resolve(), reject)
        .finally(() => signal?.removeEventListener("abort", leave));
    });
  }

  /** One that runs goes on: it is needed again as soon as somebody scrolls back. */
  #forgetUnwanted(job: Job): void {
    if (job.waiters === 0 && !this.#running.has(job)) {
      this.#waiting.delete(job);
      const index = this.#suspects.indexOf(job);
      if (index >= 0) {
        this.#suspects.splice(index, 1);
      }
      this.#forget(job);
    }
  }

  #next(): void {
    for (let job = this.#takeNext(); job; job = this.#takeNext()) {
      void this.#run(job);
    }
  }

  #takeNext(): Job | undefined {
    const isFree = this.#running.size === 0;
    if (this.#suspects.length > 0) {
      return isFree ? this.#suspects.shift() : undefined;
    }
    const [oldest] = this.#running;
    return this.#running.size < this.#concurrency && !oldest?.isSuspect
      ? this.#waiting.takeNewest()
      : undefined;
  }

  async #run(job: Job): Promise<void> {
    this.#running.add(job);
    job.checks = 0;
    this.#timer ??= setInterval(() => this.#check(), this.#timing.pictureMs / checksPerPicture);
    try {
      await this.#converter.convert(job.conversion);
      this.#ends = 0;
      this.#forget(job);
      job.done.resolve(null);
    } catch (error) {
      this.#onFailure(job, toAppError(error));
    }
    this.#running.delete(job);
    this.#forgetUnwanted(job);
    if (this.#running.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
    this.#next();
  }

  #onFailure(job: Job, error: AppError): void {
    const { name } = job.conversion;
    if (!isProcessEnd(error) || this.#isDisposed) {
      this.#ends = 0;
      this.#reject(job, error);
      return;
    }
    this.#countEnd(error);
    if (job.isOverdue) {
      const template = "“{0}” took too long to read, so it was given up.";
      this.#reject(job, new AppError("invalid-input", template, [name], error.detail));
    } else if (this.#ends >= mostEnds || this.#isPaused) {
      this.#pause(job);
    } else if (error.code === "engine-crashed" && job.isSuspect) {
      const template = "“{0}” cannot be read: the process that reads pictures crashed.";
      this.#reject(job, new AppError("invalid-input", template, [name], error.detail));
    } else if (error.code === "engine-crashed" || job.isSuspect) {
      job.isSuspect = true;
      this.#suspects.push(job);
    } else {
      this.#waiting.add(job);
    }
  }

  /** All pictures that one process worked on fail with the same error. */
  #countEnd(error: AppError): void {
    if (error !== this.#lastEnd) {
      this.#lastEnd = error;
      this.#ends++;
    }
  }

  /** It is not the pictures' fault any more. */
  #pause(job: Job): void {
    this.#pausedUntil = Date.now() + this.#timing.pauseMs;
    // Then one more end is enough.
    this.#ends = mostEnds - 1;
    for (const refused of [job, ...this.#waiting.takeAll(), ...this.#suspects.splice(0)]) {
      this.#reject(refused, this.#refusal());
    }
  }

  #refusal(): AppError {
    return new AppError(
      "engine-crashed",
      "Pictures cannot be read at the moment, because the process that reads them crashed several times. The log says why.",
      [],
      this.#lastEnd?.detail,
    );
  }

  #reject(job: Job, error: AppError): void {
    this.#forget(job);
    job.done.reject(error);
  }

  #forget(job: Job): void {
    if (this.#jobs.get(job.conversion.target) === job) {
      this.#jobs.delete(job.conversion.target);
    }
  }

  /** The picture that holds the process is the oldest of those that take too long. */
  #check(): void {
    for (const job of this.#running) {
      job.checks++;
    }
    const overdue = [...this.#running].find(({ checks }) => checks > checksPerPicture);
    if (overdue && !overdue.isOverdue) {
      overdue.isOverdue = true;
      this.#converter.kill(
        new AppError("engine-stuck", "The engine stopped answering, so its process was ended."),
      );
    }
  }
}
