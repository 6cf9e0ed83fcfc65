import type { ChatActivity } from "../../../src/protocol/chat-view";
import { ProgressBar, ProgressRing } from "../../shared/progress";
import { strings } from "../strings";

interface ActivityProps {
  activity: ChatActivity;
  /** Whether the answer shows some text already, which then speaks for itself. */
  hasText: boolean;
}

export function Activity({ activity, hasText }: ActivityProps) {
  switch (activity.type) {
    case "idle":
      return null;
    case "waiting":
      return <Working text={strings.waiting()} />;
    case "prompt":
      return <ReadingPrompt {...activity} />;
    case "generating":
      return hasText ? null : <Working text={strings.generating()} />;
  }
}

function Working({ text }: { text: string }) {
  return (
    <p class="activity">
      <ProgressRing />
      <span>{text}</span>
    </p>
  );
}

function ReadingPrompt({ done, total }: { done: number; total: number }) {
  const percent = total > 0 ? Math.min(100, Math.floor((done / total) * 100)) : 0;
  return (
    <div class="activity reading-prompt">
      <span>{strings.readingPromptPercent(percent)}</span>
      <ProgressBar label={strings.readingPrompt()} percent={percent} />
    </div>
  );
}
