import path from "node:path";
import * as vscode from "vscode";
import { type Disposable, DisposableStore } from "../../common/disposable";
import { deserializeError, type SerializedError } from "../../common/errors";
import type { Event } from "../../common/event";
import type { ScanResult, SkipReason } from "../../protocol/photo-scanner";
import type { IndexState } from "../../protocol/photos-view";
import { describeError } from "../notifications";

interface Problems {
  /** Pictures that could not be read, with why as a serialized error. */
  failed: { path: string; problem: string }[];
  lastScan: Pick<ScanResult, "skipped" | "unreadable"> | undefined;
}

const scheme = "local-models-pictures";

/** Which pictures are not in the index and why, as a document whose paths can be clicked. */
export class ProblemsDocument
  implements Disposable, vscode.TextDocumentContentProvider, vscode.DocumentLinkProvider
{
  readonly #own = new DisposableStore();
  readonly #changed = this.#own.add(new vscode.EventEmitter<vscode.Uri>());
  readonly onDidChange = this.#changed.event;
  readonly #problems: () => Promise<Problems>;
  readonly #uri = vscode.Uri.from({ scheme, path: `/${vscode.l10n.t("Pictures Left Out")}` });

  constructor(problems: () => Promise<Problems>, onDidChangeIndex: Event<IndexState>) {
    this.#problems = problems;
    this.#own.add(
      onDidChangeIndex(({ type }) => {
        if (type !== "scanning" && type !== "indexing") {
          this.#changed.fire(this.#uri);
        }
      }),
    );
    this.#own.add(vscode.workspace.registerTextDocumentContentProvider(scheme, this));
    this.#own.add(vscode.languages.registerDocumentLinkProvider({ scheme }, this));
  }

  async show(): Promise<void> {
    await vscode.window.showTextDocument(this.#uri, { preview: true });
  }

  async provideTextDocumentContent(): Promise<string> {
    const { failed, lastScan } = await this.#problems();
    const sections: Section[] = [
      {
        title: vscode.l10n.t("Could not be read"),
        lines: [
          ...failed.map(({ path, problem }) => ({ path, reason: reasonOf(problem) })),
          ...(lastScan?.unreadable ?? []).map(({ path, code }) => ({
            path,
            reason: vscode.l10n.t("The system does not let it be read ({0}).", code),
          })),
        ],
      },
      {
        title: vscode.l10n.t("Were left out"),
        lines: (lastScan?.skipped ?? []).map(({ path, reason }) => ({ path, reason: skipReason(reason) })),
      },
    ];
    return problemsText(sections.filter(({ lines }) => lines.length > 0));
  }

  provideDocumentLinks(document: vscode.TextDocument): vscode.DocumentLink[] {
    return Array.from({ length: document.lineCount }, (_, line) => document.lineAt(line)).flatMap(
      ({ text, range }) =>
        path.isAbsolute(text) ? [new vscode.DocumentLink(range, vscode.Uri.file(text))] : [],
    );
  }

  dispose(): void {
    this.#own.dispose();
  }
}

interface Section {
  title: string;
  lines: { path: string; reason: string }[];
}

/** A path stands in a line of its own, its reason below it. */
function problemsText(sections: readonly Section[]): string {
  if (sections.length === 0) {
    return `${vscode.l10n.t("Every picture is in the index.")}\n`;
  }
  return sections
    .map(({ title, lines }) =>
      [
        `${title} (${lines.length.toLocaleString()})`,
        ...lines.map(({ path, reason }) => `\n${path.replaceAll(/[\r\n]/g, "␤")}\n    ${reason}`),
      ].join("\n"),
    )
    .join("\n\n\n")
    .concat("\n");
}

function reasonOf(problem: string): string {
  try {
    return describeError(deserializeError(JSON.parse(problem) as SerializedError));
  } catch {
    return problem;
  }
}

function skipReason(reason: SkipReason): string {
  switch (reason) {
    case "heic":
      return vscode.l10n.t("HEIC cannot be decoded here. Save the picture as JPEG.");
    case "jpeg-xl":
      return vscode.l10n.t("JPEG XL cannot be decoded here. Save the picture as JPEG or PNG.");
    case "raw":
      return vscode.l10n.t("Raw camera files cannot be decoded here. Export the picture as JPEG.");
    case "unsupported":
      return vscode.l10n.t("This format cannot be decoded here. Save the picture as JPEG or PNG.");
  }
}
