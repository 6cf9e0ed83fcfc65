import type { IndexState } from "../../protocol/photos-view";
import { Pace } from "./pace";

/** How far a job is, as the page shows it. */
export class Progress {
  readonly #pace = new Pace(performance.now());
  #done: number;
  #total: number;

  constructor(done: number, total: number) {
    this.#done = done;
    this.#total = total;
  }

  add(count: number): void {
    this.#pace.add(count, performance.now());
    this.#done += count;
    // More may have come than were counted at first.
    this.#total = Math.max(this.#total, this.#done);
  }

  get state(): Extract<IndexState, { type: "indexing" }> {
    const { perSecond } = this.#pace;
    const secondsLeft = this.#pace.secondsFor(this.#total - this.#done);
    return { type: "indexing", done: this.#done, total: this.#total, perSecond, secondsLeft };
  }
}
