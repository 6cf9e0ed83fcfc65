import type { AppError } from "../../src/common/errors";
import type {
  PhotoDetails,
  PhotoQuery,
  PhotosHostWire,
  PhotosPageWire,
  PhotosViewState,
  QueryPicture,
} from "../../src/protocol/photos-view";
import { RpcPeer, type Transport } from "../../src/protocol/rpc";
import type { Notice } from "../shared/notice";
import { PageState } from "../shared/page-state";
import { noSelection } from "./grid/selection";
import type { SavedState } from "./saved-state";
import { Search } from "./search";
import { addPictures, emptyQuery } from "./view-state";

export interface ClientState {
  /** Null until the host's first state arrives. */
  view: PhotosViewState | null;
  notices: readonly Notice[];
  /** Why there is no state; the page cannot show anything else then. */
  loadError: AppError | null;
  /** Grows each time the host wants the person to type. */
  focusRequests: number;
  /** Pictures that queries may hold, by their ids. */
  queryPictures: ReadonlyMap<string, QueryPicture>;
  /** Pictures that were dropped or pasted and are on their way to the host. */
  addingPictures: number;
}

export interface ClientEnvironment {
  /** Told about failures that no request of the page caused. */
  report: (error: AppError) => void;
  /** Puts a PNG on the clipboard; it may still be on its way, because the right to do so lasts only a moment. */
  copyPng: (png: Promise<Uint8Array>) => Promise<void>;
  typingMs: number;
  refreshMs: number;
}

/** A picture to look for, from outside: its bytes, or where the file is. */
export type DroppedPicture = { name: string; bytes: () => Promise<Uint8Array> } | { uri: string };

