import type { StoredEvaluation } from "../../protocol/store-evaluations";
import { configHash, suiteHash } from "../run/config-hash";
import type { Suite } from "../suite/suite";
import { hardwareFacts, type Lockfile } from "./lockfile";

/** What is known before any model is loaded. */
export function newLockfile({
  suite,
  evaluation: { models, settings },
}: {
  suite: Suite;
  evaluation: Pick<StoredEvaluation, "models" | "settings">;
}): Lockfile {
  const modelIds = models.map(({ id }) => id);
  return {
    version: 1,
    suiteHash: suiteHash(suite),
    configHash: configHash(suite, modelIds),
    settings,
    hardware: hardwareFacts(),
    models: [],
  };
}
