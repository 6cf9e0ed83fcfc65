import { throwIfAborted } from "../../common/async";
import { abortError, type AppError, isAbort, toAppError } from "../../common/errors";
import type { ChatResult, ChatTurn, JsonSchema, Sampling } from "../../protocol/engine";
import { type LockedJudge, lockModel, type Lockfile, withJudge } from "../lockfile/lockfile";
import { newLockfile } from "../lockfile/new-lockfile";
import type { WeightFile } from "../lockfile/weight-files";
import type { Job } from "../run/job";
import { loadedText } from "../run/log-text";
import { ModelUse, requireChatModel } from "../run/model-use";
import { cancelledElsewhere } from "../run/respond";
import { withSuiteLimits } from "../run/run-responses";
import { judgementTokens } from "./judge-prompt";

/** A judge's answer, or why there is none. */
export type Judged = { result: ChatResult } | { error: AppError };

/** What the lockfile keeps of a judge that the model alone does not tell. */
export type JudgeFacts = Pick<LockedJudge, "task" | "settings" | "criteriaHash">;

/** The model that judges, while it is used. */
export class JudgeModel {
  private constructor(
    private readonly job: Job,
    private readonly use: ModelUse,
    private readonly files: readonly WeightFile[],
    private readonly temperature: number,
  ) {}

  static async begin(job: Job, modelId: string, temperature: number): Promise<JudgeModel> {
    const { models, deployments, suite, log, hashes, signal } = job;
    log.add(`Judge ${models.nameOf(modelId)}: loading`);
    const target = await models.targetOf(modelId);
    requireChatModel(target);
    const use = await ModelUse.begin(deployments, withSuiteLimits(target, suite.settings), signal);
    log.add(`Judge ${use.target.name}: ${loadedText(use.loaded)}`);
    try {
      const files = await hashes.of(use.target.load, signal);
      files.forEach(({ path, sha256 }) => log.add(`  ${path}: sha256 ${sha256}`));
      return new JudgeModel(job, use, files, temperature);
    } catch (error) {
      await use.end();
      throw error;
    }
  }

  /** Writes down what the judgements will depend on, before the first of them. */
  async lock({ settings, ...facts }: JudgeFacts): Promise<void> {
    const { evaluation, store, owner } = this.job;
    const evaluationId = evaluation.id;
    const current = await store.request("getEvaluation", { evaluationId });
    const known = current?.lockfile;
    const lockfile = known === undefined ? newLockfile(this.job) : (JSON.parse(known) as Lockfile);
    const { target, loaded } = this.use;
    const judge: LockedJudge = {
      ...facts,
      ...lockModel(target, loaded, this.files),
      name: target.name,
      settings: { temperature: this.temperature, isHeldToSchema: this.#isConstrained, ...settings },
    };
    await store.request("updateEvaluation", {
      evaluationId,
      owner,
      change: { lockfile: JSON.stringify(withJudge(lockfile, judge)) },
    });
  }

  get id(): string {
    return this.use.target.id;
  }

  get sequences(): number {
    return this.use.loaded.sequences;
  }

  end(): Promise<void> {
    return this.use.end();
  }

  /** @throws only when `signal` is aborted */
  async ask(
    turns: ChatTurn[],
    schema: JsonSchema,
    { seed, reproducible, signal }: { seed: number; reproducible: boolean; signal: AbortSignal },
  ): Promise<Judged> {
    try {
      const result = await this.use.chat(
        {
          turns,
          sampling: this.#sampling(seed),
          priority: "batch",
          ...(this.#isConstrained ? { responseSchema: schema } : {}),
          ...(reproducible ? { reproducible } : {}),
        },
        signal,
      );
      throwIfAborted(signal);
      return { result };
    } catch (error) {
      if (signal.aborted) {
        throw abortError();
      }
      return { error: isAbort(error) ? cancelledElsewhere() : toAppError(error) };
    }
  }

  /** The ONNX engine cannot hold a model to a schema; what it writes is read as strictly. */
  get #isConstrained(): boolean {
    return this.use.target.load.engine === "llama";
  }

  #sampling(seed: number): Sampling {
    return {
      temperature: this.temperature,
      topP: 1,
      topK: 0,
      minP: 0,
      repeatPenalty: 1,
      maxTokens: judgementTokens,
      seed,
    };
  }
}
