import type { Disposable } from "../common/disposable";

interface Idler {
  /** Milliseconds since 1970; undefined while it is in use. */
  readonly idleSince: number | undefined;
}

/** Stops models that nobody has used for a while. */
export class KeepAlive<M extends Idler> implements Disposable {
  readonly #timer: ReturnType<typeof setInterval>;

  /** `keepAliveMs` is asked at every check, so that a changed setting counts at once; 0 keeps models forever. */
  constructor(options: {
    models: () => readonly M[];
    keepAliveMs: () => number;
    checkEveryMs: number;
    stop: (model: M) => void;
  }) {
    const { models, keepAliveMs, checkEveryMs, stop } = options;
    this.#timer = setInterval(() => {
      const limit = keepAliveMs();
      if (limit > 0) {
        models()
          .filter(({ idleSince }) => idleSince !== undefined && Date.now() - idleSince >= limit)
          .forEach(stop);
      }
    }, checkEveryMs);
    this.#timer.unref();
  }

  dispose(): void {
    clearInterval(this.#timer);
  }
}
