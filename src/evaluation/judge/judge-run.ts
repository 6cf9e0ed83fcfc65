import { throwIfAborted } from "../../common/async";
import { toAppError } from "../../common/errors";
import type {
  NewScore,
  OutcomeColumns,
  ResponseKey,
  ScoreScope,
  StoredResponse,
} from "../../protocol/store-evaluations";
import { inLanes, type Job, lanesFor, withLog } from "../run/job";
import { counted, placeText, seconds } from "../run/log-text";
import { criteriaHash } from "../run/config-hash";
import { keyAt } from "../run/plan";
import { judgementSeed } from "../run/seeds";
import type { Criterion, JudgeSettings, Scale } from "../suite/suite";
import { JudgeModel } from "./judge-model";
import { type Exchange, scorePrompt, scoreSchema } from "./judge-prompt";
import { parseScore } from "./parse-judgement";

/** Texts of so many responses are read at once. */
const responsesPerMessage = 50;

export interface JudgeRequest {
  judge: JudgeSettings;
  criteria: readonly Criterion[];
  scale: Scale;
  /** What this judge said before: it stays, or only its failures are tried again, or all is judged anew. */
  earlier: "keep" | "retry-failed" | "replace";
}

/** What is judged at once: a response, or all responses of a sequence's run, whose last one gets the score. */
interface Subject {
  responseId: number;
  scope: ScoreScope;
  key: ResponseKey;
  members: number[];
}

interface Task {
  criterion: Criterion;
  repeat: number;
}

/** Has a model score the responses of an evaluation by each criterion. */
export class JudgeRun {
  readonly #job: Job;
  readonly #request: JudgeRequest;
  #done = 0;
  #failed = 0;
  #isModelProblem = false;

  constructor(job: Job, request: JudgeRequest) {
    this.#job = job;
    this.#request = request;
  }

  /** Whether `run` ended because the judge cannot be used. */
  get isModelProblem(): boolean {
    return this.#isModelProblem;
  }

