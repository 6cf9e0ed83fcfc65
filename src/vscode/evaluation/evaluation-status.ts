import * as vscode from "vscode";
import { type Disposable, DisposableStore } from "../../common/disposable";
import { Throttle } from "../../common/throttle";
import type { EvaluationRunner } from "../../evaluation/run/runner";
import { commandIds } from "../ids";
import { progressCount, progressText } from "./progress-text";

const redrawMs = 200;

/** How far the evaluation is that runs; hidden while none does. */
export class EvaluationStatusItem implements Disposable {
  readonly #runner: EvaluationRunner;
  readonly #own = new DisposableStore();
  readonly #item = this.#own.add(
    vscode.window.createStatusBarItem("localModels.evaluation", vscode.StatusBarAlignment.Right, 99),
  );

  constructor(runner: EvaluationRunner) {
    this.#runner = runner;
    this.#item.name = vscode.l10n.t("Evaluation");
    this.#item.command = commandIds.showEvaluationOutput;
    const redraw = this.#own.add(new Throttle(redrawMs, () => this.#show()));
    this.#own.add(runner.onDidChange(() => redraw.ask()));
  }

  dispose(): void {
    this.#own.dispose();
  }

  #show(): void {
    const [first] = this.#runner.active;
    if (!first) {
      this.#item.hide();
      return;
    }
    const count = progressCount(first);
    this.#item.text = `$(loading~spin) ${vscode.l10n.t("Evaluation")}${count && ` ${count}`}`;
    const lines = this.#runner.active.map((active) => `${active.name}: ${progressText(active)}`);
    this.#item.tooltip = [...lines, "", vscode.l10n.t("Click to show the output.")].join("\n");
    this.#item.accessibilityInformation = { label: lines.join(", "), role: "button" };
    this.#item.show();
  }
}
