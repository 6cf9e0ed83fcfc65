import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { whenPageHasFocus } from "../../shared/focus";
import type { PhotosActions } from "../actions";
import type { PhotosClient } from "../client";
import type { SearchState } from "../search";
import { strings } from "../strings";
import { isRanked, type Answered } from "../view-state";
import { HeadingLine } from "./heading-line";
import {
  firstBelow,
  layoutGrid,
  lineOf,
  linesBetween,
  partsOf,
  resultsIn,
  showsNames,
  withLine,
} from "./layout";
import { gridInput } from "./grid-input";
import { PhotoCell } from "./photo-cell";
import { isSelected } from "./selection";
import { useGridScroll, useInnerSize } from "./use-grid-scroll";
import "./grid.css";

interface GridProps {
  client: PhotosClient;
  search: SearchState;
  answered: Answered;
  actions: PhotosActions;
  thumbnailSize: number;
  /** A new value puts the focus on the active picture; 0 does not. */
  focusRequest: number;
  /** Whether the grid scrolls to the active picture when that changes elsewhere. */
  followsActive: boolean;
  onPreview: () => void;
  /** Told the first visible result when scrolling has come to rest. */
  onPlace: (firstVisible: number) => void;
}

/** Part of the visible height that is drawn above and below it. */
const overscan = 0.5;

/** Results as a grid that holds no more elements than are visible. */
export function Grid(props: GridProps) {
  const { client, search, answered, actions, thumbnailSize, onPreview } = props;
  const { selection, showsLess, place } = search;
  const { results, query } = answered;
  const { element, size } = useInnerSize();
  const layout = useMemo(
    () => layoutGrid({ width: size.width, thumbnailSize, parts: partsOf(results, showsLess) }),
    [size.width, thumbnailSize, results, showsLess],
  );
  const { top, map, reveal } = useGridScroll({
    element,
    layout,
    height: size.height,
    place,
    onRest: props.onPlace,
  });
  const margin = size.height * overscan;
  const nearLines = size.height > 0 ? linesBetween(layout, top - margin, top + size.height + margin) : [];
  // The focus must not vanish with its element when that is scrolled out of sight.
  const lines = withLine(nearLines, lineOf(layout, selection.active));
  const near = resultsIn(nearLines);
  const first = firstBelow(layout, top);
  useEffect(() => {
    if (near) {
      client.search.setVisible(near.from, near.to, first);
    }
  }, [client, answered, near?.from, near?.to, first]);
  useEffect(() => {
    if (props.followsActive) {
      reveal(selection.active);
    }
  }, [props.followsActive, selection.active, reveal]);
  const focusActive = useActiveFocus(element, selection.active, props.focusRequest, answered);

  const input = gridInput({
    client,
    search,
    results,
    layout,
    actions,
    linesPerPage: Math.max(1, Math.floor(size.height / layout.lineHeight)),
    goesTo: (index) => {
      focusActive();
      reveal(index);
    },
    onPreview,
  });
  const ranked = isRanked(query);
  const offset = map.toScroll(top) - top;
  return (
    <div
      ref={element}
      class={`grid ${showsNames(layout.cellWidth) ? "shows-names" : ""}`}
      role="grid"
      aria-label={strings.results()}
      aria-multiselectable="true"
      aria-rowcount={layout.lineCount}
      aria-colcount={layout.columns}
      aria-busy={search.isSearching}
      data-vscode-context='{"preventDefaultContextMenuItems":true}'
      {...input}
    >
      <div
        class="grid-content"
        role="presentation"
        style={{
          height: `${map.elementHeight}px`,
          "--cell-width": `${layout.cellWidth}px`,
          "--cell-height": `${layout.cellHeight}px`,
        }}
      >
        {lines.map((line) => (
          <div
            key={line.number}
            class="grid-line"
            role="row"
            aria-rowindex={line.number + 1}
            style={{ transform: `translateY(${line.top + offset}px)` }}
          >
            {line.type === "heading" ? (
              <HeadingLine {...{ line, client, search, results }} columns={layout.columns} />
            ) : (
              range(line.from, line.to).map((index) => (
                <PhotoCell
                  key={index}
                  index={index}
                  column={index - line.from}
                  item={client.search.item(index)}
                  isSelected={isSelected(selection, index)}
                  isActive={index === selection.active}
                  isRanked={ranked}
                />
              ))
            )}
          </div>
        ))}
      </div>
    </div>
  );
}

/** Puts the focus on the active picture's cell, once it is drawn. */
function useActiveFocus(
  element: { readonly current: HTMLDivElement | null },
  active: number,
  request: number,
  answered: Answered,
): () => void {
  const isWanted = useRef(false);
  const seen = useRef({ request, answered });
  useLayoutEffect(() => {
    const grid = element.current;
    const holdsFocus = grid?.contains(document.activeElement) ?? false;
    const isRequested = seen.current.request !== request;
    // After a refresh another cell may stand for the picture that had the focus.
    const isRefreshed = seen.current.answered !== answered && holdsFocus;
    if (isWanted.current || isRequested || isRefreshed) {
      const cell = grid?.querySelector<HTMLElement>(`[data-index="${active}"]`);
      whenPageHasFocus(() => cell?.focus({ preventScroll: true }));
      isWanted.current = false;
    }
    seen.current = { request, answered };
  });
  return () => {
    isWanted.current = true;
  };
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}