  /** @throws when it was cancelled, when the judge cannot be used, and when something could not be stored */
  async run(): Promise<void> {
    const { evaluation, store, log, settings } = this.#job;
    const { judge, criteria, scale } = this.#request;
    const outcomes = await store.request("listOutcomes", { evaluationId: evaluation.id });
    const subjects = subjectsOf(outcomes, this.#job, judge.per);
    const known = await this.#known();
    const open = subjects
      .map((subject) => ({ subject, tasks: this.#tasks(subject, known) }))
      .filter(({ tasks }) => tasks.length > 0);
    const total = open.reduce((sum, { tasks }) => sum + tasks.length, 0);
    if (total === 0) {
      log.add("There is nothing to judge");
      return;
    }
    log.add(
      `Judging ${counted(open.length, judge.per)} by ${criteria.map(({ name }) => name).join(", ")}: ${counted(total, "judgement")}`,
    );
    this.#progress(total);
    this.#isModelProblem = true;
    const model = await JudgeModel.begin(this.#job, judge.model, judge.temperature);
    this.#isModelProblem = false;
    try {
      const { per, repeats } = judge;
      await model.lock({
        task: "score",
        settings: { per, repeats, scaleMin: scale.min, scaleMax: scale.max },
        criteriaHash: criteriaHash(criteria, scale),
      });
      for (let start = 0; start < open.length; start += responsesPerMessage) {
        const some = open.slice(start, start + responsesPerMessage);
        const texts = await this.#texts(some.flatMap(({ subject }) => subject.members));
        const work = some.flatMap(({ subject, tasks }) => tasks.map((task) => ({ subject, ...task })));
        await inLanes(work, lanesFor(settings, model.sequences), async ({ subject, ...task }) => {
          throwIfAborted(this.#job.signal);
          await this.#record(subject, await this.#judge(model, subject, task, texts), total);
        });
      }
    } finally {
      await model.end();
    }
  }

  async #judge(
    model: JudgeModel,
    { responseId, scope, key, members }: Subject,
    { criterion, repeat }: Task,
    texts: ReadonlyMap<number, StoredResponse>,
  ): Promise<{ score: NewScore; elapsedMs: number }> {
    const { scale } = this.#request;
    const { settings, signal, describeError, now } = this.#job;
    const exchange: Exchange = members.flatMap((id) => {
      const response = texts.get(id);
      return response ? [{ prompt: response.promptText, response: response.text }] : [];
    });
    const startedAt = performance.now();
    const judged = await model.ask(scorePrompt(exchange, criterion, scale), scoreSchema(scale), {
      seed: judgementSeed(settings.seed, key, criterion.name, repeat),
      reproducible: settings.reproducible,
      signal,
    });
    const elapsedMs = performance.now() - startedAt;
    const rawOutput = "result" in judged ? judged.result.text : "";
    const common = {
      responseId,
      scope,
      judge: model.id,
      criterion: criterion.name,
      repeat,
      scaleMin: scale.min,
      scaleMax: scale.max,
      rawOutput,
      createdAt: now(),
    };
    try {
      if ("error" in judged) {
        throw judged.error;
      }
      return { score: { ...common, ...parseScore(judged.result, scale), error: undefined }, elapsedMs };
    } catch (error) {
      const reason = describeError(toAppError(error));
      return { score: { ...common, score: undefined, justification: undefined, error: reason }, elapsedMs };
    }
  }

  async #record(
    { key }: Subject,
    { score, elapsedMs }: { score: NewScore; elapsedMs: number },
    total: number,
  ): Promise<void> {
    const { evaluation, suite, store, owner, log } = this.#job;
    const verdict =
      score.score === undefined
        ? `no score: ${score.error ?? ""}`
        : `${score.score} of ${score.scaleMax}${score.justification === undefined ? "" : ` (${score.justification})`}`;
    const which = score.scope === "sequence" ? " whole sequence" : "";
    const again = this.#request.judge.repeats > 1 ? ` (${score.repeat}/${this.#request.judge.repeats})` : "";
    const name = evaluation.models[key.model]?.name ?? "";
    log.add(
      `    ${name} ${placeText(suite, key)}${which} ${score.criterion}${again}: ${verdict}, ${seconds(elapsedMs)}`,
    );
    await withLog(log, (lines) =>
      store.request("recordScores", { evaluationId: evaluation.id, owner, scores: [score], log: lines }),
    );
    this.#done++;
    this.#failed += score.score === undefined ? 1 : 0;
    this.#progress(total);
  }

  #tasks({ responseId, scope }: Subject, known: ReadonlyMap<string, boolean>): Task[] {
    const { criteria, judge, earlier } = this.#request;
    return criteria.flatMap((criterion) =>
      Array.from({ length: judge.repeats }, (_, index) => ({ criterion, repeat: index + 1 })).filter(
        ({ repeat }) => {
          const hasScore = known.get(taskKey(responseId, scope, criterion.name, repeat));
          return earlier === "replace" || hasScore === undefined || (!hasScore && earlier === "retry-failed");
        },
      ),
    );
  }

  /** What this judge was asked before, and whether it gave a score. */
  async #known(): Promise<Map<string, boolean>> {
    const { evaluation, store } = this.#job;
    const columns = await store.request("listScores", { evaluationId: evaluation.id });
    const judge = columns.judgeNames.indexOf(this.#request.judge.model);
    const known = new Map<string, boolean>();
    columns.responseIds.forEach((id, index) => {
      if (columns.judges[index] === judge) {
        const scope = columns.scopes[index] === 1 ? "sequence" : "response";
        const criterion = columns.criterionNames[columns.criteria[index] ?? 0] ?? "";
        const key = taskKey(id, scope, criterion, columns.repeats[index] ?? 0);
        known.set(key, !Number.isNaN(columns.scores[index]));
      }
    });
    return known;
  }

  async #texts(responseIds: number[]): Promise<Map<number, StoredResponse>> {
    const responses = await this.#job.store.request("getResponses", { responseIds });
    return new Map(responses.map((response) => [response.id, response]));
  }

  #progress(total: number): void {
    this.#job.onProgress({ phase: "judging", done: this.#done, total, failed: this.#failed });
  }
}

function taskKey(responseId: number, scope: ScoreScope, criterion: string, repeat: number): string {
  return JSON.stringify([responseId, scope, repeat, criterion]);
}

/** Failed responses are not judged, nor is a run of a sequence that lacks one. */
function subjectsOf(outcomes: OutcomeColumns, { suite }: Job, per: JudgeSettings["per"]): Subject[] {
  const subjects: Subject[] = [];
  const runs = new Map<string, { members: number[]; key: ResponseKey }>();
  outcomes.ids.forEach((id, index) => {
    const key = keyAt(outcomes, index);
    if (outcomes.statuses[index] !== 0) {
      return;
    }
    if (per === "response" || suite.sequences[key.sequence]?.independent) {
      subjects.push({ responseId: id, scope: "response", key, members: [id] });
      return;
    }
    const name = JSON.stringify([key.model, key.sequence, key.run]);
    const run = runs.get(name) ?? { members: [], key };
    run.members.push(id);
    run.key = key;
    runs.set(name, run);
  });
  for (const { members, key } of runs.values()) {
    const last = members.at(-1);
    if (last !== undefined && members.length === suite.sequences[key.sequence]?.prompts.length) {
      subjects.push({ responseId: last, scope: "sequence", key, members });
    }
  }
  return subjects;
}
