import type { ChatViewState } from "../../src/protocol/chat-view";
import { Button } from "../shared/button";
import { Icon } from "../shared/icon";
import { selectedModel } from "./selected-model";
import { strings } from "./strings";

/** The middle of the page while the conversation has no message: what can be done next. */
export function EmptyState({ view, onDeploy }: { view: ChatViewState; onDeploy: () => void }) {
  const model = selectedModel(view);
  if (model) {
    return (
      <main class="empty-state">
        {model.isDemo && (
          <p class="demo-notice">
            <Icon name="beaker" />
            <span>{strings.demoNotice()}</span>
          </p>
        )}
        <div class="empty-middle">
          <span class="empty-icon">
            <Icon name="comment-discussion" />
          </span>
          <h2>{strings.chatWith(model.name)}</h2>
          <p class="hint">{strings.staysHere()}</p>
        </div>
      </main>
    );
  }
  return (
    <main class="empty-state">
      <div class="empty-middle">
        <span class="empty-icon">
          <Icon name="rocket" />
        </span>
        {view.models.length > 0 ? (
          <h2>{strings.chooseAbove()}</h2>
        ) : (
          <NoModel view={view} onDeploy={onDeploy} />
        )}
      </div>
    </main>
  );
}

function NoModel({ view, onDeploy }: { view: ChatViewState; onDeploy: () => void }) {
  if (view.loading.length > 0) {
    return <h2>{strings.modelLoading()}</h2>;
  }
  return (
    <>
      <h2>{strings.noModelRunning()}</h2>
      <p class="hint">{view.canDeploy ? strings.noModelRunningHint() : strings.pullFirst()}</p>
      <Button disabled={!view.canDeploy} onClick={onDeploy}>
        {strings.deploy()}
      </Button>
    </>
  );
}
