import { activate, countSelected, isSelected, noSelection, selectOnly } from "./grid/selection";
import type { DroppedPicture, PhotosClient } from "./client";

/** What the parts of the page can do. One object for the page's life, so passing it never renders anything. */
export interface PhotosActions {
  openFolder: () => void;
  startIndexing: () => void;
  pauseIndexing: () => void;
  resumeIndexing: () => void;
  cancelIndexing: () => void;
  showProblems: () => void;
  showLog: () => void;
  addPictures: (pictures: readonly DroppedPicture[]) => void;
  findSimilar: (photoId: number) => void;
  /** Goes to another picture. A selection of several stays; one of a single picture goes along. */
  goTo: (index: number) => void;
  clearSelection: () => void;

  // For these pictures, or for what is chosen: the selection, or the focused one where that is not part of it.
  open: (photoIds?: number[]) => void;
  copyPaths: (photoIds?: number[]) => void;
  insertLinks: (format: "markdown" | "html", photoIds?: number[]) => void;
  moveToTrash: (photoIds?: number[]) => void;

  reveal: (photoId: number) => void;
  copyPicture: (photoId: number) => Promise<boolean>;
  setCaption: (photoId: number, caption: string) => Promise<boolean>;
}

export function createActions(client: PhotosClient): PhotosActions {
  const { search } = client;
  const choose = () => {
    const { selection } = search.state;
    if (countSelected(selection) === 0 || !isSelected(selection, selection.active)) {
      search.select(selectOnly(selection.active));
    }
  };
  const withPhotos = (given: number[] | undefined, work: (photoIds: number[]) => Promise<unknown>) => {
    if (given) {
      void work(given);
    } else {
      choose();
      void client.withSelected(work);
    }
  };
  return {
    openFolder: () => void client.ask("openFolder", null),
    startIndexing: () => void client.ask("startIndexing", null),
    pauseIndexing: () => void client.ask("pauseIndexing", null),
    resumeIndexing: () => void client.ask("resumeIndexing", null),
    cancelIndexing: () => void client.ask("cancelIndexing", null),
    showProblems: () => void client.ask("showProblems", null),
    showLog: () => void client.ask("showLog", null),
    addPictures: (pictures) => void client.addPictures(pictures),
    findSimilar: (photoId) => void client.findSimilar(photoId),
    goTo: (index) => {
      const { selection } = search.state;
      search.select(countSelected(selection) > 1 ? activate(selection, index) : selectOnly(index));
    },
    clearSelection: () => search.select(noSelection(search.state.selection.active)),
    open: (given) => withPhotos(given, (photoIds) => client.ask("open", { photoIds })),
    copyPaths: (given) =>
      withPhotos(given, (photoIds) => client.ask("copyPaths", { photoIds, relative: false })),
    insertLinks: (format, given) =>
      withPhotos(given, (photoIds) => client.ask("insertLinks", { photoIds, format })),
    moveToTrash: (given) => withPhotos(given, (photoIds) => client.moveToTrash(photoIds)),
    reveal: (photoId) => void client.ask("reveal", { photoId }),
    copyPicture: (photoId) => client.copyPicture(photoId),
    setCaption: (photoId, caption) => client.setCaption(photoId, caption),
  };
}
