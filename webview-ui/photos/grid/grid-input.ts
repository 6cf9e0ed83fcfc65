import type { PhotoMenuContext, PhotoResults } from "../../../src/protocol/photos-view";
import type { PhotosActions } from "../actions";
import type { PhotosClient } from "../client";
import type { SearchState } from "../search";
import type { GridLayout } from "./layout";
import { destination } from "./navigation";
import {
  activate,
  countSelected,
  extendTo,
  isSelected,
  noSelection,
  selectAll,
  selectOnly,
  toggle,
} from "./selection";

interface GridInputOptions {
  client: PhotosClient;
  search: SearchState;
  results: PhotoResults;
  layout: GridLayout;
  actions: PhotosActions;
  linesPerPage: number;
  /** Brings a picture into view and puts the focus on it. */
  goesTo: (index: number) => void;
  onPreview: () => void;
}

/** What keys and clicks do in the grid. Cells have no handlers of their own. */
export function gridInput(options: GridInputOptions) {
  const { client, search, results, layout, actions, linesPerPage, goesTo, onPreview } = options;
  const { selection } = search;

  const goTo = (index: number, event: KeyboardEvent | MouseEvent) => {
    if (event.shiftKey) {
      client.search.select(extendTo(selection, index, event.ctrlKey || event.metaKey));
    } else if (event.ctrlKey || event.metaKey) {
      client.search.select(event.type === "click" ? toggle(selection, index) : activate(selection, index));
    } else {
      client.search.select(selectOnly(index));
    }
    goesTo(index);
  };

  /** From the divider to the pictures above and beneath it. */
  const onDividerKey = (event: KeyboardEvent) => {
    const isDown = event.key === "ArrowDown";
    const next = isDown ? results.likely : results.likely - 1;
    if ((isDown || event.key === "ArrowUp") && next >= 0 && next < layout.count) {
      event.preventDefault();
      goTo(next, event);
    }
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const { target } = event;
    if (target instanceof HTMLElement && target.classList.contains("less-likely")) {
      onDividerKey(event);
    }
    // The headings' buttons have keys of their own.
    if (event.altKey || !(target instanceof HTMLElement) || !target.dataset["index"]) {
      return;
    }
    const index = selection.active;
    const hasControl = event.ctrlKey || event.metaKey;
    const next = destination(layout, index, event.key, linesPerPage);
    if (next !== undefined) {
      goTo(next, event);
    } else if (event.key === "ArrowDown") {
      target.closest(".grid")?.querySelector<HTMLElement>(".less-likely")?.focus();
    } else if (event.key === "Enter") {
      if (hasControl) {
        actions.open();
      } else {
        onPreview();
      }
    } else if (event.key === " ") {
      client.search.select(toggle(selection, index));
    } else if (event.key.toLowerCase() === "a" && hasControl) {
      client.search.select(selectAll(selection, layout.count));
    } else if (event.key === "Escape" && countSelected(selection) > 0) {
      actions.clearSelection();
    } else if (event.key === "Delete" || (event.key === "Backspace" && event.metaKey)) {
      actions.moveToTrash();
    } else {
      return;
    }
    event.preventDefault();
  };

  const onClick = (event: MouseEvent) => {
    const index = indexOf(event);
    if (index === undefined) {
      // Beside the pictures; the headings' buttons are not.
      if (event.target === event.currentTarget) {
        client.search.select(noSelection(selection.active));
      }
      return;
    }
    const item = client.search.item(index);
    if (item && event.target instanceof Element && event.target.closest(".find-similar")) {
      actions.findSimilar(item.photoId);
    } else {
      goTo(index, event);
    }
  };

  const onContextMenu = (event: MouseEvent) => {
    const index = indexOf(event);
    const item = index === undefined ? undefined : client.search.item(index);
    if (index === undefined || !item) {
      return;
    }
    const chosen = isSelected(selection, index) ? selection : selectOnly(index);
    client.search.select({ ...chosen, active: index });
    const context: PhotoMenuContext = {
      webviewSection: "photo",
      photoId: item.photoId,
      resultsId: results.resultsId,
      selectedRows: [...chosen.ranges],
      photosAreSelected: countSelected(chosen) > 1,
    };
    // VS Code reads this next, when the event reaches the window.
    cellOf(event)?.setAttribute("data-vscode-context", JSON.stringify(context));
  };

  const onDblClick = (event: MouseEvent) => {
    if (indexOf(event) !== undefined) {
      onPreview();
    }
  };

  return { onKeyDown, onClick, onDblClick, onContextMenu };
}

function cellOf({ target }: MouseEvent): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>("[data-index]") : null;
}

function indexOf(event: MouseEvent): number | undefined {
  const index = cellOf(event)?.dataset["index"];
  return index === undefined ? undefined : Number(index);
}
