import * as vscode from "vscode";
import type { Disposable } from "../../common/disposable";
import { AppError } from "../../common/errors";
import type { Logger } from "../../common/logger";
import type { EvaluationStore } from "../../evaluation/run/run-options";
import type { Suite } from "../../evaluation/suite/suite";
import type { Library } from "../../library/library";
import type { EvaluationActions } from "../evaluation/evaluation-actions";
import type { EvaluationOutput } from "../evaluation/evaluation-output";
import { copyDatabase, exportEvaluation } from "../evaluation/export-evaluation";
import { newEvaluation } from "../evaluation/new-suite";
import type { EvaluationPicker } from "../evaluation/pick-evaluation";
import { showAt } from "../evaluation/positions";
import { type EvaluationStarter, SuiteError, type SuiteTarget } from "../evaluation/start-evaluation";
import {
  createConfiguredSuite,
  importStorybenchConfiguration,
  openConfiguration,
  saveConfiguration,
} from "../evaluation/suite-configurations";
import { isSuiteFile, type SuiteFiles } from "../evaluation/suite-files";
import { commandIds } from "../ids";
import { showError } from "../notifications";
import { registerCommands } from "./register";

interface EvaluationCommandOptions {
  actions: EvaluationActions;
  files: SuiteFiles;
  library: Library;
  output: EvaluationOutput;
  picker: EvaluationPicker;
  starter: EvaluationStarter;
  store: EvaluationStore;
  logger: Logger;
}

/** Commands that mean one evaluation take its id, and ask which without it. */
export function registerEvaluationCommands(options: EvaluationCommandOptions): Disposable {
  const { actions, files, library, output, picker, starter, store, logger } = options;

  return registerCommands(logger, {
    [commandIds.newEvaluation]: () => newEvaluation(library),
    [commandIds.runEvaluation]: (target?: unknown) =>
      withSuiteErrors(async () => {
        const chosen = targetOf(target) ?? (await pickSuite(vscode.l10n.t("Run Evaluation")));
        const evaluationId = chosen && (await starter.start(chosen));
        if (evaluationId !== undefined) {
          output.show();
        }
        return evaluationId;
      }),
    [commandIds.cancelEvaluation]: (id?: unknown) => actions.cancel(id),
    [commandIds.resumeEvaluation]: (id?: unknown) => actions.resume(id),
    [commandIds.retryFailedResponses]: (id?: unknown) => actions.retryFailed(id),
    [commandIds.resetEvaluation]: (id?: unknown) => actions.reset(id),
    [commandIds.judgeAgain]: (id?: unknown) => actions.judge(id),
    [commandIds.compareModels]: (id?: unknown) => actions.compare(id),
    [commandIds.rerunFromLockfile]: (id?: unknown) => actions.rerun(id),
    [commandIds.showEvaluationOutput]: () => output.show(),
    [commandIds.showEvaluationLog]: async (id?: unknown) => {
      const evaluation = await picker.pick(id, {
        title: vscode.l10n.t("Show Log of a Past Evaluation"),
        empty: noEvaluation(),
      });
      return evaluation && output.showPast(evaluation);
    },
    [commandIds.exportEvaluation]: async (id?: unknown) => {
      const evaluation = await picker.pick(id, {
        title: vscode.l10n.t("Export Evaluation"),
        empty: noEvaluation(),
      });
      return evaluation && exportEvaluation(store, evaluation);
    },
    [commandIds.openDatabase]: (target?: unknown) =>
      copyDatabase(store, target instanceof vscode.Uri ? target : undefined),
    [commandIds.saveEvaluationConfiguration]: () =>
      withSuiteErrors(async () => {
        const suite = await pickAndRead(vscode.l10n.t("Save Evaluation Configuration"));
        return suite && saveConfiguration(suite, library);
      }),
    [commandIds.loadEvaluationConfiguration]: () =>
      withSuiteErrors(async () => {
        const configuration = await openConfiguration();
        const title = vscode.l10n.t("Choose the suite whose prompts are used");
        const suite = configuration && (await pickAndRead(title));
        return suite && createConfiguredSuite(suite, configuration);
      }),
    [commandIds.importStorybench]: () => withSuiteErrors(importStorybenchConfiguration),
  });

  async function pickAndRead(title: string): Promise<Suite | undefined> {
    const target = await pickSuite(title);
    return target && starter.readSuite(vscode.Uri.file(target.file));
  }

  /** What is in the active editor comes first. */
  async function pickSuite(title: string): Promise<SuiteTarget | undefined> {
    await files.refresh();
    const active = vscode.window.activeTextEditor?.document.uri.toString();
    const suites = files.list().sort((a, b) => rank(a.uri) - rank(b.uri));
    if (suites.length === 0) {
      const create = vscode.l10n.t("New Evaluation…");
      const message = vscode.l10n.t("There is no evaluation suite in this folder.");
      if ((await vscode.window.showInformationMessage(message, create)) === create) {
        await newEvaluation(library);
      }
      return undefined;
    }
    const picked = await vscode.window.showQuickPick(
      suites.map(({ uri, reading }) => ({
        label: reading.outline?.name ?? vscode.workspace.asRelativePath(uri),
        description: vscode.workspace.asRelativePath(uri),
        ...(reading.suite ? {} : { detail: `$(error) ${vscode.l10n.t("It has problems.")}` }),
        file: uri.fsPath,
      })),
      { title, placeHolder: vscode.l10n.t("Choose a suite"), matchOnDescription: true },
    );
    return picked && { file: picked.file };

    function rank(uri: vscode.Uri): number {
      return uri.toString() === active ? 0 : 1;
    }
  }

  /** A suite that has problems is shown where the first one is. */
  async function withSuiteErrors<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof SuiteError)) {
        throw error;
      }
      const { problem } = error;
      const open = { title: vscode.l10n.t("Open File"), run: () => showAt(problem.file, problem) };
      void showError(error, logger, [open]);
      return undefined;
    }
  }
}

/** From a menu it is a file, from a lens a part of one. */
function targetOf(argument: unknown): SuiteTarget | undefined {
  if (argument instanceof vscode.Uri) {
    if (!isSuiteFile(argument)) {
      throw new AppError("invalid-input", "A suite is a file that ends in .eval.json or .eval.yaml.");
    }
    return { file: argument.fsPath };
  }
  if (typeof argument !== "object" || argument === null || !("file" in argument)) {
    return undefined;
  }
  const { file, sequence, prompt } = argument as Record<string, unknown>;
  return typeof file === "string"
    ? {
        file,
        ...(typeof sequence === "string" ? { sequence } : {}),
        ...(typeof prompt === "string" ? { prompt } : {}),
      }
    : undefined;
}

function noEvaluation(): string {
  return vscode.l10n.t("There are no evaluations yet.");
}
