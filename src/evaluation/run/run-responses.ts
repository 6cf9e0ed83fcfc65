import { setMaxListeners } from "node:events";
import { throwIfAborted } from "../../common/async";
import { abortError, AppError, isAbort, toAppError } from "../../common/errors";
import type { DeployTarget } from "../../engine/deployments";
import type { NewCheckResult, NewResponse, ResponseKey } from "../../protocol/store-evaluations";
import { lockModel, type LockedModel, type Lockfile } from "../lockfile/lockfile";
import { newLockfile } from "../lockfile/new-lockfile";
import { runChecks } from "../checks/run-checks";
import { embedWith } from "./embed";
import { inLanes, type Job, lanesFor, withLog } from "./job";
import { counted, hardwareText, loadedText, placeText, responseText, settingsText } from "./log-text";
import { ModelUse, requireChatModel } from "./model-use";
import { type Chain, Plan } from "./plan";
import { type AskOptions, earlierFailed, respond, unasked } from "./respond";

/** Rows of one message to the store: neither a message per row nor one that is huge. */
const rowsPerMessage = 200;

/** Makes all responses of an evaluation that are not there yet, model after model. */
export class ResponseRun {
  readonly #job: Job;
  readonly #models: readonly string[];
  readonly #announced = new Set<number>();
  #lockfile: Lockfile;
  #done = 0;
  #failed = 0;

  constructor(job: Job) {
    this.#job = job;
    const { evaluation } = job;
    this.#models = evaluation.models.map(({ id }) => id);
    const known =
      evaluation.lockfile === undefined ? undefined : (JSON.parse(evaluation.lockfile) as Lockfile);
    const { models = [], judges } = known ?? {};
    this.#lockfile = { ...newLockfile(job), models, ...(judges && { judges }) };
  }

