import * as vscode from "vscode";
import { AppError } from "../../common/errors";
import type { EvaluationRunner } from "../../evaluation/run/runner";
import type { EvaluationStore } from "../../evaluation/run/run-options";
import { defaultJudge } from "../../evaluation/suite/defaults";
import type { Suite } from "../../evaluation/suite/suite";
import type { Library } from "../../library/library";
import type { EvaluationStatus, EvaluationSummary } from "../../protocol/store-evaluations";
import { requireTrust } from "../deploy";
import type { EvaluationPicker } from "./pick-evaluation";
import { pickChatModel } from "./pick-models";

interface ActionOptions {
  store: EvaluationStore;
  runner: EvaluationRunner;
  library: Library;
  picker: EvaluationPicker;
}

const resumable: readonly EvaluationStatus[] = ["interrupted", "cancelled", "failed"];

/** What can be done with evaluations that were begun. Each takes an id, or asks. */
export class EvaluationActions {
  readonly #options: ActionOptions;

  constructor(options: ActionOptions) {
    this.#options = options;
  }

  /** Resolves when it has ended. */
  async cancel(evaluationId?: unknown): Promise<void> {
    const { runner, picker } = this.#options;
    const [only, ...others] = runner.active;
    if (evaluationId === undefined && only && others.length === 0) {
      return runner.cancel(only.evaluationId);
    }
    const evaluation = await picker.pick(evaluationId, {
      title: vscode.l10n.t("Cancel Evaluation"),
      empty: vscode.l10n.t("No evaluation is running."),
      filter: ({ id }) => runner.isActive(id),
    });
    return evaluation && runner.cancel(evaluation.id);
  }

  async resume(evaluationId?: unknown): Promise<void> {
    const { runner, picker } = this.#options;
    requireTrust();
    const evaluation = await picker.pick(evaluationId, {
      title: vscode.l10n.t("Resume Evaluation"),
      empty: vscode.l10n.t("There is no evaluation to resume."),
      filter: ({ status }) => resumable.includes(status),
    });
    return evaluation && runner.resume(evaluation.id, { retryFailed: false });
  }

  async retryFailed(evaluationId?: unknown): Promise<void> {
    const { runner, picker } = this.#options;
    requireTrust();
    const evaluation = await picker.pick(evaluationId, {
      title: vscode.l10n.t("Retry Failed Responses"),
      empty: vscode.l10n.t("There is no evaluation with failed responses."),
      filter: (each) => countFailed(each) > 0 && !runner.isActive(each.id),
    });
    return evaluation && runner.resume(evaluation.id, { retryFailed: true });
  }

  async reset(evaluationId?: unknown): Promise<void> {
    const { runner, picker, store } = this.#options;
    const stored = await store.request("listEvaluations", null);
    const isStuck = ({ status }: EvaluationSummary) => status === "running" || status === "queued";
    const ids = stored.filter(isStuck).map(({ id }) => id);
    const evaluation = await picker.pick(evaluationId, {
      title: vscode.l10n.t("Reset Evaluation"),
      empty: vscode.l10n.t("No evaluation seems stuck."),
      filter: ({ id }) => ids.includes(id),
    });
    return evaluation && runner.reset(evaluation.id);
  }

  /** Has responses judged that are there. */
  async judge(evaluationId?: unknown): Promise<void> {
    const { runner, picker, library } = this.#options;
    requireTrust();
    const title = vscode.l10n.t("Judge Evaluation Again");
    const evaluation = await picker.pick(evaluationId, {
      title,
      empty: vscode.l10n.t("There is no evaluation with responses to judge."),
      filter: ({ id, responses }) => responses.ok > 0 && !runner.isActive(id),
    });
    const model =
      evaluation && (await pickChatModel(library, { title, placeHolder: vscode.l10n.t("Choose the judge") }));
    if (!evaluation || typeof model !== "string") {
      return;
    }
    const { criteria, scale, judge } = await this.#suiteOf(evaluation.id);
    const how = await pickJudging(title, judge?.per ?? defaultJudge.per);
    if (how) {
      const settings = { ...defaultJudge, ...judge, model, per: how.per };
      await runner.judge(evaluation.id, { judge: settings, criteria, scale, earlier: how.earlier });
    }
  }

