import assert from "node:assert/strict";
import { truncate, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { randomLlama } from "../../bench/lib/random-llama";
import { waitUntil, Workbench } from "../../scripts/lib/workbench.mjs";
import { availableMemoryBytes } from "../../src/engine-process/memory";
import { ChatPage } from "../support/chat-page";
import { cacheFolder, demoSnapshot, repoRoot } from "../support/engines";
import { recordFailedWindow } from "../support/failed-window";
import { addModel, deployModel, enginePids, running, untilDescribed } from "../support/models-in-window";

const demoWorkspace = path.join(repoRoot, "demo-workspace");
const large = "Demo Chat GPT-2 (ONNX)";

describe("what can go wrong with models in the workbench", () => {
  let workbench: Workbench;

  before(async function () {
    this.timeout(240_000);
    workbench = await Workbench.open();
    await addModel(
      workbench.folder,
      "bench/random-llama-GGUF",
      await randomLlama(cacheFolder),
      "random-llama-Q8_0.gguf",
    );
    await workbench.openView("Local Models");
  });

  after(async () => {
    // Set-up may have failed half-way.
    await (workbench as Workbench | undefined)?.dispose();
  });

  afterEach(function () {
    return recordFailedWindow(workbench, this.currentTest);
  });

  describe("a model that does not fit into memory beside a running one", () => {
    /** What the ONNX engine wants free for each byte of weights. */
    const memoryPerWeight = 1.2;
    /** The random model holds more than twice as much, in the states of its conversations. */
    const missingBytes = 300e6;
    const snapshot = path.relative(demoWorkspace, demoSnapshot("demo-chat-gpt2-onnx"));

    before(async function () {
      // Elsewhere an empty file takes all its space.
      if (process.platform === "win32") {
        this.skip();
      }
      await writeFile(weightsFile(), "weights");
      await setNeed(2e9);
    });

    it("can be deployed by stopping the running one", async function () {
      // What is free changes with every other program on this machine.
      this.retries(2);
      await workbench.command("Local Models: Stop All Models");
      await workbench.command("Notifications: Clear All Notifications");
      await deployModel(workbench, /Random/i);
      await setNeed((await availableMemoryBytes()) + missingBytes);
      await deployLarge();
      const { message, severity, buttons } = await workbench.notifications.waitFor(/needs about/);
      assert.match(
        message,
        /^Demo Chat GPT-2 \(ONNX\) \S+ needs about [\d.]+ [GT]B of memory, and [\d.]+ [GMT]B is free\. Stop random llama Q8_0 \([\d.]+ [GM]B\), or choose a smaller model\.$/i,
      );
      assert.equal(severity, "error");
      const [stop = "", ...others] = buttons;
      assert.match(stop, /^Stop random llama Q8_0$/i);
      assert.deepEqual(others, ["Show Log"]);
      await untilDescribed(workbench, large, /^failed: .* needs about/);
      await untilDescribed(workbench, /Random/i, running);

      await workbench.notifications.click(message, stop);
      await workbench.trees.waitGone(/Random/i, { under: ["Running", "Chat"] });
      await untilDescribed(workbench, large, running);
      assert.equal(enginePids(workbench).length, 1);
      await (await workbench.row(large, { under: ["Running", "Chat"] })).click();
      const chat = await ChatPage.find(workbench);
      await chat.expectText(await chat.ask("Who are you?"), /tokens\/s/);
    });

    it("is refused with a choice of what to stop when no running one is large enough", async () => {
      await workbench.command("Local Models: Stop All Models");
      await workbench.command("Notifications: Clear All Notifications");
      await deployModel(workbench, "Demo Chat");
      await setNeed(10 * os.totalmem());
      await deployLarge();
      const { message, buttons } = await workbench.notifications.waitFor(/needs about/);
      assert.match(message, /is free\. Close other programs, or choose a smaller model\.$/);
      assert.deepEqual(buttons, ["Stop a Model…", "Show Log"]);
      await workbench.notifications.click(message, "Stop a Model…");
      await workbench.quickInput.waitOpen("Stop Model");
      await workbench.quickInput.pick("Demo Chat Q8_0");
      await workbench.trees.waitGone("Demo Chat", { under: ["Running", "Chat"] });
      assert.deepEqual(enginePids(workbench), []);
    });

    function weightsFile(): string {
      return path.join(workbench.folder, snapshot, "onnx/model_quantized.onnx_data");
    }

    /** A file of weights that is one hole: it has a size, takes no space, and no graph reads it. */
    async function setNeed(bytes: number): Promise<void> {
      await truncate(weightsFile(), Math.ceil(bytes / memoryPerWeight));
    }

    async function deployLarge(): Promise<void> {
      const row = await workbench.row(large, { under: ["Downloaded", "Chat"] });
      await waitUntil(
        "its weights to be noticed",
        async () => / [GT]B /.test((await row.text()).description),
        {
          seen: () => row.text(),
        },
      );
      await row.inlineAction("Deploy");
    }
  });

  describe("a model that crashes again and again", () => {
    it("has failed after three restarts: tree, status bar, chat and a notice say so", async () => {
      await workbench.command("Local Models: Stop All Models");
      await workbench.command("Notifications: Clear All Notifications");
      await deployModel(workbench, "Demo Chat");
      await (await workbench.row("Demo Chat", { under: ["Running", "Chat"] })).click();
      const chat = await ChatPage.find(workbench);
      await chat.ask("My name is Ada.");
      let crashed: number | undefined;
      for (let crash = 1; crash <= 4; crash++) {
        const pid = await waitUntil(
          "the engine process",
          () => enginePids(workbench).find((each) => each !== crashed),
          { timeoutMs: 30_000 },
        );
        await untilDescribed(workbench, "Demo Chat", running);
        process.kill(pid, "SIGSEGV");
        crashed = pid;
      }
      const notice = await workbench.notifications.waitFor(
        /^Demo Chat Q8_0 could not be started again\. The engine process crashed \(SIGSEGV\)\./,
      );
      assert.equal(notice.severity, "error");
      assert.deepEqual(notice.buttons, ["Deploy Again", "Show Log"]);
      await workbench.waitStatus(/Demo Chat Q8_0 failed/);
      const row = await untilDescribed(
        workbench,
        "Demo Chat",
        /^failed: The engine process crashed \(SIGSEGV\)/,
      );
      assert.deepEqual(await row.inlineActions(), ["Show Log", "Deploy", "Dismiss"]);
      await chat.expectText(chat.frame.locator("body"), /No chat model is running/);
      assert.deepEqual(enginePids(workbench), []);
    });

    it("has its crashes in the log, which its row opens", async () => {
      const row = await workbench.row("Demo Chat", { under: ["Running", "Chat"] });
      await row.inlineAction("Show Log");
      const log = workbench.page.locator(".panel .output-view .view-lines").first();
      await waitUntil(
        "the crash in the log",
        async () => /crashed \(SIGSEGV\)/.test((await log.innerText()).replaceAll("\u00a0", " ")),
        { seen: () => log.innerText() },
      );
    });

    it("can be deployed again from the notice", async () => {
      await workbench.notifications.click(/could not be started again/, "Deploy Again");
      await untilDescribed(workbench, "Demo Chat", running);
      await workbench.waitStatus(/Demo Chat Q8_0$/);
      const chat = await ChatPage.find(workbench);
      await chat.expectText(await chat.ask("What is my name?"), /Ada/);
    });
  });
});
