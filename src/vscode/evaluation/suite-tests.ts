import * as vscode from "vscode";
import { type Disposable, DisposableStore } from "../../common/disposable";
import type { SuiteReading } from "../../evaluation/suite/suite";
import type { TextPosition } from "../../common/json-text";
import { rangeOf } from "./positions";
import { describeProblem } from "./suite-diagnostics";
import type { SuiteFileChange, SuiteFiles } from "./suite-files";
import { SuiteTestRun, type TestRunOptions } from "./suite-test-run";

/** Suites, their sequences and the prompts with checks in the Testing view. It is not there without any. */
export class SuiteTests implements Disposable {
  readonly #files: SuiteFiles;
  readonly #runOptions: Omit<TestRunOptions, "controller">;
  readonly #own = new DisposableStore();
  #controller: vscode.TestController | undefined;

  constructor(files: SuiteFiles, runOptions: Omit<TestRunOptions, "controller">) {
    this.#files = files;
    this.#runOptions = runOptions;
    this.#own.add(files.onDidChange((change) => this.#update(change)));
  }

  dispose(): void {
    this.#own.dispose();
  }

  #update({ uri, reading }: SuiteFileChange): void {
    const children = reading ? sequenceTests(uri, reading) : [];
    if (!reading || (children.length === 0 && !this.#controller?.items.get(uri.toString()))) {
      this.#controller?.items.delete(uri.toString());
      return;
    }
    const [problem] = reading.problems;
    if (children.length === 0 && !problem) {
      this.#controller?.items.delete(uri.toString());
      return;
    }
    const controller = (this.#controller ??= this.#create());
    const item = controller.createTestItem(uri.toString(), reading.outline?.name ?? uri.path, uri);
    item.description = vscode.workspace.asRelativePath(uri);
    if (reading.outline) {
      item.range = rangeOf(reading.outline.position);
    }
    if (problem) {
      item.error = describeProblem(problem);
    }
    item.children.replace(children.map((child) => build(controller, uri, child)));
    controller.items.add(item);
  }

  #create(): vscode.TestController {
    const controller = this.#own.add(
      vscode.tests.createTestController("localModels.evaluations", vscode.l10n.t("Evaluations")),
    );
    controller.refreshHandler = () => this.#files.refresh();
    this.#own.add(
      controller.createRunProfile(
        vscode.l10n.t("Run Evaluation"),
        vscode.TestRunProfileKind.Run,
        (request, token) => new SuiteTestRun({ ...this.#runOptions, controller }).run(request, token),
        true,
      ),
    );
    return controller;
  }
}

interface TestOutline {
  id: string;
  label: string;
  place: TextPosition | undefined;
  children: TestOutline[];
}

/** Of a suite with problems, several parts may have one name. */
function unique(tests: readonly TestOutline[]): TestOutline[] {
  return [...new Map(tests.map((test) => [test.id, test])).values()];
}

/** Only what has a check passes or fails; prompts from a data file stand where their sequence does. */
function sequenceTests(uri: vscode.Uri, { outline, suite }: SuiteReading): TestOutline[] {
  const tests = (outline?.sequences ?? []).flatMap((sequence) => {
    const written = sequence.prompts.filter(({ checks }) => checks.length > 0);
    const fromData = sequence.promptsFrom === undefined ? undefined : suite?.sequences;
    const read = fromData?.find(({ name }) => name === sequence.name)?.prompts ?? [];
    const prompts = [
      ...written.map(({ name, position }) => ({ name, place: position })),
      ...read
        .filter(({ checks }) => checks.length > 0)
        .map(({ name }) => ({ name, place: sequence.position })),
    ];
    if (prompts.length === 0) {
      return [];
    }
    const idOf = (...names: string[]) => JSON.stringify([uri.toString(), ...names]);
    return [
      {
        id: idOf(sequence.name),
        label: sequence.name,
        place: sequence.position,
        children: unique(
          prompts.map(({ name, place }) => ({
            id: idOf(sequence.name, name),
            label: name,
            place,
            children: [],
          })),
        ),
      },
    ];
  });
  return unique(tests);
}

function build(controller: vscode.TestController, uri: vscode.Uri, outline: TestOutline): vscode.TestItem {
  const item = controller.createTestItem(outline.id, outline.label, uri);
  if (outline.place) {
    item.range = rangeOf(outline.place);
  }
  // The order of the file, not of the alphabet.
  item.sortText = sortTextOf(outline);
  item.children.replace(outline.children.map((child) => build(controller, uri, child)));
  return item;
}

function sortTextOf({ place }: TestOutline): string {
  const six = (number: number) => String(number).padStart(6, "0");
  return `${six(place?.line ?? 0)}:${six(place?.column ?? 0)}`;
}
