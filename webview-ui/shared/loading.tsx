import type { AppError } from "../../src/common/errors";
import { Button } from "./button";
import { Icon } from "./icon";
import { errorSentence, t } from "./l10n";
import { ProgressRing } from "./progress";

interface LoadingProps {
  /** What is said while it lasts. */
  text: string;
  /** What is said above the error. */
  failure: string;
  error: AppError | null;
  onRetry: () => void;
  onShowLog: () => void;
}

/** A page that does not know anything yet, or could not find out. */
export function Loading({ text, failure, error, onRetry, onShowLog }: LoadingProps) {
  if (!error) {
    return (
      <main class="loading-page">
        <p class="loading-text">
          <ProgressRing /> {text}
        </p>
      </main>
    );
  }
  return (
    <main class="empty-state">
      <div class="empty-middle" role="alert">
        <span class="empty-icon">
          <Icon name="error" />
        </span>
        <h2>{failure}</h2>
        <p class="hint">{errorSentence(error)}</p>
        <div class="button-row">
          <Button onClick={onRetry}>{t("Try Again")}</Button>
          <Button appearance="secondary" onClick={onShowLog}>
            {t("Show Log")}
          </Button>
        </div>
      </div>
    </main>
  );
}
