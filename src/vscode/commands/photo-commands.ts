import * as vscode from "vscode";
import type { Disposable } from "../../common/disposable";
import { AppError } from "../../common/errors";
import type { Logger } from "../../common/logger";
import { pictureIdOf } from "../../photos/search/query-vectors";
import { pictureFormat } from "../../photos/scan/picture-formats";
import type { PhotoMenuContext } from "../../protocol/photos-view";
import { commandIds } from "../ids";
import type { PhotosPanel } from "../panels/photos-panel";
import type { SinglePanel } from "../panels/single-panel";
import type { PhotoActions } from "../photos/photo-actions";
import type { Photos } from "../photos/photos";
import { registerCommands } from "./register";

interface PhotoCommandOptions {
  tab: SinglePanel<PhotosPanel>;
  photos: Photos;
  actions: PhotoActions;
  startIndexing: () => Promise<void>;
  logger: Logger;
}

export function registerPhotoCommands(options: PhotoCommandOptions): Disposable {
  const { tab, photos, actions, startIndexing, logger } = options;
  /** Of the page's context menu; nothing happens when the panel was closed meanwhile. */
  const withPanel =
    (work: (panel: PhotosPanel, context: PhotoMenuContext) => unknown) => (context?: PhotoMenuContext) =>
      context && tab.current && work(tab.current, context);

  return registerCommands(logger, {
    [commandIds.searchPictures]: () => tab.get().reveal(),
    [commandIds.treeSearchPictures]: () => tab.get().reveal(),
    [commandIds.findSimilarPictures]: async (clicked?: unknown, selected?: unknown) => {
      const files = await picturesOf(clicked, selected);
      const kept = await Promise.all(files.map(({ fsPath }) => photos.pictures.keep({ path: fsPath })));
      if (kept.length > 0) {
        findSimilar(kept.map(({ pictureId }) => pictureId));
      }
    },
    [commandIds.indexPictures]: () => startIndexing(),
    [commandIds.photoFindSimilar]: withPanel(async (panel, context) => {
      const chosen = await panel.chosen(context);
      findSimilar(chosen.map(({ fileId }) => pictureIdOf(fileId)));
    }),
    [commandIds.photoOpen]: withPanel(async (panel, context) => actions.open(await panel.chosen(context))),
    [commandIds.photoOpenToSide]: withPanel(async (panel, context) =>
      actions.open(await panel.chosen(context), vscode.ViewColumn.Beside),
    ),
    [commandIds.photoReveal]: withPanel(async (panel, context) => {
      const [photo] = await panel.chosen(context);
      return photo && actions.reveal(photo);
    }),
    [commandIds.photoCopyPath]: withPanel(async (panel, context) =>
      actions.copyPaths(await panel.chosen(context), false),
    ),
    [commandIds.photoCopyRelativePath]: withPanel(async (panel, context) =>
      actions.copyPaths(await panel.chosen(context), true),
    ),
    [commandIds.photoCopyPicture]: withPanel((panel, { photoId }) => panel.copyPicture(photoId)),
    [commandIds.photoInsertMarkdown]: withPanel(async (panel, context) =>
      actions.insertLinks(await panel.chosen(context), "markdown"),
    ),
    [commandIds.photoInsertHtml]: withPanel(async (panel, context) =>
      actions.insertLinks(await panel.chosen(context), "html"),
    ),
    [commandIds.photoEditCaption]: withPanel(async (panel, context) => {
      const [photo] = await panel.chosen(context);
      const caption = photo && (await actions.askCaption(photo));
      if (photo && caption !== undefined) {
        await photos.indexer.setCaption(photo.fileId, caption);
      }
    }),
    [commandIds.photoMoveToTrash]: withPanel(async (panel, context) =>
      panel.moveToTrash(await panel.chosen(context)),
    ),
  });

  function findSimilar(pictureIds: readonly string[]): void {
    const pictures = pictureIds.map((pictureId) => ({ pictureId, weight: 1 }));
    tab.get().search({ text: "", pictures, filter: {}, sort: "relevance", view: "all" });
  }
}

/** What was clicked or is selected in the Explorer, else what the active tab shows, else what the person chooses. */
async function picturesOf(clicked: unknown, selected: unknown): Promise<vscode.Uri[]> {
  const isUri = (value: unknown): value is vscode.Uri => value instanceof vscode.Uri;
  const given = Array.isArray(selected) && selected.some(isUri) ? selected : [clicked];
  const uris = given.filter(isUri);
  if (uris.length > 0) {
    const pictures = uris.filter(isPicture);
    if (pictures.length === 0) {
      throw new AppError("invalid-input", "Only pictures can be searched for.");
    }
    return pictures;
  }
  const shown = activeFile();
  if (shown && isPicture(shown)) {
    return [shown];
  }
  const chosen = await vscode.window.showOpenDialog({
    title: vscode.l10n.t("Find Similar Pictures"),
    openLabel: vscode.l10n.t("Find Similar"),
    canSelectMany: true,
    filters: {
      [vscode.l10n.t("Pictures")]: ["jpg", "jpeg", "png", "webp", "gif", "tif", "tiff", "avif", "svg"],
    },
  });
  return chosen ?? [];
}

function activeFile(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputCustom || input instanceof vscode.TabInputText
    ? input.uri
    : undefined;
}

function isPicture({ scheme, path }: vscode.Uri): boolean {
  return scheme === "file" && pictureFormat(path)?.supported === true;
}
