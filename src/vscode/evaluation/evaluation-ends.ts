import * as vscode from "vscode";
import { type Disposable, DisposableStore } from "../../common/disposable";
import type { Logger } from "../../common/logger";
import { rerunReport } from "../../evaluation/lockfile/rerun-report";
import type { EvaluationStore } from "../../evaluation/run/run-options";
import type { EvaluationEnd, EvaluationRunner } from "../../evaluation/run/runner";
import type { Suite } from "../../evaluation/suite/suite";
import type { StoredEvaluation } from "../../protocol/store-evaluations";
import { commandIds } from "../ids";
import { type ErrorAction, showError } from "../notifications";
import { countFailed } from "./evaluation-actions";
import type { EvaluationOutput } from "./evaluation-output";
import { differenceNames, rerunText } from "./rerun-text";

/** Says how an evaluation ended, and offers what can be done then. */
export class EvaluationEnds implements Disposable {
  readonly #store: EvaluationStore;
  readonly #output: EvaluationOutput;
  readonly #logger: Logger;
  readonly #own = new DisposableStore();

  constructor(
    store: EvaluationStore,
    runner: EvaluationRunner,
    output: EvaluationOutput,
    isQuiet: (evaluationId: string) => boolean,
    logger: Logger,
  ) {
    this.#store = store;
    this.#output = output;
    this.#logger = logger;
    this.#own.add(
      runner.onDidEnd((end) => {
        if (end.error || !isQuiet(end.evaluationId)) {
          this.#tell(end).catch((error: unknown) => void showError(error, logger));
        }
      }),
    );
  }

  dispose(): void {
    this.#own.dispose();
  }

  async #tell({ evaluationId, status, error }: EvaluationEnd): Promise<void> {
    if (error) {
      void showError(error, this.#logger);
      return;
    }
    // Whoever cancels or closes the window knows that it has ended.
    if (status === "cancelled" || status === "interrupted") {
      return;
    }
    const evaluation = await this.#store.request("getEvaluation", { evaluationId });
    if (!evaluation) {
      return;
    }
    if (evaluation.rerunOf !== undefined && status !== "failed") {
      return this.#tellRerun(evaluation, evaluation.rerunOf);
    }
    const { name, responses, totalResponses } = evaluation;
    const showResults = action(vscode.l10n.t("Show Results"), commandIds.showEvaluations, evaluationId);
    switch (status) {
      case "completed":
        return offer("information", vscode.l10n.t("“{0}” is complete: {1} responses.", name, responses.ok), [
          showResults,
        ]);
      case "completed-with-errors":
        return offer(
          "warning",
          evaluation.error ??
            vscode.l10n.t(
              "“{0}” is complete, with {1} errors in {2} responses.",
              name,
              countFailed(evaluation),
              totalResponses,
            ),
          [
            showResults,
            action(vscode.l10n.t("Retry Failed"), commandIds.retryFailedResponses, evaluationId),
            action(vscode.l10n.t("Show Output"), commandIds.showEvaluationOutput),
          ],
        );
      default:
        return offer("error", vscode.l10n.t("“{0}” failed. {1}", name, evaluation.error ?? ""), [
          action(vscode.l10n.t("Resume"), commandIds.resumeEvaluation, evaluationId),
          action(vscode.l10n.t("Show Output"), commandIds.showEvaluationOutput),
        ]);
    }
  }

  async #tellRerun(after: StoredEvaluation, beforeId: string): Promise<void> {
    const before = await this.#store.request("getEvaluation", { evaluationId: beforeId });
    const suite = await this.#store.request("getEvaluationSuite", { evaluationId: after.id });
    if (!before || suite === null) {
      return;
    }
    const report = await rerunReport(this.#store, beforeId, after.id);
    const text = rerunText(before, after, JSON.parse(suite) as Suite, report);
    this.#output.append(text);
    const { identical, drifted, missing } = report;
    const message =
      drifted + missing === 0
        ? vscode.l10n.t("“{0}” came out the same again: {1} identical responses.", after.name, identical)
        : vscode.l10n.t(
            "“{0}” came out differently: {1} identical responses, {2} drifted, {3} missing.",
            after.name,
            identical,
            drifted,
            missing,
          );
    const showReport = { title: vscode.l10n.t("Show Report"), run: () => showMarkdown(text) };
    const showResults = action(vscode.l10n.t("Show Results"), commandIds.showEvaluations, after.id);
    const names = differenceNames(report);
    return offer(
      drifted + missing === 0 ? "information" : "warning",
      names === "" ? message : vscode.l10n.t("{0} What differs in the environment: {1}.", message, names),
      [showReport, showResults],
    );
  }
}

function action(title: string, command: string, ...args: unknown[]): ErrorAction {
  return { title, run: () => vscode.commands.executeCommand(command, ...args) };
}

async function offer(
  severity: "information" | "warning" | "error",
  message: string,
  actions: readonly ErrorAction[],
): Promise<void> {
  const titles = actions.map(({ title }) => title);
  const { window } = vscode;
  const show = {
    information: () => window.showInformationMessage(message, ...titles),
    warning: () => window.showWarningMessage(message, ...titles),
    error: () => window.showErrorMessage(message, ...titles),
  }[severity];
  const chosen = await show();
  await actions.find(({ title }) => title === chosen)?.run();
}

async function showMarkdown(content: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument({ language: "markdown", content });
  await vscode.window.showTextDocument(document);
}
