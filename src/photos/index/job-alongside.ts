/** A job that is begun again and again while something else goes on that gives it work. */
export class JobAlongside {
  readonly #job: (signal: AbortSignal) => Promise<void>;
  readonly #signal: AbortSignal;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #failure: { error: unknown } | undefined;

  constructor(job: (signal: AbortSignal) => Promise<void>, signal: AbortSignal) {
    this.#job = job;
    this.#signal = AbortSignal.any([signal, this.#stopping.signal]);
  }

  /** There is work; does nothing while the job runs, or once it failed. */
  begin(): void {
    if (!this.#running && !this.#failure && !this.#signal.aborted) {
      this.#running = this.#run();
    }
  }

  /** Resolves when the job has done what it was begun for; rejects with why it failed. */
  async finish(): Promise<void> {
    await this.#running;
    if (this.#failure) {
      throw this.#failure.error;
    }
  }

  /** Resolves when the job does nothing any more. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    try {
      await this.#job(this.#signal);
    } catch (error) {
      this.#failure = { error };
    }
    this.#running = undefined;
  }
}
