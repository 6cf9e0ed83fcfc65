import { useRef, useState } from "preact/hooks";
import type { ChatViewState } from "../../../src/protocol/chat-view";
import { Badge } from "../../shared/badge";
import { IconButton } from "../../shared/button";
import type { ChatActions } from "../actions";
import { selectedModel } from "../selected-model";
import { strings } from "../strings";
import { ContextMeter } from "./context-meter";
import { ModelPicker } from "./model-picker";
import { SystemPrompt } from "./system-prompt";
import "./header.css";

export function Header({ view, actions }: { view: ChatViewState; actions: ChatActions }) {
  const [promptShown, setPromptShown] = useState(false);
  const header = useRef<HTMLElement>(null);
  const model = selectedModel(view);
  const hasPrompt = view.systemPrompt.trim() !== "";
  const closePrompt = () => {
    setPromptShown(false);
    header.current?.querySelector<HTMLElement>(".system-prompt-toggle")?.focus();
  };
  return (
    <header ref={header} class="header" aria-label={strings.chatControls()}>
      <h1 class="visually-hidden">{view.title || strings.chat()}</h1>
      <div class="header-row">
        <ModelPicker view={view} onSelect={actions.selectModel} onDeploy={actions.deployModel} />
        {model?.isDemo && <Badge text={strings.demo()} tooltip={strings.demoNotice()} />}
        <span class="header-space" />
        {model && <ContextMeter used={view.usedTokens ?? 0} total={model.contextLength} />}
        <IconButton
          icon="note"
          class={`system-prompt-toggle ${hasPrompt ? "is-set" : ""}`}
          label={hasPrompt ? strings.systemPromptSet() : strings.systemPrompt()}
          expanded={promptShown}
          onClick={() => setPromptShown(!promptShown)}
        />
      </div>
      {promptShown && (
        <SystemPrompt
          key={view.chatId}
          text={view.systemPrompt}
          onSave={actions.setSystemPrompt}
          onClose={closePrompt}
        />
      )}
    </header>
  );
}
