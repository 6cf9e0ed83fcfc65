import type { Deployments } from "../../src/engine/deployments";
import type { RunnerOptions } from "../../src/evaluation/run/run-options";
import type { EvaluationRunner } from "../../src/evaluation/run/runner";
import type { Store } from "../../src/store/store-client";
import { removeTemporaryFolders, temporaryFolder } from "../fixtures/store/folders";
import { newDeployments } from "./engines";
import { newRunner, newStore, prompt, sequence } from "./evaluations";

/** Four prompts that know nothing of each other. */
export const facts = sequence(
  "Facts",
  ["France", "Italy", "Japan", "Spain"].map((country) => prompt(`What is the capital of ${country}?`)),
  { independent: true },
);

/** Three prompts, the last of which is answered with what the first said. */
export const memory = sequence("Memory", [
  prompt("My name is Ada."),
  prompt("What is 12 + 7?", { kind: "numeric", value: 19, tolerance: 0 }),
  prompt("What is my name?", { kind: "contains", text: "Ada", ignoreCase: false }),
]);

/** What evaluations need in one window. */
export interface EvaluationParts {
  /** Where the store is. */
  folder: string;
  store: Store;
  deployments: Deployments;
  runner: EvaluationRunner;
  /** What the runner logged. */
  log: string[];
}

/**
 * Gives each test of a suite parts of its own. `close` and then `open` are as if the window had been closed
 * and opened again, unless another folder is given.
 */
export function evaluationPartsPerTest(use: (parts: EvaluationParts) => void) {
  let parts: EvaluationParts;

  function open(change: Partial<RunnerOptions> = {}, folder = parts.folder): void {
    const store = newStore(folder);
    const deployments = newDeployments();
    const runner = newRunner(store, deployments, change);
    const log: string[] = [];
    runner.onDidLog(({ line }) => log.push(line.text));
    parts = { folder, store, deployments, runner, log };
    use(parts);
  }

  async function close(): Promise<void> {
    await parts.runner.close();
    await parts.deployments.dispose();
    await parts.store.close();
  }

  beforeEach(() => open({}, temporaryFolder()));
  afterEach(close);
  after(removeTemporaryFolders);
  return { open, close };
}
