import path from "node:path";
import * as vscode from "vscode";
import { responsesCsv, scoresCsv } from "../../evaluation/export/csv";
import { htmlReport } from "../../evaluation/export/html";
import { responsesJsonLines } from "../../evaluation/export/json-lines";
import { markdownReport } from "../../evaluation/export/markdown";
import type { EvaluationResults } from "../../evaluation/results";
import type { EvaluationStore } from "../../evaluation/run/run-options";
import type { EvaluationSummary } from "../../protocol/store-evaluations";
import { readResults } from "./read-results";
import { fileNameOf, targetFolder } from "./target-files";

interface Format extends vscode.QuickPickItem {
  extension: string;
  suffix?: string;
  write: (results: EvaluationResults) => string;
}

function formats(): Format[] {
  const { t } = vscode.l10n;
  return [
    { label: t("Markdown"), detail: t("A report to read"), extension: "md", write: markdownReport },
    { label: t("HTML"), detail: t("A report as one page"), extension: "html", write: htmlReport },
    { label: t("CSV"), detail: t("A row per response"), extension: "csv", write: responsesCsv },
    {
      label: t("CSV of Scores"),
      detail: t("A row per score, with its justification"),
      extension: "csv",
      suffix: " scores",
      write: scoresCsv,
    },
    {
      label: t("JSON Lines"),
      detail: t("An object per response, with checks and scores"),
      extension: "jsonl",
      write: responsesJsonLines,
    },
  ];
}

/** Asks for a format and a file, and writes it. */
export async function exportEvaluation(
  store: EvaluationStore,
  { id, name }: EvaluationSummary,
): Promise<void> {
  const format = await vscode.window.showQuickPick(formats(), {
    title: vscode.l10n.t("Export “{0}”", name),
    placeHolder: vscode.l10n.t("Choose a format"),
    matchOnDetail: true,
  });
  if (!format) {
    return;
  }
  const { label, extension, suffix = "" } = format;
  const target = await vscode.window.showSaveDialog({
    title: vscode.l10n.t("Export “{0}”", name),
    defaultUri: targetFolder(`${fileNameOf(name)}${suffix}.${extension}`),
    filters: { [label]: [extension] },
  });
  if (!target) {
    return;
  }
  const text = format.write(await readResults(store, id));
  await vscode.workspace.fs.writeFile(target, Buffer.from(text, "utf8"));
  await offerToOpen(target);
}

/** Writes a copy of the database; asks where when nothing is given. */
export async function copyDatabase(store: EvaluationStore, given?: vscode.Uri): Promise<void> {
  const target =
    given ??
    (await vscode.window.showSaveDialog({
      title: vscode.l10n.t("Save a Copy of the Database"),
      defaultUri: targetFolder("local-models.sqlite"),
      filters: { SQLite: ["sqlite", "db"] },
    }));
  if (!target) {
    return;
  }
  await store.request("copyDatabase", { path: target.fsPath });
  if (!given) {
    await offerToOpen(target);
  }
}

async function offerToOpen(target: vscode.Uri): Promise<void> {
  const isText = !/\.(?:sqlite|db)$/i.test(target.path);
  const open = isText ? vscode.l10n.t("Open") : vscode.l10n.t("Reveal");
  const message = vscode.l10n.t("“{0}” was written.", path.basename(target.fsPath));
  if ((await vscode.window.showInformationMessage(message, open)) === open) {
    await (isText
      ? vscode.window.showTextDocument(target)
      : vscode.commands.executeCommand("revealFileInOS", target));
  }
}
