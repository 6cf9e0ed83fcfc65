import { useEffect } from "preact/hooks";
import type { EvaluationLine, EvaluationOutline } from "../../../src/protocol/evaluation-view";
import { Button, IconButton } from "../../shared/button";
import { Loading } from "../../shared/loading";
import { ProgressBar } from "../../shared/progress";
import { ActionBar } from "../action-bar";
import type { EvaluationClient } from "../client";
import { factsOf } from "../list/evaluation-item";
import { StatusBadge } from "../status-badge";
import { strings } from "../strings";
import { useAnswer, useArrival } from "../use-source";
import { percentDone, type Place, type RunTab, type TableQuery } from "../view-state";
import { Responses } from "./responses";
import { Summary } from "../charts/summary";
import { Tabs } from "./tabs";
import "./run.css";

export interface RunPageProps {
  client: EvaluationClient;
  line: EvaluationLine;
  tab: RunTab;
  table: TableQuery;
  showsPlainText: boolean;
  goTo: (place: Place) => void;
  /** It was gone to, rather than brought back. */
  hasArrived: boolean;
  onTable: (table: TableQuery) => void;
  onPlainText: (showsPlainText: boolean) => void;
  onCompare: () => void;
}

/** One evaluation: its responses, or what they amount to. */
export function RunPage(props: RunPageProps) {
  const { client, line, tab, goTo } = props;
  const { id } = line;
  const outline = useAnswer(id, 0, (signal) => client.request("outline", { evaluationId: id }, { signal }));
  const main = useArrival<HTMLElement>(props.hasArrived);
  useEscape(() => goTo({ type: "list" }));
  return (
    <main class="run-page" ref={main} tabIndex={-1} aria-label={line.name}>
      <RunHeader {...props} outline={outline.value ?? undefined} />
      {!outline.value ? (
        <Loading
          text={outline.value === null ? strings.gone() : strings.loadingPart()}
          failure={strings.notOpened()}
          error={outline.error}
          onRetry={outline.retry}
          onShowLog={() => void client.call("showLog", null)}
        />
      ) : tab === "responses" ? (
        <Responses {...props} outline={outline.value} />
      ) : (
        <Summary client={client} line={line} outline={outline.value} />
      )}
    </main>
  );
}

function RunHeader({
  client,
  line,
  tab,
  goTo,
  onCompare,
  outline,
}: RunPageProps & { outline: EvaluationOutline | undefined }) {
  const { id, name, activity, error } = line;
  const { rerunOf, description } = outline ?? {};
  return (
    <header class="run-header">
      <div class="run-title">
        <IconButton icon="arrow-left" label={strings.back()} onClick={() => goTo({ type: "list" })} />
        <h1 title={description === "" ? undefined : description}>{name}</h1>
        <StatusBadge line={line} />
      </div>
      <div class="run-facts hint">
        {strings.andThen([strings.dateTime(line.createdAt), ...factsOf(line)])}
      </div>
      {rerunOf && (
        <div class="run-facts hint">
          <button
            type="button"
            class="link"
            onClick={() => goTo({ type: "run", evaluationId: rerunOf.id, tab: "responses" })}
          >
            {strings.rerunOf(rerunOf.name, rerunOf.createdAt)}
          </button>
        </div>
      )}
      {error !== null && <div class="item-error">{error}</div>}
      {activity && (
        <div class="item-activity">
          <span class="item-activity-text">
            <span>{strings.activity(activity)}</span>
            {activity.total > 0 && <span>{strings.doneOf(activity.done, activity.total)}</span>}
          </span>
          <ProgressBar label={strings.activity(activity)} percent={percentDone(line)} />
        </div>
      )}
      <div class="run-tools">
        <Tabs
          label={name}
          tabs={[
            { id: "responses", text: strings.responsesTab() },
            { id: "summary", text: strings.summaryTab() },
          ]}
          value={tab}
          panelId="run-panel"
          onChange={(next) => goTo({ type: "run", evaluationId: id, tab: next })}
        />
        <span class="spacer" />
        <ActionBar line={line} onAct={(action) => client.act(action, id)} />
        <Button appearance="secondary" icon="diff" disabled={line.ok === 0} onClick={onCompare}>
          {strings.compare()}
        </Button>
      </div>
    </header>
  );
}

/** Escape goes back, unless something on the page took it. */
export function useEscape(goBack: () => void): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const isTaken = event.defaultPrevented || event.target instanceof HTMLInputElement;
      if (event.key === "Escape" && !isTaken && !(event.target instanceof HTMLSelectElement)) {
        goBack();
      }
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  });
}
