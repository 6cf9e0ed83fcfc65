import { Button, IconButton } from "../shared/button";
import { Icon } from "../shared/icon";
import { errorSentence } from "../shared/l10n";
import type { Notice } from "./client";
import { strings } from "./strings";

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
            {strings.showLog()}
          </Button>
          <IconButton icon="close" label={strings.dismiss()} onClick={() => onDismiss(id)} />
        </div>
      ))}
    </div>
  );
}
