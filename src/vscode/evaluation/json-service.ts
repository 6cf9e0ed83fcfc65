import type * as vscode from "vscode";

/** VS Code's JSON language service names a source for syntax errors only. */
export function isFromJsonService({ source }: vscode.Diagnostic): boolean {
  return source === undefined || source === "json" || source === "jsonc";
}
