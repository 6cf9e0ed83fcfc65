import * as vscode from "vscode";
import { type Disposable, DisposableStore } from "../../common/disposable";
import { grouped } from "../../evaluation/results";
import type { SuiteProblem } from "../../evaluation/suite/suite";
import { isFromJsonService } from "./json-service";
import { rangeOf } from "./positions";
import type { SuiteFileChange, SuiteFiles } from "./suite-files";

const ownSource = "Local Models";

/** Underlines what has to be put right before a suite can be run, in the suite and in its data files. */
export class SuiteDiagnostics implements Disposable {
  readonly #own = new DisposableStore();
  readonly #collection = this.#own.add(vscode.languages.createDiagnosticCollection(ownSource));
  /** By suite, then by file: a data file may belong to several suites. */
  readonly #bySuite = new Map<string, ReadonlyMap<string, readonly SuiteProblem[]>>();
  readonly #shown = new Map<string, readonly SuiteProblem[]>();

  constructor(files: SuiteFiles) {
    this.#own.add(files.onDidChange((change) => this.#update(change)));
    this.#own.add(
      vscode.languages.onDidChangeDiagnostics(({ uris }) => {
        uris
          .map(String)
          .filter((uri) => this.#bySuite.get(uri)?.has(uri))
          .forEach((uri) => this.#show(uri));
      }),
    );
  }

  dispose(): void {
    this.#own.dispose();
  }

  #update({ uri, reading }: SuiteFileChange): void {
    const suite = uri.toString();
    const before = this.#bySuite.get(suite);
    const now = grouped(reading?.problems ?? [], ({ file }) => vscode.Uri.file(file).toString());
    if (now.size > 0) {
      this.#bySuite.set(suite, now);
    } else {
      this.#bySuite.delete(suite);
    }
    new Set([...(before?.keys() ?? []), ...now.keys()]).forEach((file) => this.#show(file));
  }

  #show(file: string): void {
    const uri = vscode.Uri.parse(file);
    const all = [...this.#bySuite.values()].flatMap((each) => each.get(file) ?? []);
    const problems = withoutDoubles(uri, all);
    const shown = this.#shown.get(file) ?? [];
    // Whoever sets diagnostics is told that they changed.
    if (problems.length === shown.length && problems.every((problem, index) => problem === shown[index])) {
      return;
    }
    if (problems.length > 0) {
      this.#shown.set(file, problems);
    } else {
      this.#shown.delete(file);
    }
    this.#collection.set(uri, problems.map(diagnosticOf));
  }
}

export function describeProblem({ template, args }: SuiteProblem): string {
  return vscode.l10n.t(template, ...args);
}

/** In an open JSON file VS Code underlines by itself what the schema tells, unless a person has turned that off. */
function withoutDoubles(uri: vscode.Uri, problems: readonly SuiteProblem[]): SuiteProblem[] {
  const underlined = vscode.languages.getDiagnostics(uri).filter(isFromJsonService);
  return problems.filter(
    ({ isBeyondSchema, line, end }) =>
      isBeyondSchema ||
      !underlined.some(
        ({ range }) => range.start.line <= (end?.line ?? line) - 1 && range.end.line >= line - 1,
      ),
  );
}

function diagnosticOf(problem: SuiteProblem): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(
    rangeOf(problem, problem.end),
    describeProblem(problem),
    vscode.DiagnosticSeverity.Error,
  );
  diagnostic.source = ownSource;
  return diagnostic;
}
