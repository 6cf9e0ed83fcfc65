import type { AppError } from "../../src/common/errors";
import type { ChatDelta, ChatHostWire, ChatPageWire, ChatViewState } from "../../src/protocol/chat-view";
import { RpcPeer, type Transport } from "../../src/protocol/rpc";
import type { Notice } from "../shared/notice";
import { PageState } from "../shared/page-state";
import { applyDeltas, replaceState } from "./view-state";

type HostMethod = Exclude<keyof ChatHostWire, "ready">;

export interface ClientState {
  /** Null until the host's first state arrives. */
  view: ChatViewState | null;
  notices: readonly Notice[];
  /** Why there is no state; the page cannot show anything else then. */
  loadError: AppError | null;
  /** Grows each time the host wants the person to type. */
  focusRequests: number;
}

export interface ClientEnvironment {
  /** Runs a callback when the page is about to paint. */
  schedule: (callback: () => void) => void;
  /** Told about failures that no request of the page caused. */
  report: (error: AppError) => void;
}

/**
 * What the page knows and can ask for. The host's states replace what is here, its deltas are collected
 * until the next frame, and a failed request becomes a notice.
 */
export class ChatClient {
  readonly #peer: RpcPeer<ChatPageWire, ChatHostWire>;
  readonly #environment: ClientEnvironment;
  readonly #page = new PageState<ClientState>({
    view: null,
    notices: [],
    loadError: null,
    focusRequests: 0,
  });
  #deltas: ChatDelta[] = [];
  #flushScheduled = false;
  /** Asked for once each: a host that keeps streaming to a message it does not list is not asked forever. */
  readonly #missedIds = new Set<string>();

  constructor(transport: Transport, environment: ClientEnvironment) {
    this.#environment = environment;
    this.#peer = new RpcPeer<ChatPageWire, ChatHostWire>(
      transport,
      {
        state: (view) => this.#receive(view),
        delta: (delta) => this.#enqueue(delta),
        focusComposer: () => {
          this.#page.change({ focusRequests: this.state.focusRequests + 1 });
          return null;
        },
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

  /** Asks for everything. A call while another is under way does nothing. */
  load(): Promise<void> {
    return this.#page.load(
      async () => void this.#receive(await this.#peer.request("ready", null)),
      (error) => (this.state.view ? this.#page.notify(error) : this.#page.change({ loadError: error })),
    );
  }

  /** True when the host did it; a failure is shown as a notice. */
  async call<K extends HostMethod>(method: K, params: ChatHostWire[K]["params"]): Promise<boolean> {
    return (await this.#page.attempt(() => this.#peer.request(method, params))) !== undefined;
  }

  dismiss(noticeId: number): void {
    this.#page.dismiss(noticeId);
  }

  #receive(view: ChatViewState): null {
    // Messages arrive in the order they were sent, so what is queued is already part of this state.
    this.#deltas = [];
    this.#page.change({ view: replaceState(this.state.view, view), loadError: null });
    return null;
  }

  #enqueue(delta: ChatDelta): null {
    this.#deltas.push(delta);
    if (!this.#flushScheduled) {
      this.#flushScheduled = true;
      this.#environment.schedule(() => {
        this.#flushScheduled = false;
        this.#flush();
      });
    }
    return null;
  }

  #flush(): void {
    const deltas = this.#deltas;
    const { view } = this.state;
    this.#deltas = [];
    if (!view || deltas.length === 0) {
      return;
    }
    const result = applyDeltas(view, deltas);
    this.#page.change({ view: result.state });
    const missed = result.unknownIds.filter((id) => !this.#missedIds.has(id));
    if (missed.length > 0) {
      missed.forEach((id) => this.#missedIds.add(id));
      void this.load();
    }
  }
}
