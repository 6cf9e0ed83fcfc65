import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { waitUntil, Workbench } from "../../scripts/lib/workbench.mjs";
import { ChatPage } from "../support/chat-page";
import { recordFailedWindow } from "../support/failed-window";

/** The tab shows the extension apart. */
const tab = "local-models--demo-chat-gguf--demo-chat-q8_0.model";

describe("hardware and configurations in the workbench", () => {
  let workbench: Workbench;
  let file: string;

  before(async function () {
    this.timeout(240_000);
    workbench = await Workbench.open();
    file = path.join(workbench.folder, "models/configurations", `${tab}.json`);
    await workbench.openView("Local Models");
  });

  after(async () => {
    // Set-up may have failed half-way.
    await (workbench as Workbench | undefined)?.dispose();
  });

  afterEach(function () {
    return recordFailedWindow(workbench, this.currentTest);
  });

  it("shows the hardware in a section's tooltip", async () => {
    const row = await workbench.row("Running");
    const tooltip = await waitUntil("the hardware", async () => {
      const text = await row.tooltip();
      return text.includes("Graphics: ") ? text : undefined;
    });
    assert.match(tooltip, /Processor: .*\d+ cores?/);
    assert.match(tooltip, /Memory: [\d.]+ [GT]B · [\d.]+ [MG]B free/);
    assert.doesNotMatch(tooltip, /Asking|Could not/);
  });

  it("makes a configuration with the values in force", async () => {
    const row = await workbench.row("Demo Chat", { under: ["Downloaded", "Chat"] });
    await row.contextMenu("Edit Configuration");
    await waitUntil("the editor", async () => (await workbench.tabs()).includes(tab));
    // The demo workspace sets the temperature; the rest is the settings' defaults.
    assert.deepEqual(await readConfiguration(), {
      repo_id: "local-models/demo-chat-gguf",
      filename: "demo-chat-q8_0.gguf",
      subdirectory: null,
      context_length: 8192,
      gpu_layers: null,
      sampling: {
        temperature: 0,
        top_p: 0.95,
        top_k: 40,
        min_p: 0.05,
        repeat_penalty: 1,
        max_tokens: 0,
        seed: null,
      },
      system_prompt: "",
    });
  });

  it("explains a value that makes no sense, in the editor and when the model is deployed", async () => {
    await change(/"context_length": \d+/, '"context_length": 12');
    await waitUntil("an underline", () => workbench.page.locator(".squiggly-warning").first().isVisible());
    const row = await workbench.row("Demo Chat", { under: ["Downloaded", "Chat"] });
    await row.inlineAction("Deploy");
    const message = /model\.json”, line 5: “context_length” must be a whole number from 256 to 1048576/;
    const notice = await workbench.notifications.waitFor(message);
    assert.deepEqual(notice.buttons, ["Open File", "Show Log"]);
    await workbench.notifications.click(message, "Open File");
    await workbench.waitStatus(/Ln 5, Col 21/);
  });

  it("deploys with the context that was set, and shows it in the tree", async () => {
    await change(/"context_length": \d+/, '"context_length": 512');
    const row = await workbench.row("Demo Chat", { under: ["Downloaded", "Chat"] });
    await row.inlineAction("Deploy");
    const running = await workbench.row("Demo Chat", { under: ["Running", "Chat"] });
    await waitUntil(
      "its context",
      async () => (await running.text()).description === "Q8_0 · CPU · 512 tokens · demo",
      {
        timeoutMs: 60_000,
      },
    );
    const tooltip = await running.tooltip();
    assert.match(tooltip, /Context: 512 tokens; the model was trained for 1,024/);
    assert.match(tooltip, /Conversations: \d+ kept at once/);
    assert.match(tooltip, /Loaded: in [\d.]+ s/);
  });

  it("shows it in the chat and its model picker", async () => {
    await (await workbench.row("Demo Chat", { under: ["Running", "Chat"] })).click();
    const chat = await ChatPage.find(workbench);
    await chat.expectText(chat.frame.locator(".context-meter"), /0 of 512 tokens/);
    const [option] = await chat.frame.locator(".model-picker vscode-option").allInnerTexts();
    assert.equal(option?.trim(), "Demo Chat Q8_0 (Demo) · 512 tokens");
  });

  it("takes changed sampling with the next message, and a system prompt with the next chat", async () => {
    const chat = await ChatPage.find(workbench);
    const long = await chat.ask("Tell me a story about a fox.");
    assert.doesNotMatch(await long.innerText(), /Token limit reached/);
    await workbench.clickTab(tab);
    await change(/"max_tokens": \d+/, '"max_tokens": 4');
    await change(/"system_prompt": ".*"/, '"system_prompt": "Be brief."');
    assert.equal((await workbench.notifications.all()).length, 0);
    await workbench.command("Local Models: New Chat");
    const next = await waitUntil("an empty chat", async () => {
      const shown = await ChatPage.find(workbench);
      return (await shown.questions.count()) === 0 ? shown : undefined;
    });
    await next.button("System Prompt (set)").click();
    assert.equal(await next.frame.locator(".system-prompt textarea").inputValue(), "Be brief.");
    await next.expectText(await next.ask("Tell me a story about a fox."), /Token limit reached/);
  });

  it("offers to deploy again when a running model's context is changed", async () => {
    await workbench.clickTab(tab);
    await change(/"context_length": \d+/, '"context_length": 256');
    const message = "Demo Chat Q8_0 runs with its earlier configuration until it is deployed again.";
    await workbench.notifications.click(message, "Deploy Again");
    const running = await workbench.row("Demo Chat", { under: ["Running", "Chat"] });
    await waitUntil("its new context", async () => / 256 tokens /.test((await running.text()).description), {
      timeoutMs: 60_000,
    });
  });

  it("lists the hardware with the running model, to be copied", async () => {
    await workbench.command("Local Models: Show Hardware");
    await workbench.quickInput.waitOpen("Hardware");
    const rows = await waitUntil("the graphics devices", async () => {
      const items = await workbench.quickInput.items();
      return items.some((item) => item.startsWith("Asking")) ? undefined : items;
    });
    assert.equal(rows.length, 4);
    assert.match(rows[0]!, /\d+ cores? · \w+ · \w+/);
    assert.match(rows[3]!, /^Demo Chat Q8_0 CPU · \d threads? · 256 tokens · [\d.]+ MB/);
    await workbench.quickInput.pick(/ free/);
    await workbench.quickInput.waitClosed();
    await workbench.waitStatus(/Copied/);
    await workbench.page.context().grantPermissions(["clipboard-read"]);
    const copied = await workbench.page.evaluate<string>("navigator.clipboard.readText()");
    assert.match(copied, /^[\d.]+ [GT]B · [\d.]+ [MG]B free$/);
  });

  /** Edits the open configuration as a person does, and saves it. */
  async function change(pattern: RegExp, replacement: string): Promise<void> {
    const text = await readFile(file, "utf8");
    assert.match(text, pattern);
    const changed = text.replace(pattern, replacement);
    await workbench.page.locator(".monaco-editor .view-lines").filter({ visible: true }).first().click();
    await workbench.page.keyboard.press("ControlOrMeta+a");
    await workbench.page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(changed)})`);
    await workbench.page.keyboard.press("ControlOrMeta+v");
    await workbench.page.keyboard.press("ControlOrMeta+s");
    await waitUntil("the saved file", async () => (await readFile(file, "utf8")) === changed);
  }

  async function readConfiguration(): Promise<Record<string, unknown>> {
    return JSON.parse(await readFile(file, "utf8")) as Record<string, unknown>;
  }
});
