import { throwIfAborted } from "../../common/async";
import { abortError, AppError, toAppError } from "../../common/errors";
import type { Deployments, DeploymentStatus, DeployTarget } from "../../engine/deployments";
import type { ChatParams, ChatResult, LoadedModel } from "../../protocol/engine";

export type ModelDeployments = Pick<
  Deployments,
  "list" | "get" | "deploy" | "stop" | "chat" | "embed" | "onDidChange"
>;

/** A model that is used for a while: one that runs already is left running, another is stopped at the end. */
export class ModelUse {
  private constructor(
    private readonly deployments: ModelDeployments,
    readonly target: DeployTarget,
    readonly loaded: LoadedModel,
    readonly wasRunning: boolean,
  ) {}

  /** Resolves when the model runs; rejects with why it cannot. */
  static async begin(
    deployments: ModelDeployments,
    target: DeployTarget,
    signal: AbortSignal,
  ): Promise<ModelUse> {
    for (;;) {
      throwIfAborted(signal);
      const deployment = deployments.get(target.id);
      const status = deployment?.status;
      if (deployment && status?.state === "running") {
        return new ModelUse(deployments, deployment.target, status.loaded, true);
      }
      if (!status || status.state === "failed") {
        try {
          return new ModelUse(deployments, target, await deployments.deploy(target, signal), false);
        } catch (error) {
          // Somebody else may have begun to deploy it in this moment.
          if (toAppError(error).code !== "model-busy" || !isOnTheWay(deployments.get(target.id)?.status)) {
            throw error;
          }
        }
      }
      await untilSettled(deployments, target.id, signal);
    }
  }

  /** As `Deployments.chat`; waits while the model is started again after a crash. */
  async chat(params: ChatParams, signal: AbortSignal): Promise<ChatResult> {
    for (;;) {
      await untilSettled(this.deployments, this.target.id, signal);
      try {
        return await this.deployments.chat(this.target.id, params, { signal });
      } catch (error) {
        if (toAppError(error).code !== "model-busy") {
          throw error;
        }
      }
    }
  }

  async end(): Promise<void> {
    if (!this.wasRunning) {
      await this.deployments.stop(this.target.id);
    }
  }
}

function isOnTheWay(status: DeploymentStatus | undefined): boolean {
  return status?.state === "loading" || status?.state === "restarting" || status?.state === "stopping";
}

/** Resolves when the model runs, has failed or is stopped. */
function untilSettled(deployments: ModelDeployments, id: string, signal: AbortSignal): Promise<void> {
  const isSettled = () => !isOnTheWay(deployments.get(id)?.status);
  if (isSettled()) {
    return Promise.resolve();
  }
  return new Promise((resolve, reject) => {
    const end = () => {
      listener.dispose();
      signal.removeEventListener("abort", onAbort);
    };
    const onAbort = () => {
      end();
      reject(abortError());
    };
    const listener = deployments.onDidChange(() => {
      if (isSettled()) {
        end();
        resolve();
      }
    });
    signal.addEventListener("abort", onAbort, { once: true });
  });
}

/** A model that is asked for answers has to be able to give them. */
export function requireChatModel({ name, load }: DeployTarget): void {
  if (load.task !== "chat") {
    throw new AppError("unsupported-model", "{0} is not a chat model.", [name]);
  }
}
