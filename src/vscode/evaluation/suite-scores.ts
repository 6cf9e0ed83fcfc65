import type * as vscode from "vscode";
import { type Disposable, DisposableStore } from "../../common/disposable";
import { Emitter } from "../../common/event";
import type { Logger } from "../../common/logger";
import type { EvaluationStore } from "../../evaluation/run/run-options";
import type { EvaluationRunner } from "../../evaluation/run/runner";
import { type LastScores, readLastScores } from "./last-scores";

/** What the evaluations of each suite gave last, read when it is shown first and after each evaluation. */
export class SuiteScores implements Disposable {
  readonly #store: EvaluationStore;
  readonly #logger: Logger;
  readonly #own = new DisposableStore();
  readonly #changed = this.#own.add(new Emitter<vscode.Uri>());
  readonly #scores = new Map<string, LastScores>();
  readonly #wanted = new Map<string, vscode.Uri>();
  readonly onDidChange = this.#changed.event;

  constructor(store: EvaluationStore, runner: EvaluationRunner, logger: Logger) {
    this.#store = store;
    this.#logger = logger;
    this.#own.add(runner.onDidEnd(() => this.#wanted.forEach((uri) => void this.#load(uri))));
  }

  /** What is known; when nothing was asked of this suite before, `onDidChange` fires once it is known. */
  of(uri: vscode.Uri): LastScores | undefined {
    const key = uri.toString();
    if (!this.#wanted.has(key)) {
      this.#wanted.set(key, uri);
      void this.#load(uri);
    }
    return this.#scores.get(key);
  }

  dispose(): void {
    this.#own.dispose();
  }

  async #load(uri: vscode.Uri): Promise<void> {
    try {
      const evaluations = await this.#store.request("listEvaluations", null);
      const own = evaluations.filter(({ suiteFile }) => suiteFile === uri.fsPath);
      this.#scores.set(uri.toString(), await readLastScores(this.#store, own));
      this.#changed.fire(uri);
    } catch (error) {
      // Without the store there are no scores to show, and whatever needs it says why.
      this.#logger.warn(`Scores of ${uri.fsPath}: ${String(error)}`);
    }
  }
}
