import { isAbort, toAppError, type AppError } from "../../src/common/errors";
import { Emitter } from "../../src/common/event";
import type {
  EvaluationAction,
  EvaluationHostWire,
  EvaluationPageWire,
  EvaluationsState,
} from "../../src/protocol/evaluation-view";
import { RpcPeer, type RequestOptions, type Transport } from "../../src/protocol/rpc";
import type { Notice } from "../shared/notice";

export interface ClientState {
  /** Null until the host's first list arrives. */
  view: EvaluationsState | null;
  notices: readonly Notice[];
  /** Why there is no list; the page cannot show anything else then. */
  loadError: AppError | null;
  /** What the host wants to be opened; another object each time. */
  wanted: { evaluationId: string | null } | null;
}

export type Request = <K extends keyof EvaluationHostWire>(
  method: K,
  params: EvaluationHostWire[K]["params"],
  options?: RequestOptions<never>,
) => Promise<EvaluationHostWire[K]["result"]>;

/** What the page knows and can ask for. A failed request of a person becomes a notice. */
export class EvaluationClient {
  readonly #peer: RpcPeer<EvaluationPageWire, EvaluationHostWire>;
  readonly #changed = new Emitter<ClientState>();
  #state: ClientState = { view: null, notices: [], loadError: null, wanted: null };
  #loading = false;
  #nextNoticeId = 1;

  /** `report` is told about failures that no request of the page caused. */
  constructor(transport: Transport, report: (error: AppError) => void) {
    this.#peer = new RpcPeer<EvaluationPageWire, EvaluationHostWire>(
      transport,
      {
        state: (view) => this.#take({ view, loadError: null }),
        show: (wanted) => this.#take({ wanted }),
      },
      report,
    );
  }

  get state(): ClientState {
    return this.#state;
  }

  get onChange() {
    return this.#changed.event;
  }

  /** Rejects for the caller to show in its place. */
  readonly request: Request = (method, params, options) => this.#peer.request(method, params, options);

  /** Asks for the list. A call while another is under way does nothing. */
  async load(): Promise<void> {
    if (this.#loading) {
      return;
    }
    this.#loading = true;
    this.#set({ loadError: null });
    try {
      this.#set({ view: await this.#peer.request("ready", null) });
    } catch (error) {
      this.#set({ loadError: toAppError(error) });
    } finally {
      this.#loading = false;
    }
  }

  /** True when the host did it; a failure is shown as a notice. */
  async call<K extends keyof EvaluationHostWire>(
    method: K,
    params: EvaluationHostWire[K]["params"],
  ): Promise<boolean> {
    try {
      await this.#peer.request(method, params);
      return true;
    } catch (error) {
      this.notify(toAppError(error));
      return false;
    }
  }

  act(action: EvaluationAction, evaluationId: string): void {
    void this.call("act", { action, evaluationId });
  }

  /** Shows an error; one that is shown already comes last. */
  notify(error: AppError): void {
    if (isAbort(error)) {
      return;
    }
    const others = this.#state.notices.filter((notice) => notice.error.message !== error.message);
    this.#set({ notices: [...others, { id: this.#nextNoticeId++, error }] });
  }

  dismiss(noticeId: number): void {
    this.#set({ notices: this.#state.notices.filter((notice) => notice.id !== noticeId) });
  }

  #take(change: Partial<ClientState>): null {
    this.#set(change);
    return null;
  }

  #set(change: Partial<ClientState>): void {
    this.#state = { ...this.#state, ...change };
    this.#changed.fire(this.#state);
  }
}
