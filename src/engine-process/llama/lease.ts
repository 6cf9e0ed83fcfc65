import type { LlamaContextSequence, Token } from "node-llama-cpp";
import { type Deferred, deferred } from "../../common/async";
import type { Priority } from "../../protocol/engine";

/** A prompt's tokens are evaluated many at once, an answer's one by one. */
export type WorkKind = "prompt" | "generation";

/**
 * How a piece of work ended: `displaced` means that it did not run, and that the sequence served another
 * request meanwhile and holds something else now.
 */
type WorkOutcome = "done" | "displaced" | "aborted";

export interface SlotRequest {
  conversation: string | undefined;
  priority: Priority;
  prompt: readonly Token[];
  signal: AbortSignal;
}

/** A sequence of the context, and who uses it. */
export interface Slot {
  /** Its place in the context. */
  readonly index: number;
  readonly sequence: LlamaContextSequence;
  conversation: string | undefined;
  lastUsed: number;
  holder: Lease | undefined;
}

/** Evaluates at most so many tokens; as a direct step with so many others, if all of them can be done so. */
export type RunWork = (most: number, directWidth: number | undefined) => Promise<void>;

export interface Work {
  readonly kind: WorkKind;
  /** Tokens to evaluate. */
  readonly tokens: number;
  /** How many the sequence holds before them. */
  readonly before: number;
  /** Whether it can be done as a direct step. */
  readonly isDirect: boolean;
  readonly run: RunWork;
  readonly outcome: Deferred<WorkOutcome>;
}

/** Who hands out leases. */
interface LeaseKeeper {
  /** Something may have become possible. */
  stepSoon(): void;
  alone<T>(task: () => Promise<T>): Promise<T>;
  /** How often somebody wanted the context so far, besides the steps of answers that go on. */
  readonly claims: number;
  mayGoOn(lease: Lease, width: number): boolean;
  steppedAhead(width: number, milliseconds: number): void;
  release(lease: Lease): void;
}

/** A request's hold on a sequence, until it is released. */
export class Lease {
  readonly conversation: string | undefined;
  readonly isInteractive: boolean;
  /** For the scheduler: the sequence was lent and is back. */
  isDisplaced = false;
  /** For the scheduler: grows with each token. */
  lastStep = 0;
  readonly #scheduler: LeaseKeeper;
  readonly #signal: AbortSignal;
  #work: Work | undefined;
  /** When it was last told to go on. */
  #knownClaims = 0;

  constructor(
    scheduler: LeaseKeeper,
    readonly slot: Slot,
    request: SlotRequest,
    /** Its place among all requests. */
    readonly arrival: number,
    /** Whose sequence it is, if it is borrowed. */
    readonly lender: Lease | undefined,
  ) {
    this.#scheduler = scheduler;
    this.#signal = request.signal;
    this.conversation = request.conversation;
    this.isInteractive = request.priority === "interactive";
    this.#signal.addEventListener("abort", this.#onAbort, { once: true });
  }

  /** Of its sequence, among all of the context. */
  get index(): number {
    return this.slot.index;
  }

  get sequence(): LlamaContextSequence {
    return this.slot.sequence;
  }

  /** What it wants to do next; undefined while it computes or runs. */
  get work(): Work | undefined {
    return this.#work;
  }

  /** Batch work between two steps can give its sequence away for a while. */
  get isLendable(): boolean {
    return !this.isInteractive && this.#work !== undefined;
  }

  /** Runs `run` in one of the next steps; `tokens` is what it has to evaluate, and `most` what it may. */
  async perform(kind: WorkKind, tokens: number, isDirect: boolean, run: RunWork): Promise<WorkOutcome> {
    if (this.#signal.aborted) {
      return "aborted";
    }
    const outcome = deferred<WorkOutcome>();
    this.#work = { kind, tokens, before: this.sequence.nextTokenIndex, isDirect, run, outcome };
    this.#scheduler.stepSoon();
    return outcome.promise;
  }

  /** Does what changes the sequence without evaluating anything; no step runs meanwhile. */
  alone<T>(task: () => Promise<T>): Promise<T> {
    return this.#scheduler.alone(task);
  }

  /** Whether a step may follow the present one with the same so many answers, before they ask for it. */
  mayGoOn(width: number): boolean {
    this.#knownClaims = this.#scheduler.claims;
    return !this.#signal.aborted && this.#scheduler.mayGoOn(this, width);
  }

  /** Whether nobody has wanted the context since, and nobody has cancelled the request. */
  get isUndisturbed(): boolean {
    return !this.#signal.aborted && this.#knownClaims === this.#scheduler.claims;
  }

  /** How long a step with so many answers took that nobody had asked for. */
  steppedAhead(width: number, milliseconds: number): void {
    this.#scheduler.steppedAhead(width, milliseconds);
  }

  takeWork(): Work | undefined {
    const work = this.#work;
    this.#work = undefined;
    return work;
  }

  release(): void {
    this.#signal.removeEventListener("abort", this.#onAbort);
    this.#scheduler.release(this);
  }

  /** Gives up what it asked for; what already runs ends with its step. */
  withdraw(): void {
    this.takeWork()?.outcome.resolve("aborted");
  }

  readonly #onAbort = () => this.withdraw();
}