/** What the page knows and can ask for. A failed request becomes a notice. */
export class PhotosClient {
  readonly search: Search;
  readonly #peer: RpcPeer<PhotosPageWire, PhotosHostWire>;
  readonly #environment: ClientEnvironment;
  readonly #page = new PageState<ClientState>({
    view: null,
    notices: [],
    loadError: null,
    focusRequests: 0,
    queryPictures: new Map(),
    addingPictures: 0,
  });

  constructor(transport: Transport, saved: SavedState, environment: ClientEnvironment) {
    this.#environment = environment;
    const { query, firstVisible, showsLess } = saved;
    this.search = new Search(
      { query, firstVisible, showsLess },
      {
        request: (method, params, options) => this.#peer.request(method, params, options),
        onError: (error) => this.#page.notify(error),
        typingMs: environment.typingMs,
        refreshMs: environment.refreshMs,
      },
    );
    const handle =
      <P>(take: (params: P) => void) =>
      (params: P) => {
        take(params);
        return null;
      };
    this.#peer = new RpcPeer<PhotosPageWire, PhotosHostWire>(
      transport,
      {
        state: handle((view) => this.#receive(view)),
        thumbnails: handle((thumbnails) =>
          this.search.updateItems(
            thumbnails.map(({ photoId, uri }) => ({ photoId, change: { thumbnail: uri } })),
          ),
        ),
        setQuery: handle((query) => void this.#takeQuery(query)),
        focusSearch: handle(() => this.#page.change({ focusRequests: this.state.focusRequests + 1 })),
        copyPicture: handle(({ photoId }) => void this.copyPicture(photoId)),
      },
      (error) => environment.report(error),
    );
  }

  get state(): ClientState {
    return this.#page.current;
  }

  get onChange() {
    return this.#page.onChange;
  }

  /** Asks for everything and begins with the saved query. A call while another is under way does nothing. */
  load(): Promise<void> {
    return this.#page.load(async () => {
      this.#page.change({ view: await this.#peer.request("ready", null) });
      await this.#takeQuery(this.search.state.query);
    });
  }

  /** The host's answer; undefined when it failed, which is shown as a notice. */
  ask<K extends keyof PhotosHostWire>(
    method: K,
    params: PhotosHostWire[K]["params"],
  ): Promise<{ result: PhotosHostWire[K]["result"] } | undefined> {
    return this.#page.attempt(() => this.#peer.request(method, params));
  }

  /** Rejects for the caller to show, so that a preview can say what is wrong in its place. */
  details(photoId: number, signal: AbortSignal): Promise<PhotoDetails> {
    return this.#peer.request("details", { photoId }, { signal });
  }

  /** Looks for pictures like this one, in place of what was looked for. */
  async findSimilar(photoId: number): Promise<void> {
    const answer = await this.ask("details", { photoId });
    if (answer) {
      const { pictureId, name, thumbnail, preview } = answer.result;
      this.#know([{ pictureId, name, thumbnail: thumbnail ?? preview }]);
      this.search.setQuery({
        text: "",
        pictures: [{ pictureId, weight: 1 }],
        view: "all",
        sort: "relevance",
      });
    }
  }

  /** Adds pictures from outside to the query, those that could be read. */
  async addPictures(dropped: readonly DroppedPicture[]): Promise<void> {
    this.#page.change({ addingPictures: this.state.addingPictures + dropped.length });
    const added = await Promise.all(dropped.map((picture) => this.#addPicture(picture)));
    const pictures = added.flatMap((answer) => (answer ? [answer.result] : []));
    this.#know(pictures);
    this.#page.change({ addingPictures: this.state.addingPictures - dropped.length });
    if (pictures.length > 0) {
      this.search.setQuery(addPictures(this.search.state.query, pictures));
    }
  }

  /** For everything that is selected; nothing happens when that is nothing. */
  async withSelected(work: (photoIds: number[]) => Promise<unknown>): Promise<void> {
    await this.#page.attempt(async () => {
      const photoIds = await this.search.selectedIds();
      if (photoIds.length > 0) {
        await work(photoIds);
      }
    });
  }

  async moveToTrash(photoIds: number[]): Promise<void> {
    const answer = await this.ask("moveToTrash", { photoIds });
    if (answer && answer.result.moved > 0) {
      this.search.select(noSelection(this.search.state.selection.active));
      this.search.refresh();
    }
  }

  async setCaption(photoId: number, caption: string): Promise<boolean> {
    const answer = await this.ask("setCaption", { photoId, caption });
    if (answer) {
      const change = { caption: caption === "" ? undefined : caption };
      this.search.updateItems([{ photoId, change }]);
    }
    return answer !== undefined;
  }

  /** True when the picture is on the clipboard. */
  async copyPicture(photoId: number): Promise<boolean> {
    const picture = () => this.#peer.request("pictureForClipboard", { photoId });
    return (await this.#page.attempt(() => this.#environment.copyPng(picture()))) !== undefined;
  }

  dismiss(noticeId: number): void {
    this.#page.dismiss(noticeId);
  }

  /** What a person should know of that the page found out by itself. */
  notify(error: AppError): void {
    this.#page.notify(error);
  }

  async #addPicture(picture: DroppedPicture) {
    if ("uri" in picture) {
      return this.ask("addQueryPictureFile", { uri: picture.uri });
    }
    const { name, bytes } = picture;
    return this.#page.attempt(async () =>
      this.#peer.request("addQueryPicture", { name, bytes: await bytes() }),
    );
  }

  /** Runs a query that was not composed here; pictures that the host does not know any more are left out. */
  async #takeQuery(query: PhotoQuery): Promise<void> {
    const pictureIds = query.pictures.map(({ pictureId }) => pictureId);
    const unknown = pictureIds.filter((id) => !this.state.queryPictures.has(id));
    const answer = unknown.length > 0 ? await this.ask("queryPictures", { pictureIds: unknown }) : undefined;
    this.#know(answer?.result ?? []);
    const pictures = query.pictures.filter(({ pictureId }) => this.state.queryPictures.has(pictureId));
    this.search.setQuery({ ...emptyQuery, ...query, pictures });
  }

  #receive(view: PhotosViewState): void {
    const before = this.state.view;
    this.#page.change({ view });
    if (before && before.revision !== view.revision) {
      this.search.refresh();
    }
  }

  #know(pictures: readonly QueryPicture[]): void {
    const known = new Map(this.state.queryPictures);
    pictures.forEach((picture) => known.set(picture.pictureId, picture));
    this.#page.change({ queryPictures: known });
  }
}
