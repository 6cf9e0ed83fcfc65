import * as vscode from "vscode";
import { type AppError, isAbort, toAppError } from "../common/errors";
import type { TextPosition } from "../common/json-text";
import type { Logger } from "../common/logger";
import { ConfigurationError } from "../library/configuration";
import { commandIds } from "./ids";

/** The error's sentence in the person's language. */
export function describeError(error: AppError): string {
  return vscode.l10n.t(error.template, ...error.args);
}

/** A button beside an error message. */
export interface ErrorAction {
  title: string;
  run: () => unknown;
}

/** Shows what went wrong, with what can be done about it; a cancellation is not an error. */
export async function showError(error: unknown, logger: Logger, actions: ErrorAction[] = []): Promise<void> {
  if (isAbort(error)) {
    return;
  }
  const appError = toAppError(error);
  logger.error(`${appError.code}: ${appError.message}\n${appError.detail ?? appError.stack ?? ""}`);
  const all = [...actions, ...actionsFor(appError), showLogAction()];
  const chosen = await vscode.window.showErrorMessage(
    describeError(appError),
    ...all.map(({ title }) => title),
  );
  await all.find(({ title }) => title === chosen)?.run();
}

function showLogAction(): ErrorAction {
  return {
    title: vscode.l10n.t("Show Log"),
    run: () => vscode.commands.executeCommand(commandIds.showLog),
  };
}

function actionsFor(error: AppError): ErrorAction[] {
  if (error instanceof ConfigurationError) {
    return [{ title: vscode.l10n.t("Open File"), run: () => openAt(error.file, error.position) }];
  }
  switch (error.code) {
    case "unauthorized":
    case "gated-model":
      return [
        {
          title: vscode.l10n.t("Set Token…"),
          run: () => vscode.commands.executeCommand(commandIds.setHubToken),
        },
      ];
    case "no-folder":
      return [
        {
          title: vscode.l10n.t("Open Folder…"),
          run: () => vscode.commands.executeCommand("vscode.openFolder"),
        },
      ];
    case "untrusted":
      return [
        {
          title: vscode.l10n.t("Manage Trust"),
          run: () => vscode.commands.executeCommand("workbench.trust.manage"),
        },
      ];
    case "no-space":
      return [
        {
          title: vscode.l10n.t("Delete a Model…"),
          run: () => vscode.commands.executeCommand(commandIds.deleteModel),
        },
      ];
    default:
      return [];
  }
}

async function openAt(file: string, { line, column }: TextPosition): Promise<void> {
  const at = new vscode.Position(line - 1, column - 1);
  await vscode.window.showTextDocument(vscode.Uri.file(file), { selection: new vscode.Range(at, at) });
}
