import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { EvaluationsState } from "../../src/protocol/evaluation-view";
import { Loading } from "../shared/loading";
import { Notices } from "../shared/notices";
import { Announcer } from "./announcer";
import type { EvaluationClient } from "./client";
import { ComparePage } from "./compare/compare-page";
import { EvaluationList } from "./list/evaluation-list";
import { RunPage } from "./run/run-page";
import type { SavedState } from "./saved-state";
import { strings } from "./strings";
import { useLatest } from "./use-source";
import { emptyTable, firstComparison, type Place } from "./view-state";
import "../shared/page.css";
import "./app.css";

interface AppProps {
  client: EvaluationClient;
  saved: SavedState;
  onSave: (state: SavedState) => void;
}

export function App(props: AppProps) {
  const { client } = props;
  const { view, notices, loadError } = useLatest(client);
  const showLog = () => void client.call("showLog", null);
  return (
    <>
      {view ? (
        <Evaluations {...props} view={view} />
      ) : (
        <Loading
          text={strings.loading()}
          failure={strings.notLoaded()}
          error={loadError}
          onRetry={() => void client.load()}
          onShowLog={showLog}
        />
      )}
      <Notices notices={notices} onDismiss={(id) => client.dismiss(id)} onShowLog={showLog} />
    </>
  );
}

function Evaluations({ client, view, saved, onSave }: AppProps & { view: EvaluationsState }) {
  const { wanted } = useLatest(client);
  const [state, save] = useSavedState(saved, onSave);
  const { place } = state;
  const hasMoved = useRef(false);
  const goTo = useCallback(
    (next: Place) => {
      hasMoved.current = true;
      save((before) => ({
        place: next,
        // Filters are of one evaluation's models and sequences.
        ...(next.type === "run" && openIdOf(before.place) !== next.evaluationId && { table: emptyTable }),
      }));
    },
    [save],
  );
  useEffect(() => {
    if (wanted) {
      const { evaluationId } = wanted;
      goTo(evaluationId === null ? { type: "list" } : { type: "run", evaluationId, tab: "responses" });
    }
  }, [wanted, goTo]);

  const { evaluations } = view;
  const shared = { client, evaluations, goTo, hasArrived: hasMoved.current };
  const line = place.type === "run" ? evaluations.find(({ id }) => id === place.evaluationId) : undefined;
  return (
    <>
      {place.type === "compare" ? (
        <ComparePage {...shared} place={place} />
      ) : line && place.type === "run" ? (
        <RunPage
          key={line.id}
          {...shared}
          line={line}
          tab={place.tab}
          table={state.table}
          showsPlainText={state.showsPlainText}
          onTable={(table) => save(() => ({ table }))}
          onPlainText={(showsPlainText) => save(() => ({ showsPlainText }))}
          onCompare={() => goTo(firstComparison(line.id, evaluations))}
        />
      ) : (
        <EvaluationList {...shared} />
      )}
      <Announcer evaluations={evaluations} />
    </>
  );
}

/** The evaluation whose table is kept. */
function openIdOf(place: Place): string | undefined {
  return place.type === "run"
    ? place.evaluationId
    : place.type === "compare"
      ? place.first.evaluationId
      : undefined;
}

function useSavedState(initial: SavedState, onSave: (state: SavedState) => void) {
  const [state, setState] = useState(initial);
  const latest = useRef(initial);
  const save = useCallback(
    (change: (before: SavedState) => Partial<SavedState>) => {
      latest.current = { ...latest.current, ...change(latest.current) };
      onSave(latest.current);
      setState(latest.current);
    },
    [onSave],
  );
  return [state, save] as const;
}
