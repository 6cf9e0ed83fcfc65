import type { ComponentChildren } from "preact";
import { deserializeError } from "../../../src/common/errors";
import type { PhotosViewState } from "../../../src/protocol/photos-view";
import { Button } from "../../shared/button";
import { Icon } from "../../shared/icon";
import { errorSentence } from "../../shared/l10n";
import { ProgressRing } from "../../shared/progress";
import type { PhotosActions } from "../actions";
import type { PhotosClient } from "../client";
import type { SearchState } from "../search";
import { strings } from "../strings";
import type { Middle } from "../view-state";

interface EmptyMiddleProps {
  middle: Middle;
  view: PhotosViewState;
  client: PhotosClient;
  search: SearchState;
  actions: PhotosActions;
}

/** The middle of the page while there is nothing to show: why, and what can be done. */
export function EmptyMiddle({ middle, view, client, search, actions }: EmptyMiddleProps) {
  const { answered, error } = search;
  switch (middle) {
    case "grid":
    case "waiting":
      return <main class="empty-state" />;
    case "welcome":
      return <Welcome view={view} actions={actions} />;
    case "firstScan":
      return (
        <Reason icon="file-media" text={strings.welcome()} hint={strings.welcomeHint()}>
          <p class="loading-text">
            <ProgressRing />{" "}
            {view.index.type === "scanning" ? strings.scanning(view.index.found) : strings.indexProgress()}
          </p>
        </Reason>
      );
    case "failed":
      return (
        <Reason icon="error" text={strings.searchFailed()} {...(error && { hint: errorSentence(error) })}>
          <div class="button-row">
            <Button onClick={() => void client.search.run()}>{strings.retry()}</Button>
            <Button appearance="secondary" onClick={actions.showLog}>
              {strings.showLog()}
            </Button>
          </div>
        </Reason>
      );
    case "nothingLikely":
      return (
        <Reason icon="search" text={strings.nothingLikely()}>
          <Button appearance="secondary" onClick={() => client.search.setShowsLess(true)}>
            {strings.showLessLikely()}
          </Button>
        </Reason>
      );
    case "nothingFiltered":
      return (
        <Reason icon="filter" text={strings.nothingFiltered()}>
          <Button appearance="secondary" onClick={() => client.search.setQuery({ filter: {} })}>
            {strings.clearFilters()}
          </Button>
        </Reason>
      );
    case "noDuplicates":
      return <Reason icon="check" text={strings.noDuplicates()} />;
    case "noUnused":
      return <Reason icon="check" text={strings.noUnused()} />;
    case "noPictures":
      return <Reason icon="file-media" text={strings.noPictures()} />;
    case "nothingFound":
      return (
        <Reason icon="search" text={strings.nothingFound()}>
          {answered && answered.query.text !== "" && (
            <Button appearance="secondary" onClick={() => client.search.setQuery({ text: "" })}>
              {strings.clearQuery()}
            </Button>
          )}
        </Reason>
      );
  }
}

function Welcome({ view, actions }: { view: PhotosViewState; actions: PhotosActions }) {
  const { index, folders } = view;
  if (folders.length === 0) {
    return (
      <Reason icon="file-media" text={strings.welcome()} hint={strings.noFolder()}>
        <Button onClick={actions.openFolder}>{strings.openFolder()}</Button>
      </Reason>
    );
  }
  return (
    <Reason icon="file-media" text={strings.welcome()} hint={strings.welcomeHint()}>
      {index.type === "failed" && <p class="welcome-error">{errorSentence(deserializeError(index.error))}</p>}
      <Button onClick={actions.startIndexing}>{strings.initialize()}</Button>
    </Reason>
  );
}

interface ReasonProps {
  icon: string;
  text: string;
  hint?: string;
  children?: ComponentChildren;
}

function Reason({ icon, text, hint, children }: ReasonProps) {
  return (
    <main class="empty-state">
      <div class="empty-middle">
        <span class="empty-icon">
          <Icon name={icon} />
        </span>
        <h2>{text}</h2>
        {hint && <p class="hint">{hint}</p>}
        {children}
      </div>
    </main>
  );
}
