import * as vscode from "vscode";
import { type Disposable, DisposableStore } from "../../common/disposable";
import { formatLogLine } from "../../evaluation/run/run-log";
import type { EvaluationStore } from "../../evaluation/run/run-options";
import type { EvaluationRunner } from "../../evaluation/run/runner";
import type { EvaluationSummary } from "../../protocol/store-evaluations";

const linesPerMessage = 1_000;

/** The log of evaluations: of those in this window as they run, and of an earlier one beside it. */
export class EvaluationOutput implements Disposable {
  readonly #store: EvaluationStore;
  readonly #own = new DisposableStore();
  readonly #channel = this.#own.add(
    vscode.window.createOutputChannel(vscode.l10n.t("Local Models: Evaluation"), "log"),
  );
  /** Lines of a running evaluation must not be among those of another one. */
  #past: vscode.OutputChannel | undefined;
  #lastId: string | undefined;

  constructor(store: EvaluationStore, runner: EvaluationRunner) {
    this.#store = store;
    this.#own.add(
      runner.onDidLog(({ evaluationId, line }) => {
        if (this.#lastId !== undefined && this.#lastId !== evaluationId) {
          this.#channel.appendLine("");
        }
        this.#lastId = evaluationId;
        this.#channel.appendLine(formatLogLine(line));
      }),
    );
  }

  show(): void {
    this.#channel.show(true);
  }

  /** Text that belongs behind the log of the evaluation that ended last. */
  append(text: string): void {
    this.#channel.appendLine(text);
  }

  /** Shows what the log of an evaluation said, from its beginning. */
  async showPast({ id: evaluationId, name }: EvaluationSummary): Promise<void> {
    const lines: string[] = [];
    for (let after = 0; ;) {
      const some = await this.#store.request("getEvaluationLog", {
        evaluationId,
        after,
        limit: linesPerMessage,
      });
      lines.push(...some.map(formatLogLine));
      after = some.at(-1)?.number ?? after;
      if (some.length < linesPerMessage) {
        break;
      }
    }
    this.#past ??= this.#own.add(
      vscode.window.createOutputChannel(vscode.l10n.t("Local Models: Past Evaluation"), "log"),
    );
    const text = lines.length > 0 ? lines.join("\n") : vscode.l10n.t("“{0}” has no log.", name);
    this.#past.replace(`${text}\n`);
    this.#past.show(true);
  }

  dispose(): void {
    this.#own.dispose();
  }
}
