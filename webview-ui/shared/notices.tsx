import { Button, IconButton } from "./button";
import { Icon } from "./icon";
import { errorSentence, t } from "./l10n";
import type { Notice } from "./notice";

interface NoticesProps {
  notices: readonly Notice[];
  onDismiss: (id: number) => void;
  onShowLog: () => void;
}

/** Failed requests, as sentences. The region stays in the page so that screen readers notice additions. */
export function Notices({ notices, onDismiss, onShowLog }: NoticesProps) {
  return (
    <div class="notices" role="alert">
      {notices.map(({ id, error }) => (
        <div key={id} class="notice">
          <Icon name="error" />
          <span class="notice-text" dir="auto">
            {errorSentence(error)}
          </span>
          <Button appearance="secondary" onClick={onShowLog}>
            {t("Show Log")}
          </Button>
          <IconButton icon="close" label={t("Dismiss")} onClick={() => onDismiss(id)} />
        </div>
      ))}
    </div>
  );
}
