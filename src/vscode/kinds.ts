import * as vscode from "vscode";
import type { EngineTask } from "../protocol/engine";
import type { ModelKind } from "../library/model";

/** Groups that are shown even when they are empty. */
export const mainKinds: readonly ModelKind[] = ["chat", "embedding"];

const icons: Record<ModelKind, string> = {
  chat: "comment-discussion",
  embedding: "symbol-array",
  "image-text": "file-media",
  caption: "note",
  speech: "mic",
  reranking: "list-ordered",
  other: "package",
};

export function kindIcon(kind: ModelKind): vscode.ThemeIcon {
  return new vscode.ThemeIcon(icons[kind]);
}

export function kindLabel(kind: ModelKind): string {
  switch (kind) {
    case "chat":
      return vscode.l10n.t("Chat");
    case "embedding":
      return vscode.l10n.t("Embedding");
    case "image-text":
      return vscode.l10n.t("Pictures and Text");
    case "caption":
      return vscode.l10n.t("Captions");
    case "speech":
      return vscode.l10n.t("Speech");
    case "reranking":
      return vscode.l10n.t("Reranking");
    case "other":
      return vscode.l10n.t("Other");
  }
}

/** What an engine does with a model of this kind; undefined for kinds no engine runs. */
export function taskOf(kind: ModelKind): EngineTask | undefined {
  return kind === "other" ? undefined : kind;
}
