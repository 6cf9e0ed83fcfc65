import assert from "node:assert/strict";
import { AppError } from "../../../src/common/errors";
import type { ChatHostWire, ChatPageWire, ChatViewState } from "../../../src/protocol/chat-view";
import { RpcPeer, type Handlers } from "../../../src/protocol/rpc";
import { ChatClient } from "../../../webview-ui/chat/client";
import { settle, transportPair } from "../../support/page-wire";

const idle = { type: "idle" } as const;
const generating = { type: "generating" } as const;

function chatView(texts: Record<string, string>): ChatViewState {
  return {
    chatId: "chat",
    title: "",
    systemPrompt: "",
    messages: Object.entries(texts).map(([id, text]) => ({
      id,
      role: "assistant",
      text,
      status: "complete",
      createdAt: 1,
    })),
    models: [],
    selectedModelId: null,
    loading: [],
    activity: idle,
    usedTokens: null,
    canDeploy: true,
  };
}

function connect(overrides: Partial<Handlers<ChatHostWire>>) {
  const [pageEnd, hostEnd] = transportPair();
  const nothing = () => null;
  const handlers: Handlers<ChatHostWire> = {
    ready: () => chatView({ a: "one" }),
    send: nothing,
    stop: nothing,
    regenerate: nothing,
    edit: nothing,
    selectModel: nothing,
    setSystemPrompt: nothing,
    deployModel: nothing,
    showLog: nothing,
    copy: nothing,
    insertIntoEditor: nothing,
    openLink: nothing,
    ...overrides,
  };
  const host = new RpcPeer<ChatHostWire, ChatPageWire>(hostEnd, handlers);
  const frames: (() => void)[] = [];
  const reported: AppError[] = [];
  const client = new ChatClient(pageEnd, {
    schedule: (callback) => void frames.push(callback),
    report: (error) => void reported.push(error),
  });
  const paint = () => frames.splice(0).forEach((frame) => frame());
  return { client, host, paint, frames, reported };
}

describe("ChatClient", () => {
  it("loads the host's state", async () => {
    const { client } = connect({});
    await client.load();
    assert.equal(client.state.view?.messages[0]?.text, "one");
  });

  it("takes a state that arrives before the reply to its first request", async () => {
    const { client, host } = connect({
      ready: async () => {
        host.notify("state", chatView({ a: "early" }));
        await settle();
        assert.equal(client.state.view?.messages[0]?.text, "early");
        return chatView({ a: "late" });
      },
    });
    await client.load();
    assert.equal(client.state.view?.messages[0]?.text, "late");
  });

  it("collects deltas until the next frame", async () => {
    const { client, host, paint, frames } = connect({});
    await client.load();
    let changes = 0;
    client.onChange(() => changes++);
    for (const text of [" two", " three"]) {
      host.notify("delta", { messageId: "a", text, activity: generating });
    }
    await settle();
    assert.equal(frames.length, 1);
    assert.equal(changes, 0);
    paint();
    assert.equal(changes, 1);
    assert.equal(client.state.view?.messages[0]?.text, "one two three");
    assert.deepEqual(client.state.view.activity, generating);
  });

  it("does not append deltas that a later state contains already", async () => {
    const { client, host, paint } = connect({});
    await client.load();
    host.notify("delta", { messageId: "a", text: " two", activity: generating });
    host.notify("state", chatView({ a: "one two" }));
    await settle();
    paint();
    assert.equal(client.state.view?.messages[0]?.text, "one two");
  });

  it("asks again, once, when a delta is for a message it does not have", async () => {
    let asked = 0;
    const { client, host, paint } = connect({
      ready: () => (++asked === 1 ? chatView({ a: "one" }) : chatView({ a: "one", b: "new" })),
    });
    await client.load();
    host.notify("delta", { messageId: "b", text: "new", activity: generating });
    await settle();
    paint();
    await settle();
    assert.equal(asked, 2);
    assert.equal(client.state.view?.messages[1]?.text, "new");
    for (let turn = 0; turn < 3; turn++) {
      host.notify("delta", { messageId: "ghost", text: "?", activity: generating });
      await settle();
      paint();
      await settle();
    }
    assert.equal(asked, 3);
  });

  it("turns a failed request into a notice with the host's sentence", async () => {
    const { client } = connect({
      send: () => {
        throw new AppError("model-busy", "The model “{0}” is busy.", ["Tiny"]);
      },
    });
    assert.equal(await client.call("send", { text: "x" }), false);
    assert.equal(await client.call("send", { text: "x" }), false);
    assert.deepEqual(
      client.state.notices.map(({ error }) => error.message),
      ["The model “Tiny” is busy."],
    );
    client.dismiss(client.state.notices[0]!.id);
    assert.equal(client.state.notices.length, 0);
    assert.equal(await client.call("stop", null), true);
  });

  it("says when the chat cannot be loaded, and can try again", async () => {
    let broken = true;
    const { client } = connect({
      ready: () => {
        if (broken) {
          throw new AppError("store-damaged", "The chats could not be read.");
        }
        return chatView({});
      },
    });
    await client.load();
    assert.equal(client.state.view, null);
    assert.equal(client.state.loadError?.code, "store-damaged");
    assert.deepEqual(client.state.notices, []);
    broken = false;
    await client.load();
    assert.equal(client.state.loadError, null);
    assert.deepEqual(client.state.view, chatView({}));
  });

  it("does not call a cancelled request a failure", async () => {
    const { client } = connect({
      deployModel: () => {
        throw new AppError("aborted", "Cancelled.");
      },
    });
    assert.equal(await client.call("deployModel", null), false);
    assert.equal(client.state.notices.length, 0);
  });

  it("reports messages that make no sense", async () => {
    const { host, reported } = connect({});
    host.notify("nonsense" as "state", chatView({}));
    await settle();
    assert.equal(reported[0]?.code, "unknown-method");
  });

  it("passes on the wish to focus the composer", async () => {
    const { client, host } = connect({});
    assert.equal(client.state.focusRequests, 0);
    host.notify("focusComposer", null);
    await settle();
    assert.equal(client.state.focusRequests, 1);
  });
});
