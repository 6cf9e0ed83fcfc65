import { AppError } from "../../common/errors";
import type { CheckTools } from "../checks/run-checks";
import type { ModelDeployments } from "./model-use";

/** Embeds with the embedding model that runs. */
export function embedWith(deployments: Pick<ModelDeployments, "list" | "embed">): CheckTools["embed"] {
  return async (texts, signal) => {
    const model = deployments
      .list()
      .find(({ target, status }) => target.load.task === "embedding" && status.state === "running");
    if (!model) {
      throw new AppError(
        "engine-stopped",
        "The similarity cannot be told, because no embedding model runs. Deploy one, then retry.",
      );
    }
    const { vectors, dimensions } = await deployments.embed(
      model.target.id,
      { texts, priority: "batch" },
      { signal },
    );
    return texts.map((_, index) => vectors.subarray(index * dimensions, (index + 1) * dimensions));
  };
}
