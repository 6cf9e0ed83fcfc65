import * as vscode from "vscode";
import { type Disposable, DisposableStore } from "../../common/disposable";
import { AppError } from "../../common/errors";
import type { Logger } from "../../common/logger";
import type { EvaluationStore } from "../../evaluation/run/run-options";
import type { EvaluationRunner } from "../../evaluation/run/runner";
import { EvaluationsView } from "../../evaluation/view/evaluations-view";
import type {
  EvaluationAction,
  EvaluationHostWire,
  EvaluationPageWire,
} from "../../protocol/evaluation-view";
import { type Handlers, RpcPeer } from "../../protocol/rpc";
import { commandIds, panelIds } from "../ids";
import type { LastEditor } from "../last-editor";
import { answerActions } from "./answer-actions";
import { webviewHtml, webviewRoot } from "./webview-html";
import { webviewTransport } from "./webview-transport";

export interface EvaluationPanelOptions {
  extensionUri: vscode.Uri;
  store: EvaluationStore;
  runner: EvaluationRunner;
  lastEditor: LastEditor;
  logger: Logger;
}

/** Commands take the evaluation's id, say what goes wrong by themselves, and ask what they need to know. */
const commandOf: Record<Exclude<EvaluationAction, "delete" | "openSuite">, string> = {
  cancel: commandIds.cancelEvaluation,
  resume: commandIds.resumeEvaluation,
  retryFailed: commandIds.retryFailedResponses,
  reset: commandIds.resetEvaluation,
  judge: commandIds.judgeAgain,
  comparePairs: commandIds.compareModels,
  rerun: commandIds.rerunFromLockfile,
  export: commandIds.exportEvaluation,
  showOutput: commandIds.showEvaluationLog,
};

/** The results of evaluations in an editor tab. */
export class EvaluationPanel implements Disposable {
  readonly #panel: vscode.WebviewPanel;
  readonly #options: EvaluationPanelOptions;
  readonly #own = new DisposableStore();
  readonly #view: EvaluationsView;
  readonly #rpc: RpcPeer<EvaluationHostWire, EvaluationPageWire>;
  /** What a page that is not there yet is told once it is; a hidden page is thrown away. */
  #waiting: (() => void) | undefined;
  #isPageReady = false;

  constructor(panel: vscode.WebviewPanel, options: EvaluationPanelOptions) {
    const { extensionUri, store, runner, logger } = options;
    this.#panel = panel;
    this.#options = options;
    this.#view = this.#own.add(
      new EvaluationsView({
        store,
        runner,
        onError: (error) => logger.error(`evaluation panel: ${error.message} ${error.detail ?? ""}`),
      }),
    );
    const icon = (theme: string) => vscode.Uri.joinPath(extensionUri, "media", `evaluation-${theme}.svg`);
    panel.iconPath = { light: icon("light"), dark: icon("dark") };
    panel.webview.options = { enableScripts: true, localResourceRoots: [webviewRoot(extensionUri)] };
    this.#rpc = this.#own.add(
      new RpcPeer<EvaluationHostWire, EvaluationPageWire>(
        webviewTransport(panel),
        this.#handlers(),
        (error) => logger.error(`evaluation panel: ${error.message} ${error.detail ?? ""}`),
      ),
    );
    this.#own.add(this.#view.onDidChange((state) => this.#rpc.notify("state", state)));
    this.#own.add(panel.onDidChangeViewState(() => this.#onVisibility()));
    panel.webview.html = webviewHtml(panel.webview, extensionUri, {
      bundle: "evaluation",
      title: vscode.l10n.t("Evaluations"),
    });
  }

  /** Shows one evaluation; without one, whatever the page showed last. */
  reveal(evaluationId?: string): void {
    this.#panel.reveal();
    if (evaluationId === undefined) {
      return;
    }
    const tell = () => this.#rpc.notify("show", { evaluationId });
    if (this.#isPageReady) {
      // It may be newer than the page's list.
      this.#view.refresh();
      tell();
    } else {
      this.#waiting = tell;
    }
  }

  dispose(): void {
    this.#own.dispose();
  }

  #onVisibility(): void {
    if (this.#panel.visible) {
      this.#view.resume();
    } else {
      this.#isPageReady = false;
      this.#view.pause();
    }
  }

  #handlers(): Handlers<EvaluationHostWire> {
    const { queries } = this.#view;
    const run = async (command: string, ...args: unknown[]): Promise<null> => {
      await vscode.commands.executeCommand(command, ...args);
      return null;
    };
    return {
      ...queries,
      ready: async (params, context) => {
        const state = await queries.ready(params, context);
        // After the reply, so that the page has the list in which it finds what it shall show.
        setTimeout(() => this.#onReady());
        return state;
      },
      act: async ({ action, evaluationId }) => {
        try {
          await this.#act(action, evaluationId);
          return null;
        } finally {
          this.#view.refresh();
        }
      },
      newEvaluation: () => run(commandIds.newEvaluation),
      showLog: () => run(commandIds.showLog),
      ...answerActions(this.#options.lastEditor),
    };
  }

  #onReady(): void {
    this.#isPageReady = true;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.();
  }

  async #act(action: EvaluationAction, evaluationId: string): Promise<void> {
    if (action === "delete") {
      await this.#delete(evaluationId);
    } else if (action === "openSuite") {
      await this.#openSuite(evaluationId);
    } else if (Object.hasOwn(commandOf, action)) {
      await vscode.commands.executeCommand(commandOf[action], evaluationId);
    }
  }

  async #openSuite(evaluationId: string): Promise<void> {
    const evaluation = await this.#options.store.request("getEvaluation", { evaluationId });
    if (evaluation?.suiteFile !== undefined) {
      await vscode.commands.executeCommand("vscode.open", vscode.Uri.file(evaluation.suiteFile));
    }
  }

  async #delete(evaluationId: string): Promise<void> {
    const { store, runner } = this.#options;
    const evaluation = await store.request("getEvaluation", { evaluationId });
    if (!evaluation) {
      return;
    }
    const { name, responses } = evaluation;
    const remove = vscode.l10n.t("Delete");
    const chosen = await vscode.window.showWarningMessage(
      vscode.l10n.t("Delete the evaluation “{0}”?", name),
      {
        modal: true,
        detail: vscode.l10n.t(
          "Its {0} responses and all scores are deleted for good.",
          responses.ok + responses.failed + responses.skipped,
        ),
      },
      remove,
    );
    if (chosen !== remove) {
      return;
    }
    if (runner.isActive(evaluationId)) {
      throw new AppError("model-busy", "The evaluation “{0}” is running. Cancel it first.", [name]);
    }
    await store.request("deleteEvaluation", { evaluationId });
  }
}

export function createEvaluationWebview(): vscode.WebviewPanel {
  return vscode.window.createWebviewPanel(
    panelIds.evaluation,
    vscode.l10n.t("Evaluations"),
    { viewColumn: vscode.ViewColumn.Active },
    { enableScripts: true },
  );
}
