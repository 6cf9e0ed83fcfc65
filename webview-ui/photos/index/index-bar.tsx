import { deserializeError } from "../../../src/common/errors";
import type { IndexState, PhotosViewState } from "../../../src/protocol/photos-view";
import { Badge } from "../../shared/badge";
import { Button, IconButton } from "../../shared/button";
import { Icon } from "../../shared/icon";
import { errorSentence } from "../../shared/l10n";
import { ProgressBar } from "../../shared/progress";
import type { PhotosActions } from "../actions";
import { strings } from "../strings";
import "./index.css";

interface IndexBarProps {
  view: PhotosViewState;
  actions: PhotosActions;
}

/** What is going on with the index, at the foot of the page. */
export function IndexBar({ view, actions }: IndexBarProps) {
  const { index } = view;
  switch (index.type) {
    case "none":
      return null;
    case "scanning":
      return (
        <footer class="index-bar">
          <span class="index-text">{strings.scanning(index.found)}</span>
          <IconButton icon="close" label={strings.cancel()} onClick={actions.cancelIndexing} />
        </footer>
      );
    case "indexing":
    case "paused":
      return <Progress index={index} actions={actions} />;
    case "needsModel":
      return (
        <footer class="index-bar">
          <Icon name="info" />
          <span class="index-text">{strings.waitingForModel(index.waiting)}</span>
          <Button appearance="secondary" onClick={actions.startIndexing}>
            {strings.deployModel()}
          </Button>
        </footer>
      );
    case "failed":
      return (
        <footer class="index-bar">
          <Icon name="error" />
          <span class="index-text is-sentence" role="alert">
            {errorSentence(deserializeError(index.error))}
          </span>
          <Button appearance="secondary" onClick={actions.startIndexing}>
            {strings.retry()}
          </Button>
        </footer>
      );
    case "ready":
      return <Ready view={view} actions={actions} />;
  }
}

interface ProgressProps {
  index: Extract<IndexState, { type: "indexing" | "paused" }>;
  actions: PhotosActions;
}

function Progress({ index, actions }: ProgressProps) {
  const { done, total } = index;
  return (
    <footer class="index-bar has-progress">
      <ProgressBar label={strings.indexProgress()} percent={total > 0 ? (done / total) * 100 : 0} />
      <span class="index-text">
        {index.type === "paused" ? strings.paused(done, total) : progressText(index)}
      </span>
      {index.type === "paused" ? (
        <IconButton icon="debug-start" label={strings.resume()} onClick={actions.resumeIndexing} />
      ) : (
        <IconButton icon="debug-pause" label={strings.pause()} onClick={actions.pauseIndexing} />
      )}
      <IconButton icon="close" label={strings.cancel()} onClick={actions.cancelIndexing} />
    </footer>
  );
}

function progressText({ done, total, perSecond, secondsLeft }: Extract<IndexState, { type: "indexing" }>) {
  const parts = [strings.indexing(done, total)];
  if (perSecond > 0) {
    parts.push(strings.perSecond(perSecond));
  }
  if (secondsLeft !== null) {
    parts.push(strings.timeLeft(secondsLeft));
  }
  return parts.reduce(strings.andThen);
}

function Ready({ view, actions }: IndexBarProps) {
  const { counts, model } = view;
  const leftOut = [
    ...(counts.problems > 0 ? [strings.unreadable(counts.problems)] : []),
    ...(counts.skipped > 0 ? [strings.skipped(counts.skipped)] : []),
  ];
  return (
    <footer class="index-bar is-quiet">
      <span class="index-text">
        {strings.pictures(counts.pictures)}
        {leftOut.length > 0 && ", "}
        {leftOut.length > 0 && (
          <button type="button" class="link" onClick={actions.showProblems}>
            {leftOut.join(", ")}
          </button>
        )}
      </span>
      {model ? (
        <span class="index-model">
          <span class="index-text" title={model.name}>
            {strings.searchedWith(model.name)}
          </span>
          {model.isDemo && <Badge text={strings.demo()} tooltip={strings.demoModel()} />}
        </span>
      ) : (
        <span class="index-model">
          <span class="index-text no-model" title={strings.noModel()}>
            <Icon name="warning" /> {strings.noModel()}
          </span>
          <button type="button" class="link" onClick={actions.startIndexing}>
            {strings.deployModel()}
          </button>
        </span>
      )}
    </footer>
  );
}
