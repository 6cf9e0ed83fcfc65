import assert from "node:assert/strict";
import { AppError } from "../../../src/common/errors";
import { removeTemporaryFolders } from "../../fixtures/store/folders";
import { connectEvaluations, openEvaluationStore } from "../../support/evaluation-page";
import { storeSample } from "../../support/evaluation-samples";
import { settle } from "../../support/page-wire";

describe("EvaluationClient", () => {
  let store: Awaited<ReturnType<typeof openEvaluationStore>>;
  beforeEach(async () => {
    store = await openEvaluationStore();
    await storeSample(store, { id: "a", mostResponses: 3, isJudged: false });
  });
  afterEach(async () => {
    await store.close();
    removeTemporaryFolders();
  });

  it("begins with the list, and takes every later one", async () => {
    const { client, peer } = connectEvaluations(store);
    await client.load();
    assert.deepEqual(
      client.state.view?.evaluations.map(({ id }) => id),
      ["a"],
    );
    peer.notify("state", { evaluations: [] });
    await settle();
    assert.equal(client.state.view.evaluations.length, 0);
  });

  it("opens what the host wants, also the same again", async () => {
    const { client, peer } = connectEvaluations(store);
    await client.load();
    const wanted: unknown[] = [];
    client.onChange((state) => wanted.push(state.wanted));
    peer.notify("show", { evaluationId: "a" });
    peer.notify("show", { evaluationId: "a" });
    await settle();
    assert.equal(wanted.length, 2);
    assert.notEqual(wanted[0], wanted[1]);
    assert.deepEqual(wanted[1], { evaluationId: "a" });
  });

  it("tells why there is nothing, and can try again", async () => {
    let works = false;
    const { view } = connectEvaluations(store);
    const { client } = connectEvaluations(store, {
      ready: (params, context) => {
        if (!works) {
          throw new AppError("store-locked", "Another window has it.");
        }
        return view.queries.ready(params, context);
      },
    });
    await Promise.all([client.load(), client.load()]);
    assert.equal(client.state.loadError?.code, "store-locked");
    works = true;
    await client.load();
    assert.equal(client.state.loadError, null);
    assert.equal(client.state.view?.evaluations.length, 1);
  });

  it("shows a failed action as one notice, and a cancelled one not at all", async () => {
    let code: "model-busy" | "aborted" = "model-busy";
    const { client } = connectEvaluations(store, {
      act: () => {
        throw new AppError(code, "It is running.");
      },
    });
    client.act("delete", "a");
    client.act("delete", "a");
    await settle();
    assert.deepEqual(
      client.state.notices.map(({ error }) => error.message),
      ["It is running."],
    );
    client.dismiss(client.state.notices[0]!.id);
    code = "aborted";
    client.act("delete", "a");
    await settle();
    assert.deepEqual(client.state.notices, []);
  });

  it("hands actions and texts to the host", async () => {
    const { client, asked } = connectEvaluations(store);
    client.act("resume", "a");
    assert.equal(await client.call("copy", { text: "x" }), true);
    assert.deepEqual(asked, [
      ["act", { action: "resume", evaluationId: "a" }],
      ["copy", { text: "x" }],
    ]);
  });
});
