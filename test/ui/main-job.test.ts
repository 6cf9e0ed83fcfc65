import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { randomLlama } from "../../bench/lib/random-llama";
import { waitUntil, Workbench } from "../../scripts/lib/workbench.mjs";
import { HubServer } from "../fixtures/hub-server";
import { ChatPage } from "../support/chat-page";
import { cacheFolder, demoChatModel } from "../support/engines";
import { recordFailedWindow } from "../support/failed-window";
import { addModel, deployModel, enginePids, engines } from "../support/models-in-window";

const recommended = {
  name: "SmolLM2 360M Instruct",
  repoId: "bartowski/SmolLM2-360M-Instruct-GGUF",
  file: "SmolLM2-360M-Instruct-Q4_K_M.gguf",
};

/** The whole job in one window, step after step, as a person would do it. */
describe("in the workbench", () => {
  let hub: HubServer;
  let workbench: Workbench;
  let folder: string;

  before(async function () {
    this.timeout(240_000);
    hub = await HubServer.start({ pageSize: 2 });
    const content = readFileSync(demoChatModel());
    hub.addRepo({
      id: recommended.repoId,
      files: { [recommended.file]: content, "README.md": Buffer.from("# Model card\n") },
    });
    hub.addRepo({
      id: "somebody/tiny-chat-GGUF",
      files: { "tiny-chat-Q8_0.gguf": content, "tiny-chat-Q4_K_M.gguf": content.subarray(0, 900_000) },
    });
    hub.addRepo({ id: "somebody/gated-GGUF", files: { "gated-Q8_0.gguf": content }, gated: true });
    workbench = await Workbench.open({ env: { HF_ENDPOINT: hub.url, HF_TOKEN: "" } });
    folder = workbench.folder;
    await addModel(
      folder,
      "bench/random-llama-GGUF",
      await randomLlama(cacheFolder),
      "random-llama-Q8_0.gguf",
    );
    await addModel(folder, "bench/broken-GGUF", Buffer.from("<!doctype html>"), "broken-Q8_0.gguf");
    await workbench.openView("Local Models");
  });

  after(async () => {
    // Set-up may have failed half-way.
    await (workbench as Workbench | undefined)?.dispose();
    await (hub as HubServer | undefined)?.close();
  });

  afterEach(function () {
    return recordFailedWindow(workbench, this.currentTest);
  });

  describe("the tree", () => {
    it("shows what is recommended, downloaded and running, by kind", async () => {
      for (const section of ["Recommended", "Downloaded", "Running"]) {
        await workbench.row("Chat", { under: [section] });
        await workbench.row("Embedding", { under: [section] });
      }
      const demo = await workbench.row("Demo Chat", { under: ["Downloaded", "Chat"] });
      assert.match((await demo.text()).description, /^Q8_0 · [\d.]+ MB · demo$/);
      assert.deepEqual(await demo.inlineActions(), ["Deploy", "Delete"]);
    });

    it("explains a model in its tooltip", async () => {
      const row = await workbench.row(recommended.name, { under: ["Recommended", "Chat"] });
      const tooltip = await row.tooltip();
      for (const part of [recommended.repoId, "License: apache-2.0", "Memory: about"]) {
        assert.ok(tooltip.includes(part), tooltip);
      }
    });
  });

  describe("pull", () => {
    it("shows progress, can be cancelled, and keeps what was downloaded", async () => {
      hub.bytesPerSecond = 300_000;
      const row = await workbench.row(recommended.name, { under: ["Recommended", "Chat"] });
      await row.inlineAction("Pull");
      await workbench.notifications.waitFor(/Pulling SmolLM2.*[\d.]+ (KB|MB) of 2\.\d MB · [\d.]+ KB\/s/);
      await workbench.notifications.click(/Pulling SmolLM2/, "Cancel");
      const paused = await workbench.row(recommended.name, { under: ["Downloaded", "Chat"] });
      await waitUntil("the pause", async () => /^paused at \d+ %$/.test((await paused.text()).description));
    });

    it("goes on where it stopped, and the model is downloaded", async () => {
      hub.bytesPerSecond = undefined;
      const row = await workbench.row(recommended.name, { under: ["Downloaded", "Chat"] });
      await row.inlineAction("Pull");
      await workbench.notifications.waitFor(`${recommended.name} is downloaded.`);
      await workbench.notifications.dismiss(`${recommended.name} is downloaded.`);
      assert.ok(hub.requests.some(({ range }) => range !== undefined && !range.startsWith("bytes=0-")));
      const repo = path.join(folder, "models/hub/models--bartowski--SmolLM2-360M-Instruct-GGUF");
      const [commit] = await readdir(path.join(repo, "snapshots"));
      assert.equal(readFileSync(path.join(repo, "refs/main"), "utf8"), commit);
      const file = await stat(path.join(repo, "snapshots", commit!, recommended.file));
      assert.equal(file.size, (await stat(demoChatModel())).size);
    });

    it("of any repository lets one choose among its files with their sizes", async () => {
      await workbench.command("Local Models: Pull Model…");
      await workbench.quickInput.type("somebody/tiny-chat-GGUF");
      await workbench.quickInput.pick("somebody/tiny-chat-GGUF");
      await waitUntil("the files", async () =>
        (await workbench.quickInput.items()).some((item) => item.startsWith("Q8_0 ")),
      );
      const items = await workbench.quickInput.items();
      assert.deepEqual(items, [
        "Q4_K_M 900 KB · recommended for this machine tiny-chat-Q4_K_M.gguf",
        "Q8_0 2.2 MB tiny-chat-Q8_0.gguf",
      ]);
      await workbench.quickInput.pick("Q8_0");
      await workbench.notifications.waitFor(/is downloaded\.$/);
      await workbench.row(/tiny.chat/i, { under: ["Downloaded", "Chat"] });
    });

    it("explains a repository that does not exist, and one that is gated", async () => {
      await workbench.command("Local Models: Pull Model…");
      await workbench.quickInput.type("nobody/nothing");
      await workbench.quickInput.pick("nobody/nothing");
      const unknown = await errorNotice();
      assert.match(unknown.message, /nobody\/nothing/);
      await workbench.notifications.dismiss(unknown.message);
      await workbench.command("Local Models: Pull Model…");
      await workbench.quickInput.type("somebody/gated-GGUF");
      await workbench.quickInput.pick("somebody/gated-GGUF");
      await workbench.quickInput.pick("Q8_0");
      const gated = await errorNotice();
      assert.match(gated.message, /gated-GGUF/);
      assert.ok(gated.buttons.includes("Set Token…"), gated.buttons.join());
      await workbench.notifications.dismiss(gated.message);
    });
  });

  describe("deploy and chat", () => {
    it("loads a model and shows it in the tree and the status bar", async () => {
      const row = await workbench.row("Demo Chat", { under: ["Downloaded", "Chat"] });
      await row.inlineAction("Deploy");
      await workbench.waitStatus(/Demo Chat Q8_0$/);
      const running = await workbench.row("Demo Chat", { under: ["Running", "Chat"] });
      await waitUntil("its context", async () => / tokens/.test((await running.text()).description));
      assert.equal(enginePids(workbench).length, 1);
    });

    it("offers running chat models only, with Deploy… beneath", async () => {
      const row = await workbench.row("Demo Chat", { under: ["Running", "Chat"] });
      await row.click();
      const chat = await ChatPage.find(workbench);
      await chat.expectText(chat.frame.locator("body"), /This tiny demo model only knows a few things/);
      const options = await chat.frame.locator(".model-picker vscode-option").allInnerTexts();
      assert.deepEqual(
        options.map((text) => text.trim()),
        ["Demo Chat Q8_0 (Demo) · 1,024 tokens", "Deploy…"],
      );
    });

    it("has the cursor where it was when a quick pick is closed", async () => {
      const chat = await newChat();
      await chat.field.click();
      await workbench.page.keyboard.press("F1");
      await workbench.quickInput.waitOpen();
      await workbench.quickInput.cancel();
      await waitUntil("the keys to arrive", async () => {
        await workbench.page.keyboard.type("a");
        return (await chat.field.inputValue()).startsWith("a");
      });
      await chat.field.fill("");
    });

    it("streams an answer with its statistics under it", async () => {
      const chat = await ChatPage.find(workbench);
      const answer = await chat.ask("Who are you?");
      await chat.expectText(answer, /model/i);
      await chat.expectText(answer, /[\d.,]+ tokens\/s · first token after \d+\.\d\d s · \d+ tokens/);
    });

    it("remembers the conversation, and renders Markdown", async () => {
      const chat = await ChatPage.find(workbench);
      await chat.ask("My name is Ada.");
      await chat.expectText(await chat.ask("What is my name?"), /Ada/);
      const code = await chat.ask("Show me hello world in Python.");
      await code.locator("pre code").waitFor();
      await chat.expectText(code, /print/);
    });

    it("refuses nothing but empty messages", async () => {
      const chat = await ChatPage.find(workbench);
      const before = await chat.questions.count();
      await chat.field.fill("   \n ");
      await chat.field.press("Enter");
      assert.ok(await chat.button(/^Send/).isDisabled());
      assert.equal(await chat.questions.count(), before);
      await chat.field.fill("");
    });

    it("brings the conversation back when the window is reloaded, and ends the engine", async () => {
      await workbench.reload();
      const chat = await ChatPage.find(workbench);
      await chat.expectText(chat.frame.locator("body"), /What is my name\?/);
      assert.equal(await chat.answers.count(), 4);
      await waitUntil("the engines to end", () => enginePids(workbench).length === 0, { timeoutMs: 15_000 });
      await chat.expectText(chat.frame.locator("body"), /No chat model is running/);
    });

    it("deploys from the chat, and goes on", async () => {
      const chat = await ChatPage.find(workbench);
      await chat.button("Deploy…").first().click();
      await workbench.quickInput.pick("Demo Chat Q8_0");
      await workbench.waitStatus(/Demo Chat Q8_0$/);
      await chat.expectText(await chat.ask("What is my name?"), /Ada/);
    });
  });

  describe("with a slower model", () => {
    it("stops while the prompt is read", async () => {
      await deployModel(workbench, /Random/i);
      const chat = await newChat();
      await selectModel(chat, /Random/i);
      await chat.field.fill("abc ".repeat(600));
      await chat.field.press("Enter");
      await chat.expectText(chat.frame.locator("body"), /Reading the prompt \d+ %/);
      await chat.button(/^Stop/).click();
      await chat.idle();
      await chat.expectText(chat.answers.last(), /Stopped/);
    });

    it("stops while the answer is written, and keeps what there is", async () => {
      const chat = await newChat();
      await selectModel(chat, /Random/i);
      await chat.field.fill("go");
      await chat.field.press("Enter");
      await chat.expectText(chat.answers.last(), /\w{3}/);
      await chat.busy();
      await chat.field.press("Escape");
      await chat.idle();
      await chat.expectText(chat.answers.last(), /Stopped/);
    });

    it("refuses a conversation that is longer than the context, with both numbers", async () => {
      const chat = await newChat();
      await selectModel(chat, /Demo/);
      await chat.field.fill("abc ".repeat(3000));
      await chat.field.press("Enter");
      await chat.expectText(chat.answers.last(), /tokens long, but this model.s context holds/);
    });

    it("starts a crashed model again and says so, with the log a click away", async () => {
      const before = enginePids(workbench);
      assert.equal(before.length, 2);
      for (const pid of before) {
        process.kill(pid, "SIGSEGV");
      }
      const message = /^Random.* is being started again\. The engine process crashed \(SIGSEGV\)/i;
      const notice = await workbench.notifications.waitFor(message);
      assert.deepEqual(notice.buttons, ["Show Log"]);
      await workbench.notifications.click(message, "Show Log");
      await workbench.page.locator(".output-view, .panel .output").first().waitFor();
      const row = await workbench.row(/Random/i, { under: ["Running", "Chat"] });
      await waitUntil("the model to run", async () => / tokens/.test((await row.text()).description), {
        timeoutMs: 60_000,
      });
      assert.ok(enginePids(workbench).every((pid) => !before.includes(pid)));
    });

    it("loses nothing when the extension host is killed in the middle of an answer", async () => {
      const chat = await newChat();
      await selectModel(chat, /Random/i);
      await chat.field.fill("what was said before the crash");
      await chat.field.press("Enter");
      await chat.expectText(chat.answers.last(), /\w{3}/);
      // The answer is saved every two seconds while it is written.
      await workbench.page.waitForTimeout(3000);
      const [engine] = engines(workbench);
      process.kill(engine!.ppid, "SIGKILL");
      await waitUntil("the engine to end", () => enginePids(workbench).length === 0, { timeoutMs: 5_000 });
      await workbench.reload();
      // VS Code restores the tab, or has closed it when it noticed the crash first: then the history has the chat.
      // A page that is restored meanwhile takes the focus, which closes the list: so again.
      const restored = await waitUntil(
        "the chat after the crash",
        async () => {
          const shown = await workbench
            .webview({ holds: ".user-message", timeoutMs: 4000 })
            .catch(() => undefined);
          const chat = shown && new ChatPage(shown);
          if (chat && /before the crash/.test(await chat.questions.last().innerText())) {
            return chat;
          }
          await workbench.command("Local Models: Chat History…");
          await workbench.quickInput.pick(/^what was said before the crash/, { timeoutMs: 4000 });
          return undefined;
        },
        { timeoutMs: 60_000 },
      );
      await restored.expectText(restored.questions.last(), /what was said before the crash/);
      await restored.expectText(restored.answers.last(), /\w{3}[^]*(Stopped|Interrupted)/);
    });

    it("explains a file that is no model", async () => {
      const row = await workbench.row(/broken/i, { under: ["Downloaded"] });
      await row.inlineAction("Deploy");
      const error = await workbench.notifications.waitFor(/is not a readable GGUF model/);
      assert.ok(error.buttons.includes("Show Log"));
      await workbench.waitStatus(/failed/);
      const failed = await workbench.row(/broken/i, { under: ["Running"] });
      assert.match((await failed.text()).description, /^failed: .*is not a readable GGUF model/);
      assert.deepEqual(await failed.inlineActions(), ["Show Log", "Deploy", "Dismiss"]);
      await failed.inlineAction("Dismiss");
      await workbench.trees.waitGone(/broken/i, { under: ["Running"] });
    });
  });

  describe("in the end", () => {
    it("stops a model: its process ends, its file stays", async () => {
      await deployModel(workbench, "Demo Chat");
      const row = await workbench.row("Demo Chat", { under: ["Running", "Chat"] });
      await row.inlineAction("Stop");
      await workbench.trees.waitGone("Demo Chat", { under: ["Running", "Chat"] });
      assert.deepEqual(enginePids(workbench), []);
      await workbench.row("Demo Chat", { under: ["Downloaded", "Chat"] });
    });

    it("deletes a model after asking", async () => {
      const row = await workbench.row(recommended.name, { under: ["Downloaded", "Chat"] });
      await row.inlineAction("Delete");
      assert.match(await workbench.dialog("Delete"), /Delete SmolLM2 360M Instruct/);
      await workbench.trees.waitGone(recommended.name, { under: ["Downloaded", "Chat"] });
      await workbench.row(recommended.name, { under: ["Recommended", "Chat"] });
    });
  });

  async function errorNotice() {
    return waitUntil("an error", async () =>
      (await workbench.notifications.all()).find(({ severity }) => severity === "error"),
    );
  }

  async function newChat(): Promise<ChatPage> {
    await workbench.command("Local Models: New Chat");
    // The chat before stays in sight for a moment.
    return waitUntil("an empty chat", async () => {
      const chat = await ChatPage.find(workbench);
      return (await chat.questions.count()) === 0 ? chat : undefined;
    });
  }

  async function selectModel(chat: ChatPage, name: RegExp): Promise<void> {
    await chat.frame.locator(".model-picker vscode-dropdown").click();
    await chat.frame.locator(".model-picker vscode-option").filter({ hasText: name }).first().click();
  }
});
