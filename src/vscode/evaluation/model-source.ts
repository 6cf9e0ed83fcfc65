import { AppError } from "../../common/errors";
import type { ModelSource } from "../../evaluation/run/run-options";
import type { Library } from "../../library/library";
import { fullName } from "../../library/model";
import { deployTarget } from "../deploy";
import type { ModelConfigurations } from "../model-configurations";

/** Models of an evaluation are those of the library, each with its own configuration. */
export function libraryModels(library: Library, configurations: ModelConfigurations): ModelSource {
  return {
    nameOf: (modelId) => {
      const model = library.find(modelId);
      return model ? fullName(model) : modelId;
    },
    targetOf: async (modelId) => {
      if (!library.find(modelId)) {
        // It may have come a moment ago, or the folder has not been looked at yet.
        await library.refresh();
      }
      const model = library.find(modelId);
      if (!model) {
        throw new AppError("unknown-model", "There is no downloaded model “{0}”.", [modelId]);
      }
      return deployTarget(model, await configurations.load(modelId));
    },
  };
}
