import os from "node:os";
import type { Memento } from "vscode";
import type { MeasuredThreadsStore } from "../engine/supervised-model";
import type { MeasuredThreads } from "../protocol/engine";

/** Thread counts that were measured on this machine; another number of cores is another machine. */
export function rememberedThreads(memento: Memento): MeasuredThreadsStore {
  const keyOf = (modelId: string) => `measuredThreads/${os.availableParallelism()}/${modelId}`;
  return {
    get: (modelId) => memento.get<MeasuredThreads>(keyOf(modelId)),
    set: (modelId, measured) => void memento.update(keyOf(modelId), measured),
  };
}
