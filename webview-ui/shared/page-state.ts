import { isAbort, toAppError, type AppError } from "../../src/common/errors";
import { Emitter } from "../../src/common/event";
import type { Notice } from "./notice";

/** What every page's state has. */
interface AnyPageState {
  notices: readonly Notice[];
  /** Why there is nothing to show; the page cannot show anything else then. */
  loadError: AppError | null;
}

/** A page's state, which is replaced at every change, with its notices and how it is loaded. */
export class PageState<S extends AnyPageState> {
  readonly #changed = new Emitter<S>();
  readonly onChange = this.#changed.event;
  #current: S;
  #isLoading = false;
  #nextNoticeId = 1;

  constructor(first: S) {
    this.#current = first;
  }

  get current(): S {
    return this.#current;
  }

  change(change: Partial<S>): void {
    this.#replace({ ...this.#current, ...change });
  }

  /** Runs what asks for everything the page shows. A call while another is under way does nothing. */
  async load(work: () => Promise<void>, onError?: (error: AppError) => void): Promise<void> {
    if (this.#isLoading) {
      return;
    }
    this.#isLoading = true;
    this.#replace({ ...this.#current, loadError: null });
    try {
      await work();
    } catch (error) {
      const loadError = toAppError(error);
      if (onError) {
        onError(loadError);
      } else {
        this.#replace({ ...this.#current, loadError });
      }
    } finally {
      this.#isLoading = false;
    }
  }

  /** What `work` resolves with; undefined when it failed, which is shown as a notice. */
  async attempt<T>(work: () => Promise<T>): Promise<{ result: T } | undefined> {
    try {
      return { result: await work() };
    } catch (error) {
      this.notify(toAppError(error));
      return undefined;
    }
  }

  /** Shows an error; one that is shown already comes last. */
  notify(error: AppError): void {
    if (isAbort(error)) {
      return;
    }
    const others = this.#current.notices.filter((notice) => notice.error.message !== error.message);
    this.#replace({ ...this.#current, notices: [...others, { id: this.#nextNoticeId++, error }] });
  }

  dismiss(noticeId: number): void {
    const notices = this.#current.notices.filter((notice) => notice.id !== noticeId);
    this.#replace({ ...this.#current, notices });
  }

  #replace(state: S): void {
    this.#current = state;
    this.#changed.fire(state);
  }
}
