import type { AppError } from "../../common/errors";
import type { DeployTarget } from "../../engine/deployments";
import type { Store } from "../../store/store-client";
import type { PatternWorker } from "../checks/pattern-worker";
import type { ModelDeployments } from "./model-use";

export type EvaluationStore = Pick<Store, "request">;

/** What an evaluation needs of the product around it. */
export interface RunnerOptions {
  store: EvaluationStore;
  deployments: ModelDeployments;
  models: ModelSource;
  patterns: PatternWorker;
  /** Words an error in the person's language. */
  describeError: (error: AppError) => string;
  /** Milliseconds since 1970; the system's clock when left out. */
  now?: () => number;
}

export interface ModelSource {
  /** For people; the id itself where the model is not there. */
  nameOf: (modelId: string) => string;
  /** Everything that deploying needs to know, with the model's own configuration. @throws AppError `unknown-model` */
  targetOf: (modelId: string) => Promise<DeployTarget>;
}
