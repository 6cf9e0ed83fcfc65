import type { LlamaContextSequence } from "node-llama-cpp";
import { type Deferred, deferred } from "../../common/async";
import { chooseSlot, type SlotState } from "./choose-slot";
import type { DirectSteps } from "./direct-steps";
import { Lease, type Slot, type SlotRequest, type Work, type WorkKind } from "./lease";
import { neighboursOf, windowAround } from "./neighbours";
import type { PromptPace } from "../prompt-pace";
import { StepWidth } from "./step-width";
import type { Threads } from "./threads";

/** Tokens that are worth a share of a step beside another prompt. */
const leastShareTokens = 16;

interface Waiter extends SlotRequest {
  readonly arrival: number;
  readonly admitted: Deferred<Lease | undefined>;
}

interface SchedulerOptions {
  sequences: readonly LlamaContextSequence[];
  pace: PromptPace;
  threads: Pick<Threads, "use" | "recordGeneration">;
  direct?: Pick<DirectSteps, "settle"> | undefined;
}

/**
 * Orders the work of all requests on one context. Each step is one call of llama.cpp: either a part of the
 * waiting prompts, or the next token of as many answers as go well together. While an interactive request is
 * there, batch work rests; where no sequence is idle, it even lends one.
 */
export class Scheduler {
  readonly #slots: readonly Slot[];
  readonly #options: SchedulerOptions;
  readonly #waiters: Waiter[] = [];
  readonly #leases = new Set<Lease>();
  readonly #width = new StepWidth();
  #arrivals = 0;
  #claims = 0;
  #uses = 0;
  #steps = 0;
  /** Also while something else has the context for itself. */
  #isStepping = false;
  readonly #waitingForStep: (() => void)[] = [];
  #isStepDue = false;
  #lastKind: WorkKind = "generation";

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#slots = options.sequences.map((sequence, index) => ({
      index,
      sequence,
      conversation: undefined,
      lastUsed: 0,
      holder: undefined,
    }));
  }

  /** Waits for a sequence; undefined when the request was cancelled before it got one. */
  async acquire(request: SlotRequest): Promise<Lease | undefined> {
    if (request.signal.aborted) {
      return undefined;
    }
    this.#claims++;
    const waiter: Waiter = { ...request, arrival: ++this.#arrivals, admitted: deferred() };
    const onAbort = () => {
      if (this.#leaveQueue(waiter)) {
        waiter.admitted.resolve(undefined);
        this.stepSoon();
      }
    };
    request.signal.addEventListener("abort", onAbort, { once: true });
    this.#waiters.push(waiter);
    this.#admit();
    try {
      return await waiter.admitted.promise;
    } finally {
      request.signal.removeEventListener("abort", onAbort);
    }
  }

  /** For leases: something may have become possible. */
  stepSoon(): void {
    if (this.#isStepping) {
      return;
    }
    this.#admit();
    const [first, ...others] = this.#working;
    if (!first) {
      return;
    }
    if ([first, ...others].every(({ work }) => work)) {
      void this.#step();
    } else if (!this.#isStepDue) {
      // Others are about to ask for their next token; together they cost hardly more than one.
      this.#isStepDue = true;
      setImmediate(() => {
        this.#isStepDue = false;
        void this.#step();
      });
    }
  }

  /** For leases: between two steps. */
  async alone<T>(task: () => Promise<T>): Promise<T> {
    while (this.#isStepping) {
      await new Promise<void>((resolve) => this.#waitingForStep.push(resolve));
    }
    this.#isStepping = true;
    this.#claims++;
    try {
      await this.#options.direct?.settle();
      return await task();
    } finally {
      this.#endStep();
      this.stepSoon();
    }
  }

  /** For leases: how often somebody wanted the context so far, besides the steps of answers that go on. */
  get claims(): number {
    return this.#claims;
  }

  /** For leases: whether a step with so many answers, this one among them, may begin by itself after such a one. */
  mayGoOn(lease: Lease, width: number): boolean {
    const working = this.#working;
    const isAll = working.length === width && working.includes(lease);
    if (!isAll || this.#width.choose(width) !== width) {
      return false;
    }
    this.#options.threads.use("generation", width);
    return true;
  }

  /** For leases: how long such a step took. */
  steppedAhead(width: number, milliseconds: number): void {
    this.#recordGeneration(width, milliseconds);
  }

  /** For leases: the sequence is idle again, or back with whom it was borrowed from. */
  release(lease: Lease): void {
    this.#leases.delete(lease);
    const { slot, lender } = lease;
    slot.lastUsed = ++this.#uses;
    if (lender && this.#leases.has(lender)) {
      slot.holder = lender;
      slot.conversation = lender.conversation;
      lender.isDisplaced = true;
    } else if (slot.holder === lease) {
      slot.holder = undefined;
    }
    this.stepSoon();
  }

  async #step(): Promise<void> {
    const parts = this.#isStepping ? [] : this.#nextStep();
    const [first] = parts;
    if (!first) {
      return;
    }
    const { kind } = first.work;
    this.#isStepping = true;
    this.#lastKind = kind;
    this.#options.threads.use(kind, parts.length);
    const directWidth = parts.every(({ work }) => work.isDirect) ? parts.length : undefined;
    if (!directWidth) {
      await this.#options.direct?.settle();
    }
    const startedAt = performance.now();
    const results = await Promise.allSettled(parts.map(({ work, most }) => work.run(most, directWidth)));
    const elapsedMs = performance.now() - startedAt;
    if (kind === "prompt") {
      const tokens = parts.reduce((sum, { most }) => sum + most, 0);
      this.#options.pace.record(tokens, elapsedMs, first.work.before);
    } else {
      this.#recordGeneration(parts.length, elapsedMs);
    }
    this.#endStep();
    for (const [index, { work }] of parts.entries()) {
      const result = results[index];
      if (result?.status === "rejected") {
        work.outcome.reject(result.reason);
      } else {
        work.outcome.resolve("done");
      }
    }
    this.stepSoon();
  }

  #recordGeneration(width: number, milliseconds: number): void {
    this.#width.record(width, milliseconds);
    this.#options.threads.recordGeneration(width, milliseconds);
  }

  #endStep(): void {
    this.#isStepping = false;
    const waiting = this.#waitingForStep.splice(0);
    waiting.forEach((resolve) => resolve());
  }

  /** Takes the work of the next step from its leases. */
  #nextStep(): { work: Work; most: number }[] {
    const ready = this.#working.filter(({ work }) => work);
    ready.sort((a, b) => a.arrival - b.arrival);
    const displaced = ready.filter((lease) => lease.isDisplaced);
    for (const lease of displaced) {
      lease.isDisplaced = false;
      lease.takeWork()?.outcome.resolve("displaced");
    }
    const prompts = ready.filter(({ work }) => work?.kind === "prompt");
    const answers = ready.filter(({ work }) => work?.kind === "generation");
    const isPromptsTurn = prompts.length > 0 && (answers.length === 0 || this.#lastKind === "generation");
    return isPromptsTurn ? this.#sharePrompts(prompts, answers.length > 0) : this.#nextTokens(answers);
  }

  /** The answer that waited longest, and as many others as go well together with it. */
  #nextTokens(leases: readonly Lease[]): { work: Work; most: number }[] {
    const [first, ...others] = leases;
    if (!first) {
      return [];
    }
    const longest = others.reduce((found, lease) => (lease.lastStep < found.lastStep ? lease : found), first);
    const neighbours = neighboursOf(longest, leases);
    const together = windowAround(longest, neighbours, this.#width.choose(neighbours.length));
    return together.flatMap((lease) => {
      lease.lastStep = ++this.#steps;
      const work = lease.takeWork();
      return work ? [{ work, most: 1 }] : [];
    });
  }

  /** First come, first served; what the first leaves of a step goes to the next. */
  #sharePrompts(leases: readonly Lease[], isWatched: boolean): { work: Work; most: number }[] {
    const { pace } = this.#options;
    const before = leases[0]?.work?.before;
    let left = isWatched ? pace.briefChunkTokens(before) : pace.chunkTokens(before);
    const parts: { work: Work; most: number }[] = [];
    for (const lease of leases) {
      const wanted = lease.work?.tokens ?? 0;
      if (parts.length > 0 && left < Math.min(wanted, leastShareTokens)) {
        break;
      }
      const work = lease.takeWork();
      if (work) {
        const most = Math.min(wanted, left);
        parts.push({ work, most });
        left -= most;
      }
    }
    return parts;
  }

  /** The leases that take part in the next step, once they have work. */
  get #working(): Lease[] {
    const batchRests = this.#isSomebodyWaiting();
    return [...this.#leases].filter(
      (lease) => lease.slot.holder === lease && (lease.isInteractive || !batchRests),
    );
  }

  #isSomebodyWaiting(): boolean {
    for (const { isInteractive } of this.#leases) {
      if (isInteractive) {
        return true;
      }
    }
    return this.#waiters.some(({ priority }) => priority === "interactive");
  }

  #admit(): void {
    if (this.#waiters.length === 0) {
      return;
    }
    const interactive = this.#waiters.filter(({ priority }) => priority === "interactive");
    const batch = this.#waiters.filter(({ priority }) => priority === "batch");
    for (const waiter of [...interactive, ...batch]) {
      const slot = this.#slotFor(waiter);
      if (slot) {
        this.#leaveQueue(waiter);
        const lease = new Lease(this, slot, waiter, waiter.arrival, slot.holder);
        slot.holder = lease;
        slot.conversation = waiter.conversation;
        this.#leases.add(lease);
        waiter.admitted.resolve(lease);
      }
    }
  }

  #leaveQueue(waiter: Waiter): boolean {
    const index = this.#waiters.indexOf(waiter);
    if (index >= 0) {
      this.#waiters.splice(index, 1);
    }
    return index >= 0;
  }

  #slotFor({ conversation, priority, prompt }: Waiter): Slot | undefined {
    const lendable = (slot: Slot) => priority === "interactive" && slot.holder?.isLendable === true;
    const own =
      conversation === undefined
        ? undefined
        : this.#slots.find((slot) => slot.conversation === conversation && slot.holder);
    if (own) {
      // One answer of a conversation at a time: the next one continues its state.
      return lendable(own) ? own : undefined;
    }
    const idle = this.#slots.filter(({ holder }) => !holder);
    const states = idle.map((slot): SlotState & { slot: Slot } => ({
      slot,
      conversation: slot.conversation,
      lastUsed: slot.lastUsed,
      tokens: slot.sequence.contextTokens,
      isBesideBusy: [slot.index - 1, slot.index + 1].some(
        (index) => this.#slots[index]?.holder !== undefined,
      ),
    }));
    return chooseSlot(states, conversation, prompt)?.slot ?? latest(this.#slots.filter(lendable));
  }
}

/** The slot whose holder came last: it has the least to lose. */
function latest(slots: readonly Slot[]): Slot | undefined {
  return slots.reduce<Slot | undefined>(
    (found, slot) => ((found?.holder?.arrival ?? 0) < (slot.holder?.arrival ?? 0) ? slot : found),
    undefined,
  );
}
