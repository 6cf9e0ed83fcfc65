import { setImmediate as nextEvents } from "node:timers/promises";
import { deferred, throwIfAborted } from "../../common/async";
import { abortError } from "../../common/errors";

/** Does one step of a request when it is its turn; rejects as soon as the request is cancelled while it waits. */
export type Step = <T>(task: () => Promise<T>) => Promise<T>;

interface Waiting {
  start: () => void;
}

/**
 * Lets requests take turns: ONNX Runtime works on the JS thread, so one step runs at a time, a batch, a
 * chunk of a prompt or a token. Urgent requests share the turns among themselves; the others go on when no
 * urgent one is left.
 */
export class Turns {
  #urgentRequests = 0;
  #busy = false;
  readonly #urgent: Waiting[] = [];
  readonly #others: Waiting[] = [];

  async run<T>(urgent: boolean, signal: AbortSignal, request: (step: Step) => Promise<T>): Promise<T> {
    this.#urgentRequests += urgent ? 1 : 0;
    try {
      let hasHeldThread = false;
      return await request((task) => {
        const readsEvents = hasHeldThread || this.#busy;
        hasHeldThread = true;
        return this.#step(task, urgent, signal, readsEvents);
      });
    } finally {
      this.#urgentRequests -= urgent ? 1 : 0;
      this.#startNext();
    }
  }

  async #step<T>(
    task: () => Promise<T>,
    urgent: boolean,
    signal: AbortSignal,
    readsEvents: boolean,
  ): Promise<T> {
    throwIfAborted(signal);
    await this.#turn(urgent ? this.#urgent : this.#others, urgent, signal);
    try {
      if (readsEvents) {
        // A cancellation that came while the thread was busy is read now.
        await nextEvents();
        throwIfAborted(signal);
      }
      return await task();
    } finally {
      this.#busy = false;
      this.#startNext();
    }
  }

  async #turn(queue: Waiting[], urgent: boolean, signal: AbortSignal): Promise<void> {
    if (!this.#busy && queue.length === 0 && (urgent || this.#urgentRequests === 0)) {
      this.#busy = true;
      return;
    }
    const { promise, resolve, reject } = deferred<undefined>();
    const waiting: Waiting = { start: () => resolve(undefined) };
    const onAbort = () => {
      const index = queue.indexOf(waiting);
      if (index >= 0) {
        queue.splice(index, 1);
        reject(abortError());
      }
    };
    queue.push(waiting);
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      await promise;
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  #startNext(): void {
    if (this.#busy) {
      return;
    }
    const next = this.#urgent.shift() ?? (this.#urgentRequests === 0 ? this.#others.shift() : undefined);
    if (next) {
      this.#busy = true;
      next.start();
    }
  }
}
