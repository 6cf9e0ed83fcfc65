import type { Disposable } from "../../common/disposable";

const quietMs = 300;
const longestWaitMs = 2_000;

/** Collects paths that are reported, until no new one comes for a moment or they have waited long enough. */
export class ChangedPaths implements Disposable {
  readonly #onReady: () => void;
  readonly #paths = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #firstAt = 0;
  #isReady = false;

  constructor(onReady: () => void) {
    this.#onReady = onReady;
  }

  /** Whether some have waited long enough. */
  get isReady(): boolean {
    return this.#isReady;
  }

  add(paths: readonly string[]): void {
    if (paths.every((path) => this.#paths.has(path))) {
      return;
    }
    const now = Date.now();
    if (this.#paths.size === 0) {
      this.#firstAt = now;
    }
    for (const path of paths) {
      this.#paths.add(path);
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => {
        this.#isReady = true;
        this.#onReady();
      },
      Math.max(0, Math.min(quietMs, this.#firstAt + longestWaitMs - now)),
    );
  }

  take(): string[] {
    const paths = [...this.#paths];
    this.dispose();
    return paths;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#paths.clear();
    this.#isReady = false;
  }
}
