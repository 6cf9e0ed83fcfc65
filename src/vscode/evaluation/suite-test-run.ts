import * as vscode from "vscode";
import { toAppError } from "../../common/errors";
import { Throttle } from "../../common/throttle";
import type { EvaluationStore } from "../../evaluation/run/run-options";
import type { EvaluationRunner } from "../../evaluation/run/runner";
import type { Suite } from "../../evaluation/suite/suite";
import { describeError } from "../notifications";
import { checkPlaces } from "./check-places";
import { partOfSuite } from "./part-of-suite";
import type { EvaluationStarter } from "./start-evaluation";
import { statusLabel } from "./progress-text";
import { TestReporter } from "./test-reporter";

export interface TestRunOptions {
  controller: vscode.TestController;
  starter: EvaluationStarter;
  runner: EvaluationRunner;
  store: EvaluationStore;
  /** The Testing view shows how the evaluation goes; nothing else needs to. */
  beQuiet: (evaluationId: string) => void;
}

const reportMs = 300;

/** One click on *Run* in the Testing view: an evaluation for each suite of which something is selected. */
export class SuiteTestRun {
  readonly #options: TestRunOptions;

  constructor(options: TestRunOptions) {
    this.#options = options;
  }

  async run(request: vscode.TestRunRequest, token: vscode.CancellationToken): Promise<void> {
    const { controller } = this.#options;
    const run = controller.createTestRun(request);
    try {
      const roots = request.include ?? [...controller.items].map(([, item]) => item);
      const leaves = roots.flatMap((item) => leavesOf(item, new Set(request.exclude)));
      const suites = new Map<string, vscode.TestItem[]>();
      for (const leaf of new Set(leaves)) {
        const suite = leaf.uri?.toString() ?? "";
        suites.set(suite, [...(suites.get(suite) ?? []), leaf]);
        run.enqueued(leaf);
      }
      for (const [suite, items] of suites) {
        if (token.isCancellationRequested) {
          items.forEach((item) => run.skipped(item));
        } else {
          await this.#runSuite(run, vscode.Uri.parse(suite), items, token);
        }
      }
    } finally {
      run.end();
    }
  }

  async #runSuite(
    run: vscode.TestRun,
    uri: vscode.Uri,
    items: vscode.TestItem[],
    token: vscode.CancellationToken,
  ): Promise<void> {
    try {
      const { suite, outline } = await this.#options.starter.read(uri);
      const evaluationId = await this.#start(uri, suite, items);
      if (evaluationId === undefined) {
        items.forEach((item) => run.skipped(item));
        return;
      }
      const { store } = this.#options;
      const reporter = new TestReporter(run, store, evaluationId, items, checkPlaces(outline));
      await this.#follow(reporter, evaluationId, token);
    } catch (error) {
      const message = new vscode.TestMessage(describeError(toAppError(error)));
      items.forEach((item) => run.errored(item, message));
    }
  }

  async #start(
    uri: vscode.Uri,
    suite: Suite,
    items: readonly vscode.TestItem[],
  ): Promise<string | undefined> {
    const { starter, beQuiet } = this.#options;
    const selection = new Map<string, Set<string>>();
    for (const { label, parent } of items) {
      const sequence = parent?.label ?? "";
      selection.set(sequence, (selection.get(sequence) ?? new Set()).add(label));
    }
    const part = partOfSuite(suite, selection);
    // Whether tests pass is told by checks; a judge would only take time.
    const evaluationId =
      part &&
      (await starter.startSuite(uri, { ...part, settings: { ...part.settings, autoEvaluate: false } }));
    if (evaluationId !== undefined) {
      beQuiet(evaluationId);
    }
    return evaluationId;
  }

  async #follow(
    reporter: TestReporter,
    evaluationId: string,
    token: vscode.CancellationToken,
  ): Promise<void> {
    const { runner } = this.#options;
    const cancel = () => void runner.cancel(evaluationId).catch(() => undefined);
    const cancelling = token.onCancellationRequested(cancel);
    if (token.isCancellationRequested) {
      cancel();
    }
    const report = new Throttle(reportMs, () => void reporter.update());
    const changes = runner.onDidChange(() => report.ask());
    try {
      const status = await runner.untilEnded(evaluationId);
      report.dispose();
      await reporter.update();
      reporter.end(status === "cancelled" ? undefined : endText(status));
    } finally {
      report.dispose();
      changes.dispose();
      cancelling.dispose();
    }
  }
}

function leavesOf(item: vscode.TestItem, excluded: ReadonlySet<vscode.TestItem>): vscode.TestItem[] {
  if (excluded.has(item)) {
    return [];
  }
  const children = [...item.children].map(([, child]) => child);
  // A suite that cannot be read has no children, and is no test itself.
  return item.parent?.parent ? [item] : children.flatMap((child) => leavesOf(child, excluded));
}

function endText(status: Parameters<typeof statusLabel>[0] | undefined): string {
  return status === undefined
    ? vscode.l10n.t("The end of the evaluation could not be stored.")
    : vscode.l10n.t("There is no response. The evaluation ended as: {0}.", statusLabel(status));
}
