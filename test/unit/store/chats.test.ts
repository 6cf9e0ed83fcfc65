import assert from "node:assert/strict";
import type { StoredMessage } from "../../../src/protocol/store";
import * as chats from "../../../src/store/worker/chats";
import type { StoreSession } from "../../../src/store/worker/session";
import { removeTemporaryFolders, temporaryFolder } from "../../fixtures/store/folders";
import { add, message, messageIds, newChat, openSession, withSession } from "../../fixtures/store/sessions";

const statistics = {
  promptTokens: 5,
  reusedTokens: 0,
  evaluatedTokens: 5,
  generatedTokens: 2,
  timeToFirstTokenMs: 12.5,
  stopReason: "end" as const,
};

describe("chats", () => {
  let session: StoreSession;
  let folder: string;

  beforeEach(async () => {
    folder = temporaryFolder();
    session = await openSession(folder);
  });

  afterEach(() => session.close());
  after(removeTemporaryFolders);

  it("keeps every field of a chat and its messages, also after reopening", async () => {
    const messages: StoredMessage[] = [
      message("q", { text: "What is\0 “this”? 😀 é" }),
      message("a", { role: "assistant", modelName: "Demo", statistics, text: "" }),
      message("f", { role: "assistant", status: "failed", error: "It broke." }),
    ];
    await session.write(
      chats.createChat({ id: "c", title: "Title", systemPrompt: "Be brief.", createdAt: 1_760_000_000_123 }),
    );
    await session.write(chats.addMessages("c", messages));
    const expected = {
      id: "c",
      title: "Title",
      systemPrompt: "Be brief.",
      createdAt: 1_760_000_000_123,
      updatedAt: 1_760_000_000_123,
      messages,
    };
    assert.deepEqual(await session.read(chats.getChat("c")), expected);
    await session.close();
    session = await openSession(folder);
    assert.deepEqual(await session.read(chats.getChat("c")), expected);
  });

  it("lists chats by their latest change, newest first, with message counts", async () => {
    for (const [index, id] of ["old", "middle", "new"].entries()) {
      await session.write(chats.createChat({ id, title: id, systemPrompt: "", createdAt: 1000 + index }));
    }
    assert.deepEqual(
      (await session.read(chats.listChats)).map(({ id }) => id),
      ["new", "middle", "old"],
    );
    await session.write(
      chats.addMessages("old", [message("m1", { createdAt: 5000 }), message("m2", { createdAt: 4000 })]),
    );
    await session.write(chats.updateChat("middle", { title: "Renamed" }, 6000));
    assert.deepEqual(
      (await session.read(chats.listChats)).map(({ id, title, updatedAt, messageCount }) => [
        id,
        title,
        updatedAt,
        messageCount,
      ]),
      [
        ["middle", "Renamed", 6000, 0],
        ["old", "old", 5000, 2],
        ["new", "new", 1002, 0],
      ],
    );
  });

  it("changes only what a change names", async () => {
    await session.write(newChat("c"));
    await session.write(chats.updateChat("c", { systemPrompt: "New" }, 2_000_000_000_000));
    await session.write(
      chats.addMessages("c", [message("m", { role: "assistant", status: "streaming", text: "par" })]),
    );
    await session.write(chats.updateMessage("m", { text: "" }));
    await session.write(chats.updateMessage("m", { status: "complete", statistics }));
    const chat = await session.read(chats.getChat("c"));
    assert.equal(chat?.title, "Chat c");
    assert.equal(chat.systemPrompt, "New");
    assert.equal(chat.updatedAt, 2_000_000_000_000);
    assert.deepEqual(chat.messages, [
      message("m", { role: "assistant", text: "", status: "complete", statistics }),
    ]);
  });

  it("truncates one chat from a message on and leaves the others alone", async () => {
    await session.write(newChat("one"));
    await session.write(newChat("two"));
    await add(session, "one", "a", "b");
    await add(session, "two", "x");
    await add(session, "one", "c");
    await session.write(chats.truncateChat("one", "b"));
    assert.deepEqual(await messageIds(session, "one"), ["a"]);
    assert.deepEqual(await messageIds(session, "two"), ["x"]);
    await add(session, "one", "b2", "c2");
    assert.deepEqual(await messageIds(session, "one"), ["a", "b2", "c2"]);
    await assert.rejects(session.write(chats.truncateChat("two", "a")), { code: "invalid-input" });
  });

  it("deletes a chat with its messages", async () => {
    await session.write(newChat("c"));
    await add(session, "c", "a", "b");
    await session.write(chats.deleteChat("c"));
    assert.equal(await session.read(chats.getChat("c")), null);
    assert.deepEqual(await session.read(({ query }) => query("SELECT * FROM messages")), []);
  });

  it("explains unknown and repeated ids, and changes nothing then", async () => {
    await session.write(newChat("c"));
    await add(session, "c", "a");
    const before = await session.read(chats.getChat("c"));
    const refused = [
      chats.updateChat("nope", { title: "x" }, 1),
      chats.deleteChat("nope"),
      chats.addMessages("nope", [message("b")]),
      chats.addMessages("c", [message("b"), message("a")]),
      chats.updateMessage("nope", { text: "x" }),
      chats.truncateChat("c", "nope"),
      newChat("c"),
    ];
    for (const change of refused) {
      await assert.rejects(session.write(change), { name: "AppError", code: "invalid-input" });
    }
    assert.deepEqual(await session.read(chats.getChat("c")), before);
    assert.equal(await session.read(chats.getChat("nope")), null);
  });

  it("stops messages that were streaming when the store was left", async () => {
    await session.write(newChat("c"));
    await session.write(
      chats.addMessages("c", [message("m", { role: "assistant", status: "streaming", text: "Half an ans" })]),
    );
    await session.close();
    session = await openSession(folder, { firstChange: chats.stopStreamingMessages });
    assert.deepEqual((await session.read(chats.getChat("c")))?.messages, [
      message("m", { role: "assistant", status: "stopped", text: "Half an ans" }),
    ]);
  });

  it("stores half a surrogate pair as a replacement character, the same in memory and after reopening", async () => {
    await session.write(newChat("c"));
    await session.write(chats.addMessages("c", [message("m", { text: "cut \ud83d" })]));
    const inMemory = await session.read(chats.getChat("c"));
    assert.equal(inMemory?.messages[0]?.text, "cut \ufffd");
    await session.close();
    session = await openSession(folder);
    assert.deepEqual(await session.read(chats.getChat("c")), inMemory);
  });

  it("answers a read that was asked for after a change with that change", async () => {
    const created = session.write(newChat("c"));
    const list = session.read(chats.listChats);
    await created;
    assert.deepEqual(
      (await list).map(({ id }) => id),
      ["c"],
    );
  });

  it("keeps foreign keys on", async () => {
    await assert.rejects(
      session.write(({ run }) =>
        run(
          "INSERT INTO messages (id, chat_id, role, text, status, created_at) VALUES ('m', 'no', 'user', '', 'complete', 1)",
        ),
      ),
      /FOREIGN KEY/,
    );
    const other = temporaryFolder();
    await withSession(other, async (fresh) => assert.deepEqual(await fresh.read(chats.listChats), []));
  });
});
