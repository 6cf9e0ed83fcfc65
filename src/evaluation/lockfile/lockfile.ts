import { arch, availableParallelism, platform } from "node:os";
import type { DeployTarget } from "../../engine/deployments";
import { processorName } from "../../library/hardware";
import { machineInfo } from "../../library/machine";
import type { LoadedModel } from "../../protocol/engine";
import type { EvaluationSettings } from "../../protocol/store-evaluations";
import type { WeightFile } from "./weight-files";

/** Everything that the responses of an evaluation depend on, as far as it can be known. */
export interface Lockfile {
  version: 1;
  suiteHash: string;
  /** Of suite and models. */
  configHash: string;
  /** Sampling, seed and `reproducible`. */
  settings: EvaluationSettings;
  hardware: HardwareFacts;
  /** One per model that was loaded, in the order of the evaluation. */
  models: LockedModel[];
  /** Those that judged, each as it did last; undefined before any did, and in lockfiles of earlier versions. */
  judges?: LockedJudge[] | undefined;
}

/** What scores or comparisons depend on besides the responses. */
export interface LockedJudge extends LockedModel {
  task: JudgeTask;
  /** With its variant: `Demo Chat Plus Q8_0`. */
  name: string;
  /** Such as `temperature`, `per`, `repeats` and the scale. */
  settings: EvaluationSettings;
  /** sha256 (hex) of the criteria and the scale, as JSON. */
  criteriaHash: string;
}

export type JudgeTask = "score" | "compare";

export interface HardwareFacts {
  processor: string;
  cores: number;
  memoryBytes: number;
  platform: string;
  arch: string;
}

export interface LockedModel {
  id: string;
  /** Commit of its files. */
  revision: string;
  files: WeightFile[];
  engine: string;
  engineVersion: string;
  architecture: string;
  /** sha256 (hex); undefined for a model without a template. */
  chatTemplateHash: string | undefined;
  contextLength: number;
  sequences: number;
  device: string;
  gpuLayers: number;
  threads: number;
  promptThreads: number;
}

export function lockModel(
  { id, revision, load }: DeployTarget,
  loaded: LoadedModel,
  files: readonly WeightFile[],
): LockedModel {
  return {
    id,
    revision,
    files: [...files],
    engine: load.engine,
    engineVersion: loaded.engineVersion,
    architecture: loaded.architecture,
    chatTemplateHash: loaded.chatTemplateHash,
    contextLength: loaded.contextLength,
    sequences: loaded.sequences,
    device: loaded.device,
    gpuLayers: loaded.gpuLayers,
    threads: loaded.threads,
    promptThreads: loaded.promptThreads,
  };
}

/** The lockfile with this judge in place of what the same judge was for the same task before. */
export function withJudge(lockfile: Lockfile, judge: LockedJudge): Lockfile {
  const others = (lockfile.judges ?? []).filter(({ id, task }) => id !== judge.id || task !== judge.task);
  return { ...lockfile, judges: [...others, judge] };
}

export function hardwareFacts(): HardwareFacts {
  return {
    processor: processorName() ?? "unknown processor",
    cores: availableParallelism(),
    memoryBytes: machineInfo().totalMemoryBytes,
    platform: platform(),
    arch: arch(),
  };
}
