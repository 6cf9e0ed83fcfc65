import assert from "node:assert/strict";
import { Emitter } from "../../src/common/event";
import type { RunnerOptions } from "../../src/evaluation/run/run-options";
import type { ActiveEvaluation, EvaluationEnd } from "../../src/evaluation/run/runner";
import { EvaluationsView } from "../../src/evaluation/view/evaluations-view";
import type { EvaluationHostWire, EvaluationPageWire } from "../../src/protocol/evaluation-view";
import { type Handlers, RpcPeer } from "../../src/protocol/rpc";
import type { EvaluationStatus } from "../../src/protocol/store-evaluations";
import { evaluationHandlers } from "../../src/store/worker/evaluations/evaluation-handlers";
import { EvaluationClient } from "../../webview-ui/evaluation/client";
import { temporaryFolder } from "../fixtures/store/folders";
import { openSession } from "../fixtures/store/sessions";
import { transportPair } from "./page-wire";

type TestStore = RunnerOptions["store"];

/** The store's own code and a real database, in this thread. */
export async function openEvaluationStore(): Promise<TestStore & { close: () => Promise<void> }> {
  const session = await openSession(temporaryFolder());
  const handlers = evaluationHandlers(() => Promise.resolve(session)) as unknown as Record<
    string,
    (params: unknown) => Promise<unknown>
  >;
  return {
    request: ((method: string, params: unknown) => handlers[method]!(params)) as TestStore["request"],
    close: () => session.close(),
  };
}

/** What the runner tells; tests say what it works on. */
export function fakeRunner() {
  const changed = new Emitter<readonly ActiveEvaluation[]>();
  const ended = new Emitter<EvaluationEnd>();
  const runner = {
    active: [] as ActiveEvaluation[],
    statusOf: ({ status }: { status: EvaluationStatus }) => status,
    onDidChange: changed.event,
    onDidEnd: ended.event,
  };
  return { runner, changed, ended };
}

/** A page whose host has the real queries over this store. Messages are JSON, as between VS Code and a page. */
export function connectEvaluations(
  store: TestStore,
  overrides: Partial<Handlers<EvaluationHostWire>> = {},
  refreshMs = 0,
) {
  const { runner, changed, ended } = fakeRunner();
  const view = new EvaluationsView({ store, runner, refreshMs, onError: (error) => assert.fail(error) });
  const [pageEnd, hostEnd] = transportPair();
  const asked: [method: string, params: unknown][] = [];
  const note = (method: string) => (params: unknown) => {
    asked.push([method, params]);
    return null;
  };
  const json = (message: unknown): unknown => JSON.parse(JSON.stringify(message));
  const peer = new RpcPeer<EvaluationHostWire, EvaluationPageWire>(
    { ...hostEnd, post: (message) => hostEnd.post(json(message)) },
    {
      ...view.queries,
      act: note("act"),
      newEvaluation: note("newEvaluation"),
      showLog: note("showLog"),
      copy: note("copy"),
      insertIntoEditor: note("insertIntoEditor"),
      openLink: note("openLink"),
      ...overrides,
    },
  );
  view.onDidChange((state) => peer.notify("state", state));
  const client = new EvaluationClient(pageEnd, (error) => assert.fail(error));
  return { client, view, peer, runner, changed, ended, asked };
}
