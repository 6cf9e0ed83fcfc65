import assert from "node:assert/strict";
import type { ChatViewState } from "../../../src/protocol/chat-view";
import type { StoredMessage } from "../../../src/protocol/store";
import { parseSavedState } from "../../../webview-ui/chat/saved-state";
import { applyDelta, applyDeltas, replaceState } from "../../../webview-ui/chat/view-state";

const message = (id: string, text: string): StoredMessage => ({
  id,
  role: "assistant",
  text,
  status: "streaming",
  createdAt: 1,
});

const view = (messages: StoredMessage[], chatId = "chat"): ChatViewState => ({
  chatId,
  title: "",
  systemPrompt: "",
  messages,
  models: [],
  selectedModelId: null,
  loading: [],
  activity: { type: "idle" },
  usedTokens: null,
  canDeploy: true,
});

describe("chat view state", () => {
  it("appends a delta without touching the other messages", () => {
    const state = view([message("a", "one"), message("b", "two")]);
    const next = applyDelta(state, { messageId: "b", text: " more", activity: { type: "generating" } });
    assert.equal(next?.messages[1]?.text, "two more");
    assert.equal(next.messages[0], state.messages[0]);
    assert.deepEqual(next.activity, { type: "generating" });
    assert.equal(state.messages[1]?.text, "two");
  });

  it("takes a delta without text as news about the activity only", () => {
    const state = view([message("a", "")]);
    const next = applyDelta(state, {
      messageId: "a",
      text: "",
      activity: { type: "prompt", done: 1, total: 2 },
    });
    assert.equal(next?.messages, state.messages);
    assert.deepEqual(next.activity, { type: "prompt", done: 1, total: 2 });
  });

  it("ignores and names what it does not know", () => {
    const state = view([message("a", "")]);
    const activity = { type: "generating" } as const;
    const result = applyDeltas(state, [
      { messageId: "a", text: "x", activity },
      { messageId: "ghost", text: "?", activity },
      { messageId: "ghost", text: "?", activity },
      { messageId: "a", text: "y", activity },
    ]);
    assert.equal(result.state.messages[0]?.text, "xy");
    assert.deepEqual(result.unknownIds, ["ghost"]);
  });

  it("keeps the identity of unchanged messages when a whole state arrives", () => {
    const statistics = {
      promptTokens: 1,
      reusedTokens: 0,
      evaluatedTokens: 1,
      generatedTokens: 1,
      stopReason: "end",
    } as const;
    const before = view([{ ...message("a", "one"), statistics }, message("b", "two")]);
    const after = replaceState(
      before,
      structuredClone(view([{ ...message("a", "one"), statistics }, message("b", "2")])),
    );
    assert.equal(after.messages[0], before.messages[0]);
    assert.equal(after.messages[1]?.text, "2");
  });

  it("notices every change a person can see", () => {
    const changes: Partial<StoredMessage>[] = [
      { text: "other" },
      { status: "failed" },
      { error: "Broken." },
      { modelName: "Model" },
      {
        statistics: {
          promptTokens: 0,
          reusedTokens: 0,
          evaluatedTokens: 0,
          generatedTokens: 0,
          stopReason: "end",
        },
      },
    ];
    for (const change of changes) {
      const before = view([message("a", "one")]);
      const after = replaceState(before, view([{ ...message("a", "one"), ...change }]));
      assert.notEqual(after.messages[0], before.messages[0], JSON.stringify(change));
    }
  });

  it("keeps nothing of another chat", () => {
    const other = view([message("a", "one")], "other");
    assert.equal(replaceState(view([message("a", "one")]), other), other);
    assert.equal(replaceState(null, other), other);
  });
});

describe("saved page state", () => {
  it("is read back as it was written", () => {
    const saved = { chatId: "c", draft: "text", scroll: 12.5 };
    assert.deepEqual(parseSavedState(structuredClone(saved)), saved);
  });

  it("survives whatever is there instead", () => {
    const empty = { chatId: null, draft: "", scroll: 0 };
    for (const value of [undefined, null, 7, "x", [], { chatId: 3, draft: null, scroll: Number.NaN }]) {
      assert.deepEqual(parseSavedState(value), empty);
    }
    assert.equal(parseSavedState({ scroll: -5 }).scroll, 0);
  });
});
