import type { EvaluationActivity, EvaluationLine } from "../../protocol/evaluation-view";
import type {
  EvaluationSummary,
  ModelSummary,
  ScoreSummary,
  StoredEvaluation,
} from "../../protocol/store-evaluations";
import type { EvaluationStore } from "../run/run-options";
import type { ActiveEvaluation, EvaluationRunner } from "../run/runner";

export type ListRunner = Pick<EvaluationRunner, "active" | "statusOf">;

interface Known {
  /** Of what the store says; another one means that something changed. */
  fingerprint: string;
  revision: number;
  figures: Figures;
}

interface Figures {
  checksPassed: number;
  checksTold: number;
  score: number | null;
  hasLockfile: boolean;
}

/** The list of evaluations. What takes a query of its own is asked again only for those that changed. */
export class EvaluationList {
  readonly #store: EvaluationStore;
  readonly #runner: ListRunner;
  readonly #known = new Map<string, Known>();
  readonly #touched = new Set<string>();

  constructor(store: EvaluationStore, runner: ListRunner) {
    this.#store = store;
    this.#runner = runner;
  }

  /** Something of it changed that no count tells, such as scores that replaced others. */
  touch(evaluationId: string): void {
    this.#touched.add(evaluationId);
  }

  revisionOf(evaluationId: string): number {
    return this.#known.get(evaluationId)?.revision ?? 0;
  }

  async read(): Promise<EvaluationLine[]> {
    const summaries = await this.#store.request("listEvaluations", null);
    const ids = new Set(summaries.map(({ id }) => id));
    for (const id of this.#known.keys()) {
      if (!ids.has(id)) {
        this.#known.delete(id);
      }
    }
    const active = new Map(this.#runner.active.map((each) => [each.evaluationId, each]));
    const lines: EvaluationLine[] = [];
    for (const summary of summaries) {
      const known = await this.#knownOf(summary);
      if (known) {
        lines.push(this.#line(summary, known, active.get(summary.id)));
      }
    }
    return lines;
  }

  /** Undefined when it was deleted meanwhile. */
  async #knownOf(summary: EvaluationSummary): Promise<Known | undefined> {
    const { id, status, responses, scores, endedAt } = summary;
    const before = this.#known.get(id);
    const fingerprint = JSON.stringify([status, responses, scores, endedAt]);
    if (before?.fingerprint === fingerprint && !this.#touched.has(id)) {
      return before;
    }
    this.#touched.delete(id);
    const [evaluation, models, byCriterion] = await Promise.all([
      this.#store.request("getEvaluation", { evaluationId: id }),
      this.#store.request("summarizeModels", { evaluationId: id }),
      this.#store.request("summarizeScores", { evaluationId: id }),
    ]);
    if (!evaluation) {
      return undefined;
    }
    const known = {
      fingerprint,
      revision: (before?.revision ?? 0) + 1,
      figures: figuresOf(evaluation, models, byCriterion),
    };
    this.#known.set(id, known);
    return known;
  }

  #line(
    summary: EvaluationSummary,
    { figures, revision }: Known,
    active: ActiveEvaluation | undefined,
  ): EvaluationLine {
    const { id, name, models, totalResponses, responses, scores, error, suiteFile } = summary;
    return {
      ...{ id, name, ...responses, ...figures, revision },
      status: this.#runner.statusOf(summary),
      models: models.map((model) => model.name),
      total: totalResponses,
      scoresFailed: scores.failed,
      error: error ?? null,
      hasSuiteFile: suiteFile !== undefined,
      createdAt: summary.createdAt,
      startedAt: summary.startedAt ?? null,
      endedAt: summary.endedAt ?? null,
      activity: active ? activityOf(active, summary) : null,
    };
  }
}

function figuresOf(
  { lockfile }: StoredEvaluation,
  models: readonly ModelSummary[],
  scores: readonly ScoreSummary[],
): Figures {
  const given = scores.filter(({ mean }) => mean !== undefined);
  const count = total(given.map((score) => score.count));
  return {
    checksPassed: total(models.map(({ checksPassed }) => checksPassed)),
    checksTold: total(models.map(({ checksTold }) => checksTold)),
    score: count === 0 ? null : total(given.map((score) => score.count * (score.mean ?? 0))) / count,
    hasLockfile: lockfile !== undefined,
  };
}

function activityOf(
  { state, progress }: ActiveEvaluation,
  { models }: EvaluationSummary,
): EvaluationActivity {
  const model = progress?.model === undefined ? undefined : models[progress.model];
  return {
    state,
    phase: progress?.phase ?? null,
    modelName: model?.name ?? null,
    done: progress?.done ?? 0,
    total: progress?.total ?? 0,
    failed: progress?.failed ?? 0,
  };
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
