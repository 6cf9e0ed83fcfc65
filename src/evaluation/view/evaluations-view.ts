import { DisposableStore, type Disposable } from "../../common/disposable";
import { Emitter } from "../../common/event";
import { toAppError, type AppError } from "../../common/errors";
import type {
  EvaluationHostWire,
  EvaluationOutline,
  EvaluationsState,
  EvaluationStatistics,
} from "../../protocol/evaluation-view";
import type { Handlers } from "../../protocol/rpc";
import type { EvaluationStore } from "../run/run-options";
import type { EvaluationRunner } from "../run/runner";
import { settingsAsWritten } from "../suite/settings";
import { compareSides } from "./compare";
import { EvaluationList, type ListRunner } from "./evaluation-list";
import { readBoth } from "./read";
import { responseDetails, responseLines } from "./responses";
import { readScoreTable } from "./score-table";
import { readEvaluation, readSide } from "./sides";
import { statisticsOf } from "./statistics";

/** The part of the wire that asks and changes nothing. */
export type EvaluationQueries = Pick<
  Handlers<EvaluationHostWire>,
  "ready" | "outline" | "responses" | "response" | "statistics" | "compare" | "read"
>;

export interface EvaluationsViewOptions {
  store: EvaluationStore;
  runner: ListRunner & Pick<EvaluationRunner, "onDidChange" | "onDidEnd">;
  /** While an evaluation runs, the list is read at most so often. */
  refreshMs?: number;
  /** Told when the list cannot be read. */
  onError: (error: AppError) => void;
}

const usualRefreshMs = 500;

/** What the results page shows, from what is stored and from what is running. */
export class EvaluationsView implements Disposable {
  readonly #options: EvaluationsViewOptions;
  readonly #list: EvaluationList;
  readonly #own = new DisposableStore();
  readonly #changed = this.#own.add(new Emitter<EvaluationsState>());
  readonly onDidChange = this.#changed.event;
  readonly #statistics = new Map<string, Promise<EvaluationStatistics>>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #reading: Promise<EvaluationsState> | undefined;
  #isPaused = false;
  #isDisposed = false;

  constructor(options: EvaluationsViewOptions) {
    this.#options = options;
    const { store, runner } = options;
    this.#list = new EvaluationList(store, runner);
    this.#own.add(runner.onDidChange(() => this.refresh()));
    this.#own.add(
      runner.onDidEnd(({ evaluationId }) => {
        this.#list.touch(evaluationId);
        this.refresh();
      }),
    );
  }

  /** Reads the list again soon: something changed. */
  refresh(): void {
    if (!this.#isPaused && !this.#isDisposed) {
      this.#timer ??= setTimeout(() => void this.#tell(), this.#options.refreshMs ?? usualRefreshMs);
    }
  }

  /** Nobody looks at the page. */
  pause(): void {
    this.#isPaused = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  resume(): void {
    this.#isPaused = false;
    this.refresh();
  }

  dispose(): void {
    this.#isDisposed = true;
    clearTimeout(this.#timer);
    this.#own.dispose();
  }

  get queries(): EvaluationQueries {
    const { store } = this.#options;
    return {
      ready: () => this.#read(),
      outline: ({ evaluationId }) => this.#outline(evaluationId),
      responses: (request) => responseLines(store, request),
      response: ({ responseId }) => responseDetails(store, responseId),
      statistics: ({ evaluationId }) => this.#statisticsOf(evaluationId),
      compare: async ({ first, second }) =>
        compareSides(store, ...(await Promise.all([readSide(store, first), readSide(store, second)]))),
      read: (request) => readBoth(store, request),
    };
  }

  async #tell(): Promise<void> {
    this.#timer = undefined;
    try {
      const state = await this.#read();
      if (!this.#isDisposed && !this.#isPaused) {
        this.#changed.fire(state);
      }
    } catch (error) {
      this.#options.onError(toAppError(error));
    }
  }

  /** One reading at a time, so that an older list never follows a newer one. */
  async #read(): Promise<EvaluationsState> {
    const before = this.#reading?.catch(() => undefined);
    const reading = (async () => {
      await before;
      return { evaluations: await this.#list.read() };
    })();
    this.#reading = reading;
    return reading;
  }

  async #outline(evaluationId: string): Promise<EvaluationOutline | null> {
    const { store } = this.#options;
    const stored = await store.request("getEvaluation", { evaluationId });
    if (!stored) {
      return null;
    }
    const { evaluation, suite } = await readEvaluation(store, evaluationId);
    const { id, name, models, settings, suiteFile, rerunOf } = evaluation;
    const repeated =
      rerunOf === undefined ? null : await store.request("getEvaluation", { evaluationId: rerunOf });
    return {
      ...{ id, name, models, settings: settingsAsWritten(settings) },
      description: suite.description,
      sequences: suite.sequences.map((sequence) => ({
        name: sequence.name,
        prompts: sequence.prompts.map((prompt) => prompt.name),
      })),
      runs: suite.settings.numRuns,
      scale: suite.scale,
      suiteFile: suiteFile ?? null,
      rerunOf: repeated && { id: repeated.id, name: repeated.name, createdAt: repeated.createdAt },
    };
  }

  /** Kept until something of the evaluation changes: with many prompts the intervals take a moment. */
  #statisticsOf(evaluationId: string): Promise<EvaluationStatistics> {
    const revision = this.#list.revisionOf(evaluationId);
    const key = JSON.stringify([evaluationId, revision]);
    const known = this.#statistics.get(key);
    if (known) {
      return known;
    }
    const made = this.#makeStatistics(evaluationId, revision);
    // Only the newest are asked for.
    this.#statistics.clear();
    this.#statistics.set(key, made);
    made.catch(() => this.#statistics.delete(key));
    return made;
  }

  async #makeStatistics(evaluationId: string, revision: number): Promise<EvaluationStatistics> {
    const { store } = this.#options;
    const [{ evaluation, suite }, table, summaries] = await Promise.all([
      readEvaluation(store, evaluationId),
      readScoreTable(store, evaluationId),
      store.request("summarizeModels", { evaluationId }),
    ]);
    const statistics = await statisticsOf({
      table,
      summaries,
      modelNames: evaluation.models.map(({ name }) => name),
      suiteCriteria: suite.criteria.map(({ name }) => name),
      scale: suite.scale,
    });
    return { ...statistics, revision };
  }
}
