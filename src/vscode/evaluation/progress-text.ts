import * as vscode from "vscode";
import type { ActiveEvaluation } from "../../evaluation/run/runner";
import type { EvaluationStatus } from "../../protocol/store-evaluations";

/** `12/45`; empty before anything is counted. */
export function progressCount({ progress }: ActiveEvaluation): string {
  return progress && progress.total > 0 ? `${progress.done}/${progress.total}` : "";
}

/** As a notification says it: `12 of 45 responses, 1 failed`. */
export function progressText({ state, progress }: ActiveEvaluation): string {
  if (state === "queued") {
    return vscode.l10n.t("waiting");
  }
  if (state === "ending") {
    return vscode.l10n.t("ending…");
  }
  if (!progress) {
    return vscode.l10n.t("starting…");
  }
  const { phase, done, total, failed } = progress;
  const text = {
    loading: () => vscode.l10n.t("{0} of {1} responses, loading a model…", done, total),
    responses: () => vscode.l10n.t("{0} of {1} responses", done, total),
    judging: () => vscode.l10n.t("{0} of {1} judgements", done, total),
    comparing: () => vscode.l10n.t("{0} of {1} comparisons", done, total),
  }[phase]();
  return failed > 0 ? `${text}, ${vscode.l10n.t("{0} failed", failed)}` : text;
}

export function statusLabel(status: EvaluationStatus): string {
  switch (status) {
    case "queued":
      return vscode.l10n.t("waiting");
    case "running":
      return vscode.l10n.t("running");
    case "interrupted":
      return vscode.l10n.t("interrupted");
    case "cancelled":
      return vscode.l10n.t("cancelled");
    case "failed":
      return vscode.l10n.t("failed");
    case "completed-with-errors":
      return vscode.l10n.t("completed with errors");
    case "completed":
      return vscode.l10n.t("completed");
  }
}
