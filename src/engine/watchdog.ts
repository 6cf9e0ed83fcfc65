import type { Disposable } from "../common/disposable";
import type { WatchdogTiming } from "./timing";

/** What the watchdog asks of the process it watches. */
export interface Watched {
  /** Settles as soon as the process's JS thread is free. */
  ping: () => Promise<unknown>;
  /** Settles as soon as its pool of native threads is free, too. */
  probe: () => Promise<unknown>;
  phase: () => "loading" | "idle" | "busy";
  onStuck: () => void;
}

/** Notices a process that never answers: its JS thread, or the native code that it waits for. */
export class Watchdog implements Disposable {
  readonly #watched: Watched;
  readonly #timing: WatchdogTiming;
  readonly #timer: ReturnType<typeof setInterval>;
  #lastCheck = Date.now();
  /** When the oldest unanswered ping was sent, or something was heard since; undefined when all are answered. */
  #silentSince: number | undefined;
  #poolHeldSince: number | undefined;
  #progressAt = Date.now();

  constructor(watched: Watched, timing: WatchdogTiming) {
    this.#watched = watched;
    this.#timing = timing;
    this.#timer = setInterval(() => this.#check(Date.now()), timing.checkEveryMs);
    this.#timer.unref();
  }

  /** Any message of the process shows that its JS thread is alive. */
  heard(): void {
    if (this.#silentSince !== undefined) {
      this.#silentSince = Date.now();
    }
  }

  /** The load got further. */
  progressed(): void {
    this.#progressAt = Date.now();
  }

  dispose(): void {
    clearInterval(this.#timer);
  }

  #check(now: number): void {
    this.#forgiveAfterSleep(now);
    const phase = this.#watched.phase();
    if (this.#isStuck(phase, now)) {
      this.dispose();
      this.#watched.onStuck();
      return;
    }
    if (this.#silentSince === undefined) {
      this.#silentSince = now;
      void ignoreErrors(this.#watched.ping()).then(() => (this.#silentSince = undefined));
    }
    // Loading a model is one long native job.
    if (phase !== "loading" && this.#poolHeldSince === undefined) {
      this.#poolHeldSince = now;
      void ignoreErrors(this.#watched.probe()).then(() => (this.#poolHeldSince = undefined));
    }
  }

  #isStuck(phase: ReturnType<Watched["phase"]>, now: number): boolean {
    const { [`${phase}Ms` as const]: silentMs, progressMs, poolMs } = this.#timing;
    return (
      isOver(this.#silentSince, silentMs, now) ||
      (phase === "loading"
        ? isOver(this.#progressAt, progressMs, now)
        : isOver(this.#poolHeldSince, poolMs, now))
    );
  }

  /** After the machine slept, or this process was held up itself, everybody gets a fresh chance. */
  #forgiveAfterSleep(now: number): void {
    if (now - this.#lastCheck > 2 * this.#timing.checkEveryMs) {
      this.#silentSince &&= now;
      this.#poolHeldSince &&= now;
      this.#progressAt = now;
    }
    this.#lastCheck = now;
  }
}

function isOver(since: number | undefined, milliseconds: number, now: number): boolean {
  return since !== undefined && now - since > milliseconds;
}

/** A dead process is noticed by its exit. */
async function ignoreErrors(answer: Promise<unknown>): Promise<void> {
  await answer.catch(() => undefined);
}
