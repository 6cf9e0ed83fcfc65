import * as vscode from "vscode";
import { type Disposable, DisposableStore } from "../../common/disposable";
import { Emitter } from "../../common/event";
import type { TextPosition } from "../../common/json-text";
import { commandIds } from "../ids";
import type { LastScore } from "./last-scores";
import { rangeOf } from "./positions";
import type { SuiteTarget } from "./start-evaluation";
import { isSuiteFile, suiteGlob, type SuiteFiles } from "./suite-files";
import type { SuiteScores } from "./suite-scores";

/** *Run* above a suite, its sequences and their prompts, and what came of each the last time. */
export class SuiteLenses implements vscode.CodeLensProvider, Disposable {
  readonly #files: SuiteFiles;
  readonly #scores: SuiteScores;
  readonly #own = new DisposableStore();
  readonly #changed = this.#own.add(new Emitter<void>());
  readonly onDidChangeCodeLenses = (listener: () => void) => this.#changed.event(listener);

  constructor(files: SuiteFiles, scores: SuiteScores) {
    this.#files = files;
    this.#scores = scores;
    this.#own.add(files.onDidChange(() => this.#changed.fire()));
    this.#own.add(scores.onDidChange(() => this.#changed.fire()));
    this.#own.add(vscode.languages.registerCodeLensProvider({ scheme: "file", pattern: suiteGlob }, this));
  }

  dispose(): void {
    this.#own.dispose();
  }

  async provideCodeLenses({ uri }: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    if (!isSuiteFile(uri)) {
      return [];
    }
    const reading = this.#files.get(uri)?.reading ?? (await this.#files.read(uri));
    const outline = reading?.outline;
    if (!outline) {
      return [];
    }
    const file = uri.fsPath;
    const scores = this.#scores.of(uri);
    const [last] = scores?.values() ?? [];
    return [
      runLens(outline.position, vscode.l10n.t("Run Suite"), { file }),
      ...(last ? [resultsLens(outline.position, vscode.l10n.t("Show Results"), last.whole)] : []),
      ...outline.sequences.flatMap(({ name: sequence, position, prompts }) => {
        const its = scores?.get(sequence);
        return [
          runLens(position, vscode.l10n.t("Run Sequence"), { file, sequence }),
          ...scoreLens(position, its?.whole),
          ...prompts.flatMap((prompt) => [
            runLens(prompt.position, vscode.l10n.t("Run Prompt"), { file, sequence, prompt: prompt.name }),
            ...scoreLens(prompt.position, its?.prompts.get(prompt.name)),
          ]),
        ];
      }),
    ];
  }
}

function runLens(place: TextPosition, title: string, target: SuiteTarget): vscode.CodeLens {
  const command = { title: `$(play)\u00a0${title}`, command: commandIds.runEvaluation, arguments: [target] };
  return new vscode.CodeLens(rangeOf(place), command);
}

function scoreLens(place: TextPosition, score: LastScore | undefined): vscode.CodeLens[] {
  return score ? [resultsLens(place, scoreText(score), score)] : [];
}

function resultsLens(place: TextPosition, title: string, { evaluationId }: LastScore): vscode.CodeLens {
  const command = { title, command: commandIds.showEvaluations, arguments: [evaluationId] };
  return new vscode.CodeLens(rangeOf(place), command);
}

/** `✓ 9/9 · 4.1 of 5`. */
function scoreText({ ok, failed, checksPassed, checksTold, score, scaleMax }: LastScore): string {
  const parts = [
    ...(checksTold > 0
      ? [`${checksPassed === checksTold ? "✓" : "✗"} ${checksPassed}/${checksTold}`]
      : [vscode.l10n.t("{0} ok", ok)]),
    ...(score === undefined ? [] : [vscode.l10n.t("{0} of {1}", score.toFixed(1), scaleMax)]),
    ...(failed > 0 ? [vscode.l10n.t("{0} failed", failed)] : []),
  ];
  return parts.join(" · ");
}
