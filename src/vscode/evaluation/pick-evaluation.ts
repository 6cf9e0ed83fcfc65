import * as vscode from "vscode";
import type { EvaluationStore } from "../../evaluation/run/run-options";
import type { EvaluationRunner } from "../../evaluation/run/runner";
import type { EvaluationSummary } from "../../protocol/store-evaluations";
import { progressText, statusLabel } from "./progress-text";

export interface PickOptions {
  title: string;
  /** Said when there is none to choose. */
  empty: string;
  filter?: (evaluation: EvaluationSummary) => boolean;
}

/** The evaluations there are, with the status that they really have. */
export class EvaluationPicker {
  readonly #store: EvaluationStore;
  readonly #runner: EvaluationRunner;

  constructor(store: EvaluationStore, runner: EvaluationRunner) {
    this.#store = store;
    this.#runner = runner;
  }

  /** Newest first. */
  async list(): Promise<EvaluationSummary[]> {
    const evaluations = await this.#store.request("listEvaluations", null);
    return evaluations.map((each) => ({ ...each, status: this.#runner.statusOf(each) }));
  }

  /** The one that a caller means, or that the person chooses. */
  async pick(evaluationId: unknown, options: PickOptions): Promise<EvaluationSummary | undefined> {
    const all = await this.list();
    if (typeof evaluationId === "string") {
      return all.find(({ id }) => id === evaluationId);
    }
    const candidates = all.filter(options.filter ?? (() => true));
    if (candidates.length === 0) {
      void vscode.window.showInformationMessage(options.empty);
      return undefined;
    }
    const picked = await vscode.window.showQuickPick(
      candidates.map((evaluation) => this.#itemOf(evaluation)),
      {
        title: options.title,
        placeHolder: vscode.l10n.t("Choose an evaluation"),
        matchOnDescription: true,
        matchOnDetail: true,
      },
    );
    return picked?.evaluation;
  }

  #itemOf(evaluation: EvaluationSummary) {
    const { name, models, createdAt } = evaluation;
    const active = this.#runner.active.find(({ evaluationId }) => evaluationId === evaluation.id);
    const time = new Date(createdAt).toLocaleString(vscode.env.language, {
      dateStyle: "medium",
      timeStyle: "short",
    });
    return {
      label: name,
      description: `${active ? progressText(active) : stateText(evaluation)} · ${time}`,
      detail: models.map((model) => model.name).join(", "),
      evaluation,
    };
  }
}

function stateText({ status, responses, totalResponses }: EvaluationSummary): string {
  const count = responses.ok + responses.failed + responses.skipped;
  return vscode.l10n.t("{0}, {1} of {2} responses", statusLabel(status), count, totalResponses);
}
