import * as vscode from "vscode";
import { type Disposable, DisposableStore } from "../../common/disposable";
import type { ModelOutline } from "../../evaluation/suite/suite";
import type { Library } from "../../library/library";
import { rangeOf } from "./positions";
import type { SuiteFile, SuiteFiles } from "./suite-files";

/** Warns of models in suites that are not on this machine: everything else runs, but they would fail. */
export class MissingModels implements Disposable {
  readonly #files: SuiteFiles;
  readonly #library: Library;
  readonly #own = new DisposableStore();
  readonly #collection = this.#own.add(vscode.languages.createDiagnosticCollection("Local Models: models"));
  readonly #shown = new Map<string, string>();
  /** Before that it is not known which models there are. */
  #isScanned = false;

  constructor(files: SuiteFiles, library: Library) {
    this.#files = files;
    this.#library = library;
    this.#own.add(
      library.onDidChange(() => {
        this.#isScanned = true;
        this.#files.list().forEach((file) => this.#show(file.uri, file));
      }),
    );
    this.#own.add(files.onDidChange(({ uri, reading }) => this.#show(uri, reading && { uri, reading })));
  }

  dispose(): void {
    this.#own.dispose();
  }

  #show(uri: vscode.Uri, file: SuiteFile | undefined): void {
    const missing = file && this.#isScanned ? this.#missingIn(file) : [];
    const [key, state] = [uri.toString(), JSON.stringify(missing)];
    if ((this.#shown.get(key) ?? "[]") !== state) {
      this.#shown.set(key, state);
      this.#collection.set(uri, missing.map(diagnosticOf));
    }
  }

  /** What is no id at all is told as a problem of the suite. */
  #missingIn({ reading: { outline, problems } }: SuiteFile): ModelOutline[] {
    const isWrong = ({ position }: ModelOutline) =>
      problems.some(({ line, column }) => line === position.line && column === position.column);
    return (outline?.models ?? []).filter((model) => !this.#library.find(model.id) && !isWrong(model));
  }
}

function diagnosticOf({ id, position, end }: ModelOutline): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(
    rangeOf(position, end),
    vscode.l10n.t("The model “{0}” is not downloaded. Pull it, or choose another one.", id),
    vscode.DiagnosticSeverity.Warning,
  );
  diagnostic.source = "Local Models";
  return diagnostic;
}
