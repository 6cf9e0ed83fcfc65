import { AppError } from "../common/errors";

/** Jobs under way that can be cancelled from elsewhere, one for each key. */
export class Cancellations {
  readonly #controllers = new Map<string, AbortController>();

  /** Runs the job; its signal fires when `cancel` is called with the same key. `name` is for the refusal. */
  async run<T>(key: string, name: string, job: (controller: AbortController) => Promise<T>): Promise<T> {
    if (this.#controllers.has(key)) {
      throw new AppError("model-busy", "{0} is already on its way.", [name]);
    }
    const controller = new AbortController();
    this.#controllers.set(key, controller);
    try {
      return await job(controller);
    } finally {
      this.#controllers.delete(key);
    }
  }

  cancel(key: string): void {
    this.#controllers.get(key)?.abort();
  }

  cancelAll(): void {
    for (const controller of this.#controllers.values()) {
      controller.abort();
    }
  }
}