  /** Has a judge say which of two models' responses are better. */
  async compare(evaluationId?: unknown): Promise<void> {
    const { runner, picker, library } = this.#options;
    requireTrust();
    const title = vscode.l10n.t("Compare Models by a Judge");
    const evaluation = await picker.pick(evaluationId, {
      title,
      empty: vscode.l10n.t("There is no evaluation of two models or more."),
      filter: ({ id, models, responses }) => models.length > 1 && responses.ok > 1 && !runner.isActive(id),
    });
    const models = evaluation && (await pickPair(evaluation, title));
    const model =
      models && (await pickChatModel(library, { title, placeHolder: vscode.l10n.t("Choose the judge") }));
    if (evaluation && models && typeof model === "string") {
      const { criteria, judge } = await this.#suiteOf(evaluation.id);
      const temperature = (judge ?? defaultJudge).temperature;
      await runner.compare(evaluation.id, { models, judge: { model, temperature }, criteria });
    }
  }

  async rerun(evaluationId?: unknown): Promise<string | undefined> {
    const { runner, picker } = this.#options;
    requireTrust();
    const evaluation = await picker.pick(evaluationId, {
      title: vscode.l10n.t("Re-run Evaluation from Lockfile"),
      empty: vscode.l10n.t("There is no evaluation to repeat."),
      filter: ({ responses }) => responses.ok > 0,
    });
    return evaluation && runner.rerun(evaluation.id);
  }

  async #suiteOf(evaluationId: string): Promise<Suite> {
    const suite = await this.#options.store.request("getEvaluationSuite", { evaluationId });
    if (suite === null) {
      throw new AppError("invalid-input", "This evaluation no longer exists.");
    }
    return JSON.parse(suite) as Suite;
  }
}

export function countFailed({ responses, scores }: EvaluationSummary): number {
  return responses.failed + responses.skipped + scores.failed;
}

type Judging = { per: "response" | "sequence"; earlier: "keep" | "replace" };

async function pickJudging(title: string, per: Judging["per"]): Promise<Judging | undefined> {
  const responses = vscode.l10n.t("Each response");
  const sequences = vscode.l10n.t("Each sequence as a whole");
  const missing = vscode.l10n.t("What this judge has not judged yet");
  const all = vscode.l10n.t("Everything, replacing this judge's scores");
  const items: (vscode.QuickPickItem & Judging)[] = [
    { label: responses, detail: missing, per: "response", earlier: "keep" },
    { label: responses, detail: all, per: "response", earlier: "replace" },
    { label: sequences, detail: missing, per: "sequence", earlier: "keep" },
    { label: sequences, detail: all, per: "sequence", earlier: "replace" },
  ];
  const usualFirst = [
    ...items.filter((item) => item.per === per),
    ...items.filter((item) => item.per !== per),
  ];
  return vscode.window.showQuickPick(usualFirst, {
    title,
    placeHolder: vscode.l10n.t("Choose what to judge"),
  });
}

async function pickPair({ models }: EvaluationSummary, title: string): Promise<[number, number] | undefined> {
  const pairs = models.flatMap((first, i) =>
    models.slice(i + 1).map((second, j) => ({
      label: vscode.l10n.t("{0} with {1}", first.name, second.name),
      pair: [i, i + 1 + j] satisfies [number, number],
    })),
  );
  const [only] = pairs;
  if (only && pairs.length === 1) {
    return only.pair;
  }
  const picked = await vscode.window.showQuickPick(pairs, {
    title,
    placeHolder: vscode.l10n.t("Choose two models"),
  });
  return picked?.pair;
}
