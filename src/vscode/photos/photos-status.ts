import * as vscode from "vscode";
import { type Disposable, DisposableStore } from "../../common/disposable";
import { formatDuration, formatPercent } from "../../common/format";
import type { IndexState } from "../../protocol/photos-view";
import { commandIds } from "../ids";

/** Shows in the status bar how far the index is; hidden while nothing is going on. */
export class PhotosStatus implements Disposable {
  readonly #own = new DisposableStore();
  readonly #item: vscode.StatusBarItem;

  constructor() {
    this.#item = this.#own.add(
      vscode.window.createStatusBarItem("localModels.photos", vscode.StatusBarAlignment.Right, 99),
    );
    this.#item.name = vscode.l10n.t("Photo Search");
    this.#item.command = commandIds.searchPictures;
  }

  show(state: IndexState): void {
    const shown = statusOf(state);
    if (!shown) {
      this.#item.hide();
      return;
    }
    this.#item.text = shown.text;
    this.#item.tooltip = shown.tooltip;
    this.#item.accessibilityInformation = { label: shown.tooltip };
    this.#item.show();
  }

  dispose(): void {
    this.#own.dispose();
  }
}

function statusOf(state: IndexState): { text: string; tooltip: string } | undefined {
  switch (state.type) {
    case "indexing": {
      const { done, total, secondsLeft } = state;
      const progress = vscode.l10n.t(
        "Indexing {0} of {1} pictures",
        done.toLocaleString(),
        total.toLocaleString(),
      );
      return {
        text: `$(file-media) ${formatPercent(done, total)}`,
        tooltip:
          secondsLeft === null
            ? progress
            : `${progress} · ${vscode.l10n.t("{0} left", formatDuration(secondsLeft))}`,
      };
    }
    case "paused":
      return {
        text: `$(debug-pause) ${formatPercent(state.done, state.total)}`,
        tooltip: vscode.l10n.t(
          "Indexing pictures is paused at {0} of {1}",
          state.done.toLocaleString(),
          state.total.toLocaleString(),
        ),
      };
    default:
      return undefined;
  }
}
