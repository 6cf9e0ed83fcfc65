import assert from "node:assert/strict";
import type { Frame } from "playwright-core";
import { waitUntil, Workbench } from "../../scripts/lib/workbench.mjs";
import { EvaluationWindow } from "../support/evaluation-window";
import { recordFailedWindow } from "../support/failed-window";

const better = "local-models/demo-chat-plus-gguf/demo-chat-plus-q8_0.gguf";
const smaller = "local-models/demo-chat-gguf/demo-chat-q8_0.gguf";

/** Results of a small suite of two models, as a person looks at them. */
describe("results of an evaluation in the workbench", () => {
  let workbench: Workbench;
  let evaluations: EvaluationWindow;

  before(async function () {
    this.timeout(240_000);
    workbench = await Workbench.open();
    evaluations = new EvaluationWindow(workbench);
    await writeSuite();
  });

  // Set-up may have failed half-way.
  after(() => (workbench as Workbench | undefined)?.dispose());

  afterEach(function () {
    return recordFailedWindow(workbench, this.currentTest);
  });

  it("offers to make an evaluation where there is none", async () => {
    await workbench.command("Local Models: Show Evaluations");
    const frame = await workbench.webview({ holds: ".empty-middle", timeoutMs: 60_000 });
    await frame.getByText("Nothing has been evaluated yet").waitFor();
    await frame.getByRole("button", { name: "New Evaluation…" }).waitFor();
  });

  it("follows an evaluation while it runs", async function () {
    this.timeout(180_000);
    await workbench.command("Local Models: Run Evaluation");
    await workbench.quickInput.waitOpen();
    await workbench.quickInput.type("Two models");
    await workbench.quickInput.pick("Two models");
    await workbench.command("Local Models: Show Evaluations");
    const frame = await workbench.webview({ holds: ".evaluation-item", timeoutMs: 60_000 });
    await evaluations.waitForText(
      frame.locator(".evaluation-item"),
      /Completed.*8 responses · 4 of 8 checks passed/s,
      120_000,
    );
    await workbench.notifications.dismiss(/“Two models” is complete/);
  });

  it("shows the responses, filters them, and opens one whole", async () => {
    const frame = await openEvaluation();
    await evaluations.waitForText(frame.locator(".filter-total"), /^8 responses$/);
    await frame.getByRole("button", { name: "Failed checks" }).click();
    await evaluations.waitForText(frame.locator(".filter-total"), /^4 responses$/);
    const rows = frame.locator(".table-body .row");
    await rows.first().click();
    await evaluations.waitForText(
      frame.locator(".detail"),
      /Sums › Wrong.*What is 2 \+ 3\?.*Failed.*Expected/s,
    );
    await frame.getByRole("button", { name: "Close" }).click();
    await frame.getByRole("button", { name: "Clear Filters" }).click();
    await evaluations.waitForText(frame.locator(".filter-total"), /^8 responses$/);
    await frame.locator(".search-field input").fill("no such words anywhere");
    await frame.getByText("No response passes the filters.").waitFor();
    await frame.getByRole("button", { name: "Clear Filters" }).click();
  });

  it("draws what they amount to, and compares both models", async () => {
    const frame = await openEvaluation();
    await frame.getByRole("tab", { name: "Summary" }).click();
    await evaluations.waitForText(
      frame.locator(".figures-table"),
      /Demo Chat Plus Q8_0.*2\/4.*Demo Chat Q8_0.*2\/4/s,
    );
    // Charts are drawn once they know their width.
    await waitUntil("four bars", async () => (await frame.locator(".chart svg .bar").count()) === 4);
    await frame.getByRole("button", { name: "Compare…" }).click();
    await evaluations.waitForText(frame.locator(".compare-panel"), /4 pairs of responses.*Checks passed/s);
    await frame.getByRole("tab", { name: "Side by side" }).click();
    await evaluations.waitForText(frame.locator(".reading"), /Demo Chat.*tokens/s);
  });

  it("is where it was after the window is reloaded", async function () {
    this.timeout(180_000);
    await workbench.reload();
    const frame = await workbench.webview({ holds: ".reading", timeoutMs: 60_000 });
    await evaluations.waitForText(frame.locator(".reading"), /Demo Chat.*tokens/s);
    await frame.getByRole("button", { name: "Back to the Evaluation" }).click();
    await evaluations.waitForText(frame.locator(".filter-total"), /^8 responses$/);
    await frame.getByRole("button", { name: "Back to All Evaluations" }).click();
    await frame.locator(".evaluation-item").waitFor();
  });

  it("deletes an evaluation after asking", async () => {
    const frame = await workbench.webview({ holds: ".evaluation-item", timeoutMs: 60_000 });
    const remove = async () => {
      await frame.getByRole("button", { name: "More Actions" }).click();
      await frame.getByRole("menuitem", { name: "Delete…" }).click();
    };
    await remove();
    assert.match(await workbench.dialog("Cancel"), /Delete the evaluation “Two models”\?/);
    assert.equal(await frame.locator(".evaluation-item").count(), 1);
    await remove();
    await workbench.dialog("Delete");
    await frame.getByText("Nothing has been evaluated yet").waitFor();
  });

  async function openEvaluation(): Promise<Frame> {
    await workbench.command("Local Models: Show Evaluations");
    const frame = await workbench.webview({ holds: ".evaluation-item, .run-page", timeoutMs: 60_000 });
    if (await frame.locator(".evaluation-item").isVisible()) {
      await frame.getByRole("button", { name: "Open Two models" }).click();
    }
    await frame.locator(".run-page").waitFor();
    return frame;
  }

  async function writeSuite(): Promise<void> {
    const numeric = (value: number) => [{ numeric: { value, tolerance: 0 } }];
    const suite = {
      name: "Two models",
      models: [better, smaller],
      settings: { temperature: 0, max_tokens: 40, num_runs: 2, seed: 42, auto_evaluate: false },
      sequences: [
        {
          name: "Sums",
          independent: true,
          prompts: [
            { name: "Right", prompt: "What is 8 + 5?", checks: [{ regex: "." }] },
            { name: "Wrong", prompt: "What is 2 + 3?", checks: numeric(4) },
          ],
        },
      ],
    };
    await evaluations.writeSuite("two.eval.json", suite);
  }
});
