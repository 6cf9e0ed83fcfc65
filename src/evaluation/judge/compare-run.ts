import { throwIfAborted } from "../../common/async";
import { toAppError } from "../../common/errors";
import type { NewComparison, StoredResponse } from "../../protocol/store-evaluations";
import { inLanes, type Job, lanesFor, withLog } from "../run/job";
import { counted, placeText } from "../run/log-text";
import { criteriaHash } from "../run/config-hash";
import { keyAt } from "../run/plan";
import { judgementSeed } from "../run/seeds";
import type { Criterion, JudgeSettings } from "../suite/suite";
import { JudgeModel } from "./judge-model";
import { comparisonPrompt, comparisonSchema } from "./judge-prompt";
import { parsePreference } from "./parse-judgement";

const pairsPerMessage = 25;

export interface CompareRequest {
  /** Positions of the two models in the evaluation. */
  models: readonly [number, number];
  judge: Pick<JudgeSettings, "model" | "temperature">;
  criteria: readonly Criterion[];
}

type Pair = readonly [firstId: number, secondId: number];

/** Has a judge compare the responses of two models one by one, each pair in both orders. */
export class CompareRun {
  readonly #job: Job;
  readonly #request: CompareRequest;
  #done = 0;
  #failed = 0;
  #isModelProblem = false;

  constructor(job: Job, request: CompareRequest) {
    this.#job = job;
    this.#request = request;
  }

  /** Whether `run` ended because the judge cannot be used. */
  get isModelProblem(): boolean {
    return this.#isModelProblem;
  }

  /** @throws when it was cancelled, when the judge cannot be used, and when something could not be stored */
  async run(): Promise<void> {
    const { evaluation, log, settings } = this.#job;
    const { judge, criteria, models } = this.#request;
    const pairs = await this.#pairs();
    const total = pairs.length * criteria.length * 2;
    const names = models.map((model) => evaluation.models[model]?.name ?? "");
    log.add(
      `Comparing ${names.join(" with ")}: ${counted(pairs.length, "pair")} × ${counted(criteria.length, "criterion")}, each in both orders`,
    );
    if (total === 0) {
      return;
    }
    this.#isModelProblem = true;
    const model = await JudgeModel.begin(this.#job, judge.model, judge.temperature);
    this.#isModelProblem = false;
    try {
      await model.lock({ task: "compare", settings: {}, criteriaHash: criteriaHash(criteria) });
      for (let start = 0; start < pairs.length; start += pairsPerMessage) {
        const some = pairs.slice(start, start + pairsPerMessage);
        const texts = await this.#texts(some.flat());
        const work = some.flatMap((pair) =>
          criteria.flatMap((criterion) => [false, true].map((isSwapped) => ({ pair, criterion, isSwapped }))),
        );
        await inLanes(work, lanesFor(settings, model.sequences), async ({ pair, criterion, isSwapped }) => {
          throwIfAborted(this.#job.signal);
          const [first, second] = pair.map((id) => texts.get(id));
          if (first && second) {
            await this.#record(await this.#compare(model, first, second, criterion, isSwapped), first, total);
          }
        });
      }
    } finally {
      await model.end();
    }
  }

  async #compare(
    model: JudgeModel,
    first: StoredResponse,
    second: StoredResponse,
    criterion: Criterion,
    isSwapped: boolean,
  ): Promise<NewComparison> {
    const { settings, signal, describeError, now } = this.#job;
    const [a, b] = isSwapped ? [second, first] : [first, second];
    const exchangeOf = ({ promptText, text }: StoredResponse) => [{ prompt: promptText, response: text }];
    const judged = await model.ask(
      comparisonPrompt(exchangeOf(a), exchangeOf(b), criterion),
      comparisonSchema,
      {
        // The same in both orders: only the order may make a difference.
        seed: judgementSeed(settings.seed, first, criterion.name, 0),
        reproducible: settings.reproducible,
        signal,
      },
    );
    const common = {
      firstId: first.id,
      secondId: second.id,
      judge: model.id,
      criterion: criterion.name,
      isSwapped,
      rawOutput: "result" in judged ? judged.result.text : "",
      createdAt: now(),
    };
    try {
      if ("error" in judged) {
        throw judged.error;
      }
      return { ...common, ...parsePreference(judged.result, isSwapped), error: undefined };
    } catch (error) {
      const reason = describeError(toAppError(error));
      return { ...common, preference: undefined, justification: undefined, error: reason };
    }
  }

  async #record(comparison: NewComparison, first: StoredResponse, total: number): Promise<void> {
    const { evaluation, suite, store, owner, log, onProgress } = this.#job;
    const { models } = this.#request;
    const nameOf = (index: 0 | 1) => evaluation.models[models[index]]?.name ?? "";
    const verdicts = { first: nameOf(0), second: nameOf(1), tie: "tie" };
    const verdict = comparison.preference
      ? verdicts[comparison.preference]
      : `no verdict: ${comparison.error ?? ""}`;
    const order = comparison.isSwapped ? `${nameOf(1)} shown first` : `${nameOf(0)} shown first`;
    log.add(`    ${placeText(suite, first)} ${comparison.criterion}, ${order}: ${verdict}`);
    await withLog(log, (lines) =>
      store.request("recordComparisons", {
        evaluationId: evaluation.id,
        owner,
        comparisons: [comparison],
        log: lines,
      }),
    );
    this.#done++;
    this.#failed += comparison.preference ? 0 : 1;
    onProgress({ phase: "comparing", done: this.#done, total, failed: this.#failed });
  }

  /** Responses of both models to the same prompt in the same run. */
  async #pairs(): Promise<Pair[]> {
    const { evaluation, store } = this.#job;
    const [firstModel, secondModel] = this.#request.models;
    const outcomes = await store.request("listOutcomes", { evaluationId: evaluation.id });
    const firsts = new Map<string, number>();
    const seconds = new Map<string, number>();
    outcomes.ids.forEach((id, index) => {
      const { model, sequence, run, prompt } = keyAt(outcomes, index);
      const its = model === firstModel ? firsts : model === secondModel ? seconds : undefined;
      if (its && outcomes.statuses[index] === 0) {
        its.set(JSON.stringify([sequence, run, prompt]), id);
      }
    });
    return [...firsts].flatMap(([place, first]) => {
      const second = seconds.get(place);
      return second === undefined ? [] : [[first, second] as const];
    });
  }

  async #texts(responseIds: number[]): Promise<Map<number, StoredResponse>> {
    const responses = await this.#job.store.request("getResponses", { responseIds });
    return new Map(responses.map((response) => [response.id, response]));
  }
}
