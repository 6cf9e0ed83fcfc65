import * as vscode from "vscode";
import { type Disposable, DisposableStore } from "../../common/disposable";
import { registerCommands } from "../commands/register";
import { commandIds, panelIds } from "../ids";
import { createEvaluationWebview, EvaluationPanel, type EvaluationPanelOptions } from "./evaluation-panel";

/** The results of evaluations and the command that shows them, of one evaluation when it is given its id. */
export function registerEvaluationResults(options: EvaluationPanelOptions): Disposable {
  const own = new DisposableStore();
  const panels = own.add(new EvaluationPanels(options));
  own.add(
    registerCommands(options.logger, {
      [commandIds.showEvaluations]: (evaluationId?: unknown) =>
        panels.show(typeof evaluationId === "string" ? evaluationId : undefined),
    }),
  );
  return own;
}

/** The window's results of evaluations, in one tab at most; brings it back after a reload. */
class EvaluationPanels implements Disposable, vscode.WebviewPanelSerializer {
  readonly #options: EvaluationPanelOptions;
  readonly #own = new DisposableStore();
  #open: EvaluationPanel | undefined;

  constructor(options: EvaluationPanelOptions) {
    this.#options = options;
    this.#own.add(vscode.window.registerWebviewPanelSerializer(panelIds.evaluation, this));
  }

  /** The list, or one evaluation; what was shown last when the tab is open already and none is named. */
  show(evaluationId?: string): void {
    const panel = this.#open ?? this.#add(createEvaluationWebview());
    panel.reveal(evaluationId);
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    if (this.#open) {
      panel.dispose();
    } else {
      this.#add(panel);
    }
    return Promise.resolve();
  }

  dispose(): void {
    this.#open?.dispose();
    this.#own.dispose();
  }

  #add(webview: vscode.WebviewPanel): EvaluationPanel {
    const panel = new EvaluationPanel(webview, this.#options);
    this.#open = panel;
    webview.onDidDispose(() => {
      this.#open = undefined;
      panel.dispose();
    });
    return panel;
  }
}
