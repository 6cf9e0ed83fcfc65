import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { EvaluationOutline } from "../../../src/protocol/evaluation-view";
import { whenPageHasFocus } from "../../shared/focus";
import { Icon } from "../../shared/icon";
import type { ResponseRows } from "../response-rows";
import { strings } from "../strings";
import { useSize } from "../use-source";
import { sortBy, type TableQuery } from "../view-state";
import { columns } from "./columns";
import { ResponseRow } from "./response-row";
import { drawnRows, layoutTable, nextRow, rowsAround, topToReveal, type TableLayout } from "./table-layout";
import "./table.css";

interface ResponseTableProps {
  outline: EvaluationOutline;
  rows: ResponseRows;
  count: number;
  query: TableQuery;
  isBusy: boolean;
  /** The row that has the focus or gets it. */
  active: number;
  /** A new value puts the focus on the active row; 0 does not. */
  focusRequest: number;
  onSort: (query: TableQuery) => void;
  onActive: (index: number) => void;
  onOpen: (index: number) => void;
}

/** Responses as rows, of which there are no more elements than are visible. */
export function ResponseTable(props: ResponseTableProps) {
  const { outline, rows, count, query, isBusy, active, onActive, onOpen } = props;
  const { element, width, height } = useSize<HTMLDivElement>();
  const layout = layoutTable({ width, height }, count);
  const { top, reveal } = useScroll(element, layout, height);
  const { from, to } = rowsAround(layout, top, height, count);
  const drawn = height === 0 ? [] : drawnRows({ from, to }, count, active);
  useEffect(() => rows.show(from, to), [rows, from, to, count]);
  // Another query begins at the top.
  useEffect(() => reveal(0), [query, reveal]);
  useEffect(() => reveal(active), [active, reveal]);
  const focusActive = useActiveFocus(element, active, props.focusRequest);

  const goTo = (index: number) => {
    focusActive();
    onActive(index);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) {
      return;
    }
    const next = nextRow(event.key, active, count, Math.max(1, Math.floor(height / layout.rowHeight) - 1));
    if (next !== undefined) {
      event.preventDefault();
      goTo(next);
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      onOpen(active);
    }
  };
  const offset = layout.map.toScroll(top) - top;
  return (
    <div
      class="table"
      role="grid"
      aria-label={strings.responsesTab()}
      aria-rowcount={count + 1}
      aria-colcount={columns.length}
      aria-busy={isBusy}
    >
      <TableHead query={query} onSort={props.onSort} />
      <div ref={element} class="table-body" role="rowgroup" onKeyDown={onKeyDown}>
        <div
          class="table-content"
          role="presentation"
          style={{ height: `${layout.map.elementHeight}px`, "--row-height": `${layout.rowHeight}px` }}
        >
          {drawn.map((index) => (
            <ResponseRow
              key={index}
              index={index}
              top={index * layout.rowHeight + offset}
              line={rows.get(index)}
              outline={outline}
              isActive={index === active}
              onOpen={onOpen}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

function TableHead({ query, onSort }: { query: TableQuery; onSort: (query: TableQuery) => void }) {
  return (
    <div class="table-head" role="rowgroup">
      <div class="row" role="row" aria-rowindex={1}>
        {columns.map(({ id, title, sort, isNumber }) => {
          const isSorted = sort !== undefined && sort === query.sort;
          const order = query.isDescending ? "descending" : "ascending";
          return (
            <div
              key={id}
              class={`cell cell-${id} ${isNumber ? "is-number" : ""}`}
              role="columnheader"
              aria-sort={isSorted ? order : sort ? "none" : undefined}
            >
              {sort ? (
                <button type="button" class="head-button" onClick={() => onSort(sortBy(query, sort))}>
                  {title()}
                  {isSorted && <Icon name={query.isDescending ? "arrow-down" : "arrow-up"} />}
                </button>
              ) : (
                title()
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function useScroll(
  element: { readonly current: HTMLDivElement | null },
  layout: TableLayout,
  height: number,
) {
  const [top, setTop] = useState(0);
  const latest = useRef({ layout, height });
  latest.current = { layout, height };
  useEffect(() => {
    const scroller = element.current;
    if (!scroller) {
      return undefined;
    }
    let frame = 0;
    const onScroll = () => {
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        setTop(latest.current.layout.map.toGrid(scroller.scrollTop));
      });
    };
    scroller.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      scroller.removeEventListener("scroll", onScroll);
      cancelAnimationFrame(frame);
    };
  }, [element]);
  // Rows of another height: the same ones stay in sight.
  const { rowHeight } = layout;
  const before = useRef(rowHeight);
  useLayoutEffect(() => {
    const scroller = element.current;
    if (scroller && before.current !== rowHeight) {
      const { map } = latest.current.layout;
      scroller.scrollTop = map.toScroll((top / before.current) * rowHeight);
      before.current = rowHeight;
      setTop(map.toGrid(scroller.scrollTop));
    }
  }, [element, rowHeight, top]);
  const reveal = useCallback(
    (row: number) => {
      const scroller = element.current;
      const { layout: its, height: visible } = latest.current;
      if (scroller && visible > 0) {
        const wanted = topToReveal(its, row, its.map.toGrid(scroller.scrollTop), visible);
        if (wanted !== undefined) {
          scroller.scrollTop = its.map.toScroll(wanted);
          setTop(its.map.toGrid(scroller.scrollTop));
        }
      }
    },
    [element],
  );
  return { top, reveal };
}

/** Puts the focus on the active row, once it is drawn. */
function useActiveFocus(
  element: { readonly current: HTMLDivElement | null },
  active: number,
  request: number,
): () => void {
  const isWanted = useRef(false);
  const seen = useRef(request);
  // A row that changes its place among the others is taken out of the page for a moment, and loses the focus.
  const heldFocus = element.current?.contains(document.activeElement) ?? false;
  useLayoutEffect(() => {
    const isLost = heldFocus && document.activeElement === document.body;
    if (isWanted.current || isLost || seen.current !== request) {
      const row = element.current?.querySelector<HTMLElement>(`[data-index="${active}"]`);
      if (row) {
        whenPageHasFocus(() => row.focus({ preventScroll: true }));
        isWanted.current = false;
        seen.current = request;
      }
    }
  });
  return () => {
    isWanted.current = true;
  };
}