  /** @throws when it was cancelled, and when something could not be stored */
  async run(): Promise<void> {
    const { evaluation, suite, store, log } = this.#job;
    const outcomes = await store.request("listOutcomes", { evaluationId: evaluation.id });
    const plan = new Plan(suite, this.#models.length, outcomes);
    this.#done = outcomes.ids.length;
    this.#failed = outcomes.statuses.filter((status) => status !== 0).length;
    const prompts = suite.sequences.reduce((sum, sequence) => sum + sequence.prompts.length, 0);
    log.add(
      `Evaluation “${evaluation.name}”: ${counted(this.#models.length, "model")} × ${counted(prompts, "prompt")} × ${counted(suite.settings.numRuns, "run")} = ${counted(plan.total, "response")}`,
    );
    if (this.#done > 0) {
      log.add(`${counted(this.#done, "response")} of them ${this.#done === 1 ? "is" : "are"} there already`);
    }
    log.add(hardwareText(this.#lockfile.hardware));
    log.add(settingsText(evaluation.settings));
    for (const model of this.#models.keys()) {
      throwIfAborted(this.#job.signal);
      const chains = plan.chainsOf(model);
      if (chains.length > 0) {
        await this.#runModel(model, chains);
      }
    }
  }

  async #runModel(model: number, chains: readonly Chain[]): Promise<void> {
    const { evaluation, log, signal } = this.#job;
    const name = evaluation.models[model]?.name ?? "";
    const label = `Model ${model + 1}/${this.#models.length} ${name}`;
    log.add(`${label}: loading`);
    this.#progress("loading", model);
    const startedAt = performance.now();
    let use: ModelUse;
    try {
      use = await this.#begin(this.#models[model] ?? "");
    } catch (error) {
      if (signal.aborted) {
        throw abortError();
      }
      const reason = isAbort(error)
        ? new AppError("engine-stopped", "The loading of the model was cancelled elsewhere.")
        : toAppError(error);
      log.add(`${label}: cannot be used: ${this.#job.describeError(reason)}`);
      await this.#recordUnavailable(model, chains, reason);
      return;
    }
    try {
      const how = use.wasRunning
        ? "is running already"
        : `loaded in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
      log.add(`${label}: ${how}, ${loadedText(use.loaded)}`);
      await this.#lock(use, model);
      await this.#runChains(use, model, chains);
    } finally {
      await use.end();
      if (!use.wasRunning) {
        log.add(`${label}: stopped`);
      }
    }
  }

  async #begin(modelId: string): Promise<ModelUse> {
    const { models, deployments, signal, suite } = this.#job;
    const target = await models.targetOf(modelId);
    requireChatModel(target);
    return ModelUse.begin(deployments, withSuiteLimits(target, suite.settings), signal);
  }

  /** Writes down what the responses will depend on, before the first of them. */
  async #lock(use: ModelUse, model: number): Promise<void> {
    const { evaluation, store, owner, hashes, signal, log } = this.#job;
    const files = await hashes.of(use.target.load, signal);
    for (const { path, sha256 } of files) {
      log.add(`  ${path}: sha256 ${sha256}`);
    }
    const locked = lockModel(use.target, use.loaded, files);
    const others = this.#lockfile.models.filter(({ id }) => id !== locked.id);
    const position = (one: LockedModel) => this.#models.indexOf(one.id);
    this.#lockfile = {
      ...this.#lockfile,
      models: [...others, locked].sort((a, b) => position(a) - position(b)),
    };
    await store.request("updateEvaluation", {
      evaluationId: evaluation.id,
      owner,
      change: { lockfile: JSON.stringify(this.#lockfile), position: { phase: "responses", model } },
    });
  }

  async #runChains(use: ModelUse, model: number, chains: readonly Chain[]): Promise<void> {
    const giveUp = new AbortController();
    let failure: { reason: unknown } | undefined;
    const signal = AbortSignal.any([this.#job.signal, giveUp.signal]);
    // Each of the responses that are under way listens.
    setMaxListeners(0, signal);
    const { suite, settings } = this.#job;
    const ask: AskOptions = {
      ...this.#job,
      suite,
      ...settings,
      modelId: this.#models[model] ?? "",
      chat: (params, asked) => use.chat(params, asked),
      signal,
    };
    const lanes = lanesFor(settings, use.loaded.sequences);
    this.#announced.clear();
    try {
      await inLanes(chains, lanes, async (chain) => {
        throwIfAborted(signal);
        try {
          await this.#runChain(ask, model, chain);
        } catch (error) {
          // Nothing more can be stored; the others need not be waited for.
          failure ??= { reason: error };
          giveUp.abort();
          throw error;
        }
      });
    } catch (error) {
      throw this.#job.signal.aborted ? abortError() : (failure?.reason ?? error);
    }
  }

  async #runChain(
    ask: AskOptions,
    model: number,
    { sequence, run, prompts, blockedBy }: Chain,
  ): Promise<void> {
    const { evaluation, suite, store } = this.#job;
    const its = suite.sequences[sequence];
    if (!its) {
      return;
    }
    this.#announce(sequence, run);
    if (blockedBy !== undefined) {
      await this.#skip(ask, { model, sequence, run }, prompts, blockedBy);
      return;
    }
    const hasEarlier = !its.independent && prompts[0] !== 0;
    const stored = hasEarlier
      ? await store.request("getSequenceRun", { evaluationId: evaluation.id, model, sequence, run })
      : [];
    const earlier = stored.map(({ text }) => text);
    for (const [position, prompt] of prompts.entries()) {
      throwIfAborted(ask.signal);
      const key = { model, sequence, run, prompt };
      const response = await respond(ask, key, earlier);
      const checks =
        response.status === "ok"
          ? await this.#check(response, its.prompts[prompt]?.checks ?? [], ask.signal)
          : [];
      await this.#record([{ response, checks }]);
      if (response.status !== "ok" && !its.independent) {
        await this.#skip(ask, { model, sequence, run }, prompts.slice(position + 1), prompt);
        return;
      }
      earlier.push(response.text);
    }
  }

  async #check(
    response: NewResponse,
    checks: Parameters<typeof runChecks>[0],
    signal: AbortSignal,
  ): Promise<NewCheckResult[]> {
    if (checks.length === 0) {
      return [];
    }
    const { patterns, deployments } = this.#job;
    const results = await runChecks(
      checks,
      response.text,
      { patterns, embed: embedWith(deployments) },
      signal,
    );
    return results.map((result) => ({
      ...result,
      actual: result.actual === response.text ? undefined : result.actual,
    }));
  }

  /** Later prompts of a sequence build on what is not there. */
  async #skip(
    ask: AskOptions,
    run: Omit<ResponseKey, "prompt">,
    prompts: readonly number[],
    failed: number,
  ): Promise<void> {
    const name = this.#job.suite.sequences[run.sequence]?.prompts[failed]?.name ?? "";
    const rows = prompts.map((prompt) => unasked(ask, { ...run, prompt }, "skipped", earlierFailed(name)));
    await this.#recordMany(rows);
  }

  async #recordUnavailable(model: number, chains: readonly Chain[], reason: AppError): Promise<void> {
    const ask = { ...this.#job, modelId: this.#models[model] ?? "" };
    let rows: NewResponse[] = [];
    for (const { sequence, run, prompts } of chains) {
      rows.push(...prompts.map((prompt) => unasked(ask, { model, sequence, run, prompt }, "failed", reason)));
      if (rows.length >= rowsPerMessage) {
        await this.#recordMany(rows);
        rows = [];
      }
    }
    await this.#recordMany(rows);
  }

  async #recordMany(rows: readonly NewResponse[]): Promise<void> {
    for (let start = 0; start < rows.length; start += rowsPerMessage) {
      throwIfAborted(this.#job.signal);
      const some = rows.slice(start, start + rowsPerMessage);
      await this.#record(some.map((response) => ({ response, checks: [] })));
    }
  }

  async #record(responses: { response: NewResponse; checks: NewCheckResult[] }[]): Promise<void> {
    const { evaluation, suite, store, owner, log } = this.#job;
    for (const { response, checks } of responses) {
      log.add(`    ${placeText(suite, response)} ${responseText(response, checks)}`);
    }
    const { responseIds } = await withLog(log, (lines) =>
      store.request("recordResponses", { evaluationId: evaluation.id, owner, responses, log: lines }),
    );
    for (const [index, { response }] of responses.entries()) {
      this.#done++;
      this.#failed += response.status === "ok" ? 0 : 1;
      log.add(
        `    ${placeText(suite, response)} stored as row ${responseIds[index] ?? 0} (${this.#done} of ${evaluation.totalResponses})`,
      );
    }
    this.#progress("responses", responses[0]?.response.model ?? 0);
  }

  #announce(sequence: number, run: number): void {
    const { suite, log } = this.#job;
    const its = suite.sequences[sequence];
    const key = sequence * (suite.settings.numRuns + 1);
    if (!this.#announced.has(key)) {
      this.#announced.add(key);
      log.add(`  Processing sequence ${its?.name ?? ""} (${counted(its?.prompts.length ?? 0, "prompt")})`);
    }
    if (!this.#announced.has(key + run)) {
      this.#announced.add(key + run);
      log.add(`  [${its?.name ?? ""}] Run ${run}/${suite.settings.numRuns}`);
    }
  }

  #progress(phase: "loading" | "responses", model: number): void {
    const { evaluation, onProgress } = this.#job;
    onProgress({ phase, model, done: this.#done, total: evaluation.totalResponses, failed: this.#failed });
  }
}

/** What the suite limits goes before the model's own configuration. */
export function withSuiteLimits(
  target: DeployTarget,
  { vramLimitPercent, contextLength }: { vramLimitPercent: number; contextLength?: number | undefined },
): DeployTarget {
  const load = { ...target.load, vramShare: vramLimitPercent / 100 };
  return { ...target, load: contextLength === undefined ? load : { ...load, contextLength } };
}
