import * as vscode from "vscode";
import { type Disposable, DisposableStore } from "../../common/disposable";
import { Throttle } from "../../common/throttle";
import type { EvaluationRunner } from "../../evaluation/run/runner";
import { progressText } from "./progress-text";

const redrawMs = 200;

interface Shown {
  /** Undefined until VS Code has opened the notification. */
  progress: vscode.Progress<{ message?: string; increment?: number }> | undefined;
  percent: number;
}

/** A notification with *Cancel* for the evaluation that runs. */
export class EvaluationProgress implements Disposable {
  readonly #runner: EvaluationRunner;
  readonly #isQuiet: (evaluationId: string) => boolean;
  readonly #own = new DisposableStore();
  readonly #shown = new Map<string, Shown>();

  /** Nothing is shown of evaluations that are quiet: something else shows them. */
  constructor(runner: EvaluationRunner, isQuiet: (evaluationId: string) => boolean) {
    this.#runner = runner;
    this.#isQuiet = isQuiet;
    const redraw = this.#own.add(new Throttle(redrawMs, () => this.#show()));
    this.#own.add(runner.onDidChange(() => redraw.ask()));
  }

  dispose(): void {
    this.#own.dispose();
  }

  #show(): void {
    const [active] = this.#runner.active;
    if (!active || active.state === "queued" || this.#isQuiet(active.evaluationId)) {
      return;
    }
    const { evaluationId, name, progress } = active;
    const shown = this.#shown.get(evaluationId) ?? this.#open(evaluationId, name);
    const percent = progress && progress.total > 0 ? (progress.done / progress.total) * 100 : 0;
    // Judging counts from its own beginning, and a bar cannot go back.
    const increment = Math.max(0, percent - shown.percent);
    if (shown.progress) {
      shown.percent += increment;
      shown.progress.report({ message: progressText(active), increment });
    }
  }

  #open(evaluationId: string, name: string): Shown {
    const shown: Shown = { progress: undefined, percent: 0 };
    this.#shown.set(evaluationId, shown);
    void vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: vscode.l10n.t("Evaluating “{0}”", name),
        cancellable: true,
      },
      async (progress, token) => {
        shown.progress = progress;
        token.onCancellationRequested(() => {
          // Whoever listens to the end of evaluations says what went wrong.
          this.#runner.cancel(evaluationId).catch(() => undefined);
        });
        await this.#runner.untilEnded(evaluationId);
        this.#shown.delete(evaluationId);
      },
    );
    return shown;
  }
}
