import * as vscode from "vscode";
import { type Disposable, DisposableStore } from "../../common/disposable";
import { grouped } from "../../evaluation/results";
import type { SuiteProblem } from "../../evaluation/suite/suite";
import { rangeOf } from "./positions";
import type { SuiteFileChange, SuiteFiles } from "./suite-files";

/** Underlines what has to be put right before a suite can be run, in the suite and in its data files. */
export class SuiteDiagnostics implements Disposable {
  readonly #own = new DisposableStore();
  readonly #collection = this.#own.add(vscode.languages.createDiagnosticCollection("Local Models"));
  /** By suite, then by file: a data file may belong to several suites. */
  readonly #bySuite = new Map<string, ReadonlyMap<string, vscode.Diagnostic[]>>();

  constructor(files: SuiteFiles) {
    this.#own.add(files.onDidChange((change) => this.#show(change)));
  }

  dispose(): void {
    this.#own.dispose();
  }

  #show({ uri, reading }: SuiteFileChange): void {
    const suite = uri.toString();
    const before = this.#bySuite.get(suite);
    const now = grouped(reading?.problems ?? [], ({ file }) => vscode.Uri.file(file).toString());
    const diagnostics = new Map([...now].map(([file, problems]) => [file, problems.map(diagnosticOf)]));
    if (diagnostics.size > 0) {
      this.#bySuite.set(suite, diagnostics);
    } else {
      this.#bySuite.delete(suite);
    }
    for (const file of new Set([...(before?.keys() ?? []), ...diagnostics.keys()])) {
      const all = [...this.#bySuite.values()].flatMap((each) => each.get(file) ?? []);
      this.#collection.set(vscode.Uri.parse(file), all);
    }
  }
}

export function describeProblem({ template, args }: SuiteProblem): string {
  return vscode.l10n.t(template, ...args);
}

function diagnosticOf(problem: SuiteProblem): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(
    rangeOf(problem, problem.end),
    describeProblem(problem),
    vscode.DiagnosticSeverity.Error,
  );
  diagnostic.source = "Local Models";
  return diagnostic;
}
