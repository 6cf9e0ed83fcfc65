import { useEffect, useRef } from "preact/hooks";
import type { EvaluationOutline, ResponseDetails } from "../../../src/protocol/evaluation-view";
import { MarkdownView, type MarkdownActions } from "../../shared/markdown/markdown-view";
import { IconButton } from "../../shared/button";
import { ErrorBoundary } from "../../shared/error-boundary";
import { Toggle } from "../../shared/fields";
import { whenPageHasFocus } from "../../shared/focus";
import { errorSentence } from "../../shared/l10n";
import type { EvaluationClient } from "../client";
import { strings } from "../strings";
import { useAnswer } from "../use-source";
import { Checks } from "./checks";
import { Figures } from "./figures";
import { Scores } from "./scores";
import "./detail.css";

interface DetailPaneProps {
  client: EvaluationClient;
  outline: EvaluationOutline;
  revision: number;
  /** Undefined until its row is loaded. */
  responseId: number | undefined;
  position: number;
  count: number;
  showsPlainText: boolean;
  onPlainText: (showsPlainText: boolean) => void;
  onStep: (by: number) => void;
  onClose: () => void;
}

/** Everything about one response. */
export function DetailPane(props: DetailPaneProps) {
  const { client, outline, revision, responseId, position, count, onStep, onClose } = props;
  const pane = useRef<HTMLElement>(null);
  const answer = useAnswer(
    String(responseId ?? ""),
    revision,
    (signal) =>
      responseId === undefined
        ? Promise.resolve(undefined)
        : client.request("response", { responseId }, { signal }),
    1500,
  );
  const { value: details, error } = answer;
  // What was opened is what is read next; the table keeps the focus where both are in sight.
  useEffect(() => {
    if (pane.current && getComputedStyle(pane.current).position === "absolute") {
      whenPageHasFocus(() => pane.current?.focus());
    }
  }, []);
  useEffect(() => pane.current?.scrollTo(0, 0), [responseId]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      onClose();
    }
  };
  return (
    <aside class="detail" aria-label={strings.details()} tabIndex={-1} ref={pane} onKeyDown={onKeyDown}>
      <header class="detail-header">
        <span class="detail-position hint">{strings.positionOf(position + 1, count)}</span>
        <span class="spacer" />
        <IconButton
          icon="arrow-up"
          label={strings.previous()}
          disabled={position === 0}
          onClick={() => onStep(-1)}
        />
        <IconButton
          icon="arrow-down"
          label={strings.next()}
          disabled={position >= count - 1}
          onClick={() => onStep(1)}
        />
        <IconButton icon="close" label={strings.close()} onClick={onClose} />
      </header>
      {error ? (
        <p class="item-error" role="alert">
          {errorSentence(error)}
        </p>
      ) : details ? (
        <Content {...props} details={details} modelName={outline.models[details.model]?.name ?? ""} />
      ) : (
        <p class="hint">{details === null ? strings.responseGone() : strings.loadingPart()}</p>
      )}
    </aside>
  );
}

function Content(props: DetailPaneProps & { details: ResponseDetails; modelName: string }) {
  const { client, details, modelName, showsPlainText, onPlainText } = props;
  const { sequenceName, promptName, promptText, text, status, error, scores, checks, run } = details;
  const copy = (copied: string) => client.call("copy", { text: copied });
  const actions: MarkdownActions = {
    copy,
    openLink: (url) => void client.call("openLink", { url }),
    insertIntoEditor: (inserted) => void client.call("insertIntoEditor", { text: inserted }),
  };
  return (
    <>
      <h2 class="detail-title">{strings.sequenceAndPrompt(sequenceName, promptName)}</h2>
      <p class="detail-model hint">{strings.andThen([modelName, strings.runNumber(run)])}</p>
      {status !== "ok" && <p class="item-error">{error === null ? strings.responseStatus(status) : error}</p>}
      <section aria-label={strings.prompt()}>
        <h3>{strings.prompt()}</h3>
        <div class="plain-text prompt-text" dir="auto">
          {promptText}
        </div>
      </section>
      <section aria-label={strings.response()}>
        <div class="section-head">
          <h3>{strings.response()}</h3>
          <Toggle
            label={strings.plainText()}
            isOn={showsPlainText}
            onToggle={() => onPlainText(!showsPlainText)}
          />
          <IconButton icon="copy" label={strings.copyResponse()} onClick={() => void copy(text)} />
        </div>
        {text === "" ? (
          <p class="hint">{strings.emptyResponse()}</p>
        ) : showsPlainText ? (
          <PlainText text={text} />
        ) : (
          <ErrorBoundary key={details.id} fallback={<PlainText text={text} />}>
            <MarkdownView text={text} actions={actions} />
          </ErrorBoundary>
        )}
      </section>
      {checks.length > 0 && <Checks checks={checks} />}
      {scores.length > 0 && <Scores scores={scores} />}
      <Figures details={details} />
    </>
  );
}

function PlainText({ text }: { text: string }) {
  return (
    <div class="plain-text" dir="auto">
      {text}
    </div>
  );
}
