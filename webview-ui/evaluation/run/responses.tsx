import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { EvaluationOutline } from "../../../src/protocol/evaluation-view";
import { errorSentence } from "../../shared/l10n";
import { Button } from "../../shared/button";
import { DetailPane } from "../detail/detail-pane";
import { ResponseRows } from "../response-rows";
import { strings } from "../strings";
import { useLatest } from "../use-source";
import { isFiltered } from "../view-state";
import { FilterBar } from "./filter-bar";
import { ResponseTable } from "./response-table";
import type { RunPageProps } from "./run-page";

const typingMs = 250;
/** While it runs, every response would otherwise read the whole table again. */
const refreshMs = 1500;

interface ResponsesProps extends RunPageProps {
  outline: EvaluationOutline;
}

/** The table of responses, and the one that is looked at. */
export function Responses(props: ResponsesProps) {
  const { client, line, outline, table, onTable, showsPlainText, onPlainText } = props;
  const { id, revision } = line;
  const rows = useMemo(
    () => new ResponseRows({ evaluationId: id, request: client.request, query: table, typingMs }),
    [client, id],
  );
  useEffect(() => () => rows.dispose(), [rows]);
  const { total, error, isSearching } = useLatest(rows);
  useRefresh(rows, revision);
  const [active, setActive] = useState(0);
  const [isOpen, setOpen] = useState(false);
  const [focusRequest, setFocusRequest] = useState(0);

  const change = (next: typeof table, isTyping = false) => {
    onTable(next);
    setActive(0);
    rows.setQuery(next, isTyping);
  };
  const close = () => {
    setOpen(false);
    setFocusRequest((count) => count + 1);
  };
  const count = total ?? 0;
  const shown = isOpen ? rows.get(active) : undefined;
  return (
    <div class={`responses ${isOpen ? "has-detail" : ""}`} id="run-panel" role="tabpanel">
      <div class="responses-table">
        <FilterBar outline={outline} query={table} total={total} onChange={change} />
        {error && (
          <div class="table-message" role="alert">
            <p>{errorSentence(error)}</p>
            <Button appearance="secondary" onClick={() => rows.setQuery(table)}>
              {strings.retry()}
            </Button>
          </div>
        )}
        {total === 0 && !isSearching ? (
          <p class="table-message hint">
            {isFiltered(table.filter) ? strings.noneFiltered() : strings.noResponses()}
          </p>
        ) : (
          <ResponseTable
            {...{ outline, rows, count, active, focusRequest }}
            query={table}
            isBusy={isSearching}
            onSort={change}
            onActive={setActive}
            onOpen={(index) => {
              setActive(index);
              setOpen(true);
            }}
          />
        )}
      </div>
      {isOpen && (
        <DetailPane
          {...{ client, outline, revision, showsPlainText, onPlainText, count }}
          responseId={shown?.id}
          position={active}
          onStep={(by) => setActive(Math.max(0, Math.min(count - 1, active + by)))}
          onClose={close}
        />
      )}
    </div>
  );
}

/** Reads the rows anew when something changed, but not all the time. */
function useRefresh(rows: ResponseRows, revision: number): void {
  const last = useRef<{ rows: ResponseRows; revision: number; at: number } | undefined>(undefined);
  useEffect(() => {
    if (last.current?.rows !== rows) {
      last.current = { rows, revision, at: performance.now() };
      rows.setQuery(rows.state.query);
      return undefined;
    }
    const { current } = last;
    const timer = setTimeout(
      () => {
        current.at = performance.now();
        void rows.refresh();
      },
      Math.max(0, current.at + refreshMs - performance.now()),
    );
    return () => clearTimeout(timer);
  }, [rows, revision]);
}
