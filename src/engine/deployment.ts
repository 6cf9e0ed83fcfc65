import { AppError } from "../common/errors";
import type { LoadedModel, LoadParams } from "../protocol/engine";

/** A model that is to be deployed, with everything its engine must know. */
export interface DeployTarget {
  /** The model's id in the library. */
  id: string;
  /** With the variant, so that two quantizations of a model are told apart: `Qwen2.5 1.5B Instruct Q4_K_M`. */
  name: string;
  /** The commit of its files: what was computed with another is not comparable. */
  revision: string;
  isDemo: boolean;
  load: LoadParams;
}

export type DeploymentStatus =
  /** `fraction` is 0…1 of the whole load. */
  | { state: "loading"; fraction: number }
  | { state: "running"; loaded: LoadedModel }
  | RestartingStatus
  | { state: "stopping" }
  | { state: "failed"; error: AppError };

/** The engine process ended while the model ran, and is being started again. */
export interface RestartingStatus {
  state: "restarting";
  /** Why the process ended. */
  reason: AppError;
  /** Restarts after a crash within the last minutes, this one included; 0 when a cancelled request was the cause. */
  attempt: number;
  /** 0…1 of the load; 0 while it waits before the next try. */
  fraction: number;
}

/** What everybody else sees of a deployed model, as it is at one moment. */
export interface Deployment {
  readonly target: DeployTarget;
  readonly status: DeploymentStatus;
  /** Of the engine process; undefined when it could not be started. */
  readonly processId: number | undefined;
}

/** For who waits for something of a model while it is stopped. */
export function stopped(): AppError {
  return new AppError("engine-stopped", "The model was stopped.");
}

/** For who asks something of a model that is not there any more. */
export function notRunning(): AppError {
  return new AppError("engine-stopped", "The model is not running. Deploy it first.");
}
