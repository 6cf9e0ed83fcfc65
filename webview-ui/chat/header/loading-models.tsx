import type { ChatViewState } from "../../../src/protocol/chat-view";
import { ProgressBar } from "../../shared/progress";
import { strings } from "../strings";

/** Chat models on their way into memory. */
export function LoadingModels({ loading }: { loading: ChatViewState["loading"] }) {
  return (
    <>
      {loading.map(({ name, percent }, index) => {
        const text = strings.loadingModel(name, Math.floor(percent));
        return (
          <div key={`${name}${index}`} class="loading-model">
            <span class="loading-model-text">{text}</span>
            <ProgressBar label={text} percent={percent} />
          </div>
        );
      })}
    </>
  );
}
