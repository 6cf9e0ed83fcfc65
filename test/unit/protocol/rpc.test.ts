import assert from "node:assert/strict";
import { MessageChannel } from "node:worker_threads";
import { AppError } from "../../../src/common/errors";
import { delay } from "../../../src/common/async";
import { type Handlers, type Method, RpcPeer, type Transport } from "../../../src/protocol/rpc";

type TestWire = {
  add: Method<{ a: number; b: number }, number>;
  count: Method<{ to: number }, string, number>;
  wait: Method<null, string>;
  fail: Method<{ kind: "app" | "plain" }, null>;
  unclonable: Method<null, unknown>;
  note: Method<{ text: string }, null>;
};
type NoWire = Record<never, never>;

describe("an RPC peer", () => {
  const { port1, port2 } = new MessageChannel();
  const closeListeners: ((reason: AppError) => void)[] = [];
  const notes: string[] = [];
  const served: Handlers<TestWire> = {
    add: ({ a, b }) => a + b,
    count: async ({ to }, { emit, signal }) => {
      for (let index = 1; index <= to && !signal.aborted; index++) {
        emit(index);
        await delay(1);
      }
      return signal.aborted ? "stopped" : "counted";
    },
    wait: (_params, { signal }) =>
      new Promise((resolve) => signal.addEventListener("abort", () => resolve("aborted"))),
    fail: ({ kind }) => {
      throw kind === "app" ? new AppError("no-space", "{0} are missing.", ["3 GB"]) : new TypeError("plain");
    },
    unclonable: () => () => 1,
    note: ({ text }) => {
      notes.push(text);
      return null;
    },
  };
  const problems: AppError[] = [];
  const server = new RpcPeer<TestWire, NoWire>(over(port1), served, (error) => problems.push(error));
  const client = new RpcPeer<NoWire, TestWire>(over(port2), {}, (error) => problems.push(error));

  after(() => {
    port1.close();
    server.dispose();
  });

  it("answers requests", async () => {
    assert.equal(await client.request("add", { a: 2, b: 3 }), 5);
  });

  it("keeps many requests apart", async () => {
    const results = await Promise.all(
      Array.from({ length: 200 }, (_, index) => client.request("add", { a: index, b: 1 })),
    );
    assert.deepEqual(
      results,
      Array.from({ length: 200 }, (_, index) => index + 1),
    );
    assert.equal(client.pendingCount, 0);
  });

  it("streams events in order before the result", async () => {
    const events: number[] = [];
    const result = await client.request("count", { to: 5 }, { onEvent: (event) => events.push(event) });
    assert.deepEqual([result, events], ["counted", [1, 2, 3, 4, 5]]);
  });

  it("carries a cancel to the handler, whose reply settles the request", async () => {
    const controller = new AbortController();
    const request = client.request("wait", null, { signal: controller.signal });
    controller.abort();
    assert.equal(await request, "aborted");
  });

  it("rejects at once when the signal fired before", async () => {
    await assert.rejects(client.request("wait", null, { signal: AbortSignal.abort() }), { code: "aborted" });
  });

  it("carries errors with code, template and arguments", async () => {
    await assert.rejects(client.request("fail", { kind: "app" }), (error) => {
      assert.ok(error instanceof AppError);
      assert.deepEqual([error.code, error.template, error.args], ["no-space", "{0} are missing.", ["3 GB"]]);
      return true;
    });
    await assert.rejects(client.request("fail", { kind: "plain" }), { code: "internal", message: "plain" });
  });

  it("rejects unknown methods and results that cannot be sent", async () => {
    const raw = client as unknown as RpcPeer<NoWire, { nothing: Method<null, null> }>;
    await assert.rejects(raw.request("nothing", null), { code: "unknown-method" });
    await assert.rejects(client.request("unclonable", null), { code: "internal" });
  });

  it("rejects parameters that cannot be sent and forgets the request", async () => {
    const params = { a: (() => 1) as unknown as number, b: 1 };
    await assert.rejects(client.request("add", params), { code: "internal" });
    assert.equal(client.pendingCount, 0);
  });

  it("delivers notifications without a reply", async () => {
    client.notify("note", { text: "hello" });
    await client.request("add", { a: 1, b: 1 });
    assert.deepEqual(notes, ["hello"]);
  });

  it("reports malformed messages instead of failing", async () => {
    port2.postMessage({ type: "request" });
    port2.postMessage("noise");
    port2.postMessage(null);
    await client.request("add", { a: 1, b: 1 });
    assert.equal(problems.length, 3);
  });

  it("rejects what is pending and what comes later when the other end is gone", async () => {
    const pending = client.request("wait", null);
    closeListeners.forEach((listener) => listener(new AppError("engine-crashed", "It died.")));
    await assert.rejects(pending, { code: "engine-crashed" });
    await assert.rejects(client.request("add", { a: 1, b: 1 }), { code: "engine-crashed" });
  });

  function over(port: typeof port1): Transport {
    return {
      post: (message) => port.postMessage(message),
      onMessage: (listener) => port.on("message", listener),
      onClose: (listener) => closeListeners.push(listener),
    };
  }
});
