import type { ChatViewState } from "../../../src/protocol/chat-view";
import { Button } from "../../shared/button";
import { Icon } from "../../shared/icon";
import { strings } from "../strings";

/** Under a conversation that cannot go on because no chat model runs. */
export function DeployBar({ view, onDeploy }: { view: ChatViewState; onDeploy: () => void }) {
  if (view.models.length > 0 || view.loading.length > 0) {
    return null;
  }
  return (
    <div class="notice deploy-bar">
      <Icon name="info" />
      <span class="notice-text">
        {strings.noModelRunning()}.{!view.canDeploy && ` ${strings.pullFirst()}`}
      </span>
      <Button disabled={!view.canDeploy} onClick={onDeploy}>
        {strings.deploy()}
      </Button>
    </div>
  );
}
