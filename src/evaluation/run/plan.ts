import type { OutcomeColumns, ResponseKey } from "../../protocol/store-evaluations";
import type { Suite } from "../suite/suite";

/** Responses of one model that have to be made one after another; chains do not depend on each other. */
export interface Chain {
  sequence: number;
  run: number;
  /** Prompts without a response, in order. */
  prompts: number[];
  /** An earlier prompt of the chain whose response failed, so that the others cannot be made. */
  blockedBy?: number | undefined;
}

type Outcome = "missing" | "ok" | "failed";

/** Which responses of an evaluation are there, and which are missing. */
export class Plan {
  readonly #suite: Suite;
  readonly #offsets: number[] = [];
  readonly #perRun: number;
  readonly #outcomes: Uint8Array;

  constructor(suite: Suite, models: number, outcomes?: OutcomeColumns) {
    this.#suite = suite;
    let perRun = 0;
    for (const { prompts } of suite.sequences) {
      this.#offsets.push(perRun);
      perRun += prompts.length;
    }
    this.#perRun = perRun;
    this.#outcomes = new Uint8Array(models * suite.settings.numRuns * perRun);
    outcomes?.ids.forEach((_, index) => {
      const key = keyAt(outcomes, index);
      this.#outcomes[this.#indexOf(key)] = outcomes.statuses[index] === 0 ? 1 : 2;
    });
  }

  get total(): number {
    return this.#outcomes.length;
  }

  /** What one model still has to do, in the order of sequences, runs and prompts. */
  chainsOf(model: number): Chain[] {
    const chains: Chain[] = [];
    for (const [sequence, { independent, prompts }] of this.#suite.sequences.entries()) {
      for (let run = 1; run <= this.#suite.settings.numRuns; run++) {
        const key = { model, sequence, run };
        const missing = [...prompts.keys()].filter(
          (prompt) => this.#outcome({ ...key, prompt }) === "missing",
        );
        const [first] = missing;
        if (first === undefined) {
          continue;
        }
        if (independent) {
          chains.push(...missing.map((prompt) => ({ sequence, run, prompts: [prompt] })));
          continue;
        }
        const blockedBy = prompts.findIndex((_, prompt) => this.#outcome({ ...key, prompt }) === "failed");
        chains.push({ sequence, run, prompts: missing, ...(blockedBy < 0 ? {} : { blockedBy }) });
      }
    }
    return chains;
  }

  #outcome(key: ResponseKey): Outcome {
    return (["missing", "ok", "failed"] as const)[this.#outcomes[this.#indexOf(key)] ?? 0] ?? "missing";
  }

  #indexOf({ model, sequence, run, prompt }: ResponseKey): number {
    const runs = model * this.#suite.settings.numRuns + run - 1;
    return runs * this.#perRun + (this.#offsets[sequence] ?? 0) + prompt;
  }
}

export function keyAt(outcomes: OutcomeColumns, index: number): ResponseKey {
  return {
    model: outcomes.models[index] ?? 0,
    sequence: outcomes.sequences[index] ?? 0,
    run: outcomes.runs[index] ?? 0,
    prompt: outcomes.prompts[index] ?? 0,
  };
}
