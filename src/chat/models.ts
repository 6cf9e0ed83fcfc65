import type { Deployment } from "../engine/deployments";
import type { ChatModel, ChatViewState } from "../protocol/chat-view";

/** Running models that can chat. */
export function chatModels(deployments: readonly Deployment[]): ChatModel[] {
  return deployments.flatMap(({ target, status }) =>
    target.load.task === "chat" && status.state === "running"
      ? [
          {
            id: target.id,
            name: target.name,
            contextLength: status.loaded.contextLength,
            isDemo: target.isDemo,
          },
        ]
      : [],
  );
}

/** Chat models on their way. */
export function loadingModels(deployments: readonly Deployment[]): ChatViewState["loading"] {
  return deployments.flatMap(({ target, status }) =>
    target.load.task === "chat" && (status.state === "loading" || status.state === "restarting")
      ? [{ name: target.name, percent: Math.floor(status.fraction * 100) }]
      : [],
  );
}
