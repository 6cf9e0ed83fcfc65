import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { ChatSession, type ChatSessionOptions } from "../../src/chat/chat-session";
import type { Store } from "../../src/store/store-client";
import { removeTemporaryFolders, temporaryFolder } from "../fixtures/store/folders";
import { chatTarget, demoChatModel, greedy, newDeployments, until } from "../support/engines";
import { newStore } from "../support/evaluations";

/** Longer than two saves of an answer are apart. */
const aWhileMs = 5_000;

describe("a chat with a deployed model", function () {
  this.timeout(60_000);
  const deployments = newDeployments();
  let store: Store;
  /** Texts that were saved of the answer being written. */
  let saved: (string | undefined)[] = [];

  before(async () => {
    store = newStore(temporaryFolder());
    await deployments.deploy(chatTarget(demoChatModel()));
  });
  after(async () => {
    await deployments.dispose();
    await store.close();
    removeTemporaryFolders();
  });

  /** `chat`: the model's own, or the same after or with a pause. */
  async function answerBy(chat: ChatSessionOptions["deployments"]["chat"]): Promise<string> {
    saved = [];
    const session = await ChatSession.open({
      chatId: randomUUID(),
      store: {
        request: (method, params) => {
          if (method === "updateMessage") {
            saved.push((params as { change: { text?: string } }).change.text);
          }
          return store.request(method, params);
        },
      },
      deployments: {
        list: () => deployments.list(),
        get: (id) => deployments.get(id),
        onDidChange: deployments.onDidChange,
        chat,
      },
      sampling: () => Promise.resolve(greedy),
      defaultSystemPrompt: () => Promise.resolve(""),
      canDeploy: () => false,
      describeError: ({ message }) => message,
    });
    await session.send("Who are you?");
    await until(() => session.state.activity.type === "idle", "the answer");
    const answer = session.state.messages.at(-1);
    assert.equal(answer?.status, "complete", answer?.error);
    const stored = await store.request("getChat", { chatId: session.chatId });
    assert.deepEqual(stored?.messages, session.state.messages);
    session.dispose();
    return answer.text;
  }

  it("saves nothing of an answer until the model begins to write", async () => {
    const text = await answerBy(async (...args) => {
      await delay(aWhileMs);
      return deployments.chat(...args);
    });
    assert.equal(saved.at(-1), text);
    assert.ok(!saved.includes(""), saved.join("|"));
  });

  it("saves a growing answer before it ends, and only if it has grown", async () => {
    const text = await answerBy(async (...args) => {
      const result = await deployments.chat(...args);
      await delay(aWhileMs);
      return result;
    });
    const growing = saved.slice(0, -1);
    assert.equal(growing.at(-1), text);
    assert.deepEqual(growing, [...new Set(growing)]);
    assert.equal(saved.at(-1), text);
  });
});
