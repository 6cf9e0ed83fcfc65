import assert from "node:assert/strict";
import type {
  PhotoItem,
  PhotoQuery,
  PhotosHostWire,
  PhotosPageWire,
  PhotosViewState,
} from "../../src/protocol/photos-view";
import { RpcPeer, type Handlers } from "../../src/protocol/rpc";
import { PhotosClient } from "../../webview-ui/photos/client";
import { parseSavedState, type SavedState } from "../../webview-ui/photos/saved-state";
import { settle, transportPair } from "./page-wire";

export const view: PhotosViewState = {
  folders: [],
  index: { type: "ready" },
  model: null,
  counts: { pictures: 1, searchable: 1, captions: 0, problems: 0, skipped: 0 },
  hasCaptioner: false,
  revision: 1,
};

export const typingMs = 20;
export const refreshMs = 30;
export const rest = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A host whose pictures are the numbers of `ids`; each search's answer is kept, as the real one does. */
function connect({ ids = range(0, 10), saved = {}, overrides = {} }: ConnectOptions = {}) {
  const [pageEnd, hostEnd] = transportPair();
  const host = { ids, likely: undefined as number | undefined };
  const answers: number[][] = [];
  const searches: PhotoQuery[] = [];
  const asked: [method: string, params: unknown][] = [];
  const note =
    <R>(method: string, result: R) =>
    (params: unknown) => {
      asked.push([method, params]);
      return result;
    };
  const handlers: Handlers<PhotosHostWire> = {
    ready: () => view,
    search: (query) => {
      searches.push(query);
      answers.push(host.ids);
      const count = host.ids.length;
      return { resultsId: answers.length - 1, count, likely: host.likely ?? count };
    },
    items: ({ resultsId, from, count }) => {
      asked.push(["items", from]);
      return answers[resultsId]!.slice(from, from + count).map(item);
    },
    ids: ({ resultsId, ranges }) => {
      asked.push(["ids", ranges]);
      return ranges.flatMap(({ from, to }) => answers[resultsId]!.slice(from, to));
    },
    locate: ({ resultsId, photoIds }) => photoIds.map((id) => answers[resultsId]!.indexOf(id)),
    details: ({ photoId }) => ({
      ...item(photoId),
      relativePath: "",
      folderName: "",
      sizeBytes: 1,
      modified: 1,
      pictureId: `photo:${photoId}`,
      preview: "large",
    }),
    openFolder: note("openFolder", null),
    startIndexing: note("startIndexing", null),
    pauseIndexing: note("pauseIndexing", null),
    resumeIndexing: note("resumeIndexing", null),
    cancelIndexing: note("cancelIndexing", null),
    showProblems: note("showProblems", null),
    pictureFolders: () => [],
    addQueryPicture: ({ name, bytes }) => ({ pictureId: `${name}:${bytes.length}`, name, thumbnail: "t" }),
    addQueryPictureFile: ({ uri }) => ({ pictureId: uri, name: uri, thumbnail: "t" }),
    queryPictures: ({ pictureIds }) =>
      pictureIds
        .filter((id) => id.startsWith("photo:"))
        .map((pictureId) => ({ pictureId, name: pictureId, thumbnail: "t" })),
    open: note("open", null),
    reveal: note("reveal", null),
    copyPaths: note("copyPaths", null),
    insertLinks: note("insertLinks", null),
    pictureForClipboard: () => new Uint8Array([1, 2, 3]),
    moveToTrash: ({ photoIds }) => {
      host.ids = host.ids.filter((id) => !photoIds.includes(id));
      return { moved: photoIds.length };
    },
    setCaption: note("setCaption", null),
    showLog: note("showLog", null),
    ...overrides,
  };
  const peer = new RpcPeer<PhotosHostWire, PhotosPageWire>(hostEnd, handlers);
  const copied: Uint8Array[] = [];
  const client = new PhotosClient(
    pageEnd,
    { ...parseSavedState(undefined), ...saved },
    {
      report: (error) => assert.fail(error),
      copyPng: async (png) => void copied.push(await png),
      typingMs,
      refreshMs,
    },
  );
  const changeIndex = async (revision: number) => {
    peer.notify("state", { ...view, revision });
    await settle();
  };
  return { client, search: client.search, host, peer, searches, asked, copied, changeIndex };
}

interface ConnectOptions {
  ids?: number[];
  saved?: Partial<SavedState>;
  overrides?: Partial<Handlers<PhotosHostWire>>;
}

const item = (photoId: number): PhotoItem => ({ photoId, name: `${photoId}.jpg` });

export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

/** A page that has its first results. */
export async function loaded(options: ConnectOptions = {}) {
  const connected = connect(options);
  await connected.client.load();
  await settle();
  return connected;
}
