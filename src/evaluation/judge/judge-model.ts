import { throwIfAborted } from "../../common/async";
import { abortError, type AppError, isAbort, toAppError } from "../../common/errors";
import type { ChatResult, ChatTurn, JsonSchema, Sampling } from "../../protocol/engine";
import type { Job } from "../run/job";
import { loadedText } from "../run/log-text";
import { ModelUse, requireChatModel } from "../run/model-use";
import { cancelledElsewhere } from "../run/respond";
import { withSuiteLimits } from "../run/run-responses";
import { judgementTokens } from "./judge-prompt";

/** A judge's answer, or why there is none. */
export type Judged = { result: ChatResult } | { error: AppError };

/** The model that judges, while it is used. */
export class JudgeModel {
  private constructor(
    private readonly use: ModelUse,
    private readonly temperature: number,
  ) {}

  static async begin(job: Job, modelId: string, temperature: number): Promise<JudgeModel> {
    const { models, deployments, suite, log, signal } = job;
    log.add(`Judge ${models.nameOf(modelId)}: loading`);
    const target = await models.targetOf(modelId);
    requireChatModel(target);
    const use = await ModelUse.begin(deployments, withSuiteLimits(target, suite.settings), signal);
    log.add(`Judge ${use.target.name}: ${loadedText(use.loaded)}`);
    return new JudgeModel(use, temperature);
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
    // The ONNX engine cannot hold a model to a schema; what it writes is read as strictly.
    const isConstrained = this.use.target.load.engine === "llama";
    try {
      const result = await this.use.chat(
        {
          turns,
          sampling: this.#sampling(seed),
          priority: "batch",
          ...(isConstrained ? { responseSchema: schema } : {}),
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
