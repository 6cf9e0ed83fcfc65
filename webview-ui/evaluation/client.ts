import type { AppError } from "../../src/common/errors";
import type {
  EvaluationAction,
  EvaluationHostWire,
  EvaluationPageWire,
  EvaluationsState,
} from "../../src/protocol/evaluation-view";
import { RpcPeer, type RequestOptions, type Transport } from "../../src/protocol/rpc";
import type { Notice } from "../shared/notice";
import { PageState } from "../shared/page-state";

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
  readonly #page = new PageState<ClientState>({ view: null, notices: [], loadError: null, wanted: null });

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
    return this.#page.current;
  }

  get onChange() {
    return this.#page.onChange;
  }

  /** Rejects for the caller to show in its place. */
  readonly request: Request = (method, params, options) => this.#peer.request(method, params, options);

  /** Asks for the list. A call while another is under way does nothing. */
  load(): Promise<void> {
    return this.#page.load(async () => this.#page.change({ view: await this.#peer.request("ready", null) }));
  }

  /** True when the host did it; a failure is shown as a notice. */
  async call<K extends keyof EvaluationHostWire>(
    method: K,
    params: EvaluationHostWire[K]["params"],
  ): Promise<boolean> {
    return (await this.#page.attempt(() => this.#peer.request(method, params))) !== undefined;
  }

  act(action: EvaluationAction, evaluationId: string): void {
    void this.call("act", { action, evaluationId });
  }

  /** Shows an error as a notice. */
  notify(error: AppError): void {
    this.#page.notify(error);
  }

  dismiss(noticeId: number): void {
    this.#page.dismiss(noticeId);
  }

  #take(change: Partial<ClientState>): null {
    this.#page.change(change);
    return null;
  }
}
