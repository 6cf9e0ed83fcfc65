import assert from "node:assert/strict";
import { cp, readdir, readFile, rename } from "node:fs/promises";
import path from "node:path";
import type { Frame, Locator } from "playwright-core";
import { waitUntil, Workbench } from "../../scripts/lib/workbench.mjs";
import { EvaluationWindow } from "../support/evaluation-window";
import { recordFailedWindow } from "../support/failed-window";

const model = "local-models/demo-chat-plus-gguf/demo-chat-plus-q8_0.gguf";
/** Not there until a test puts it there. */
const lateModel = "local-models/late-chat-gguf/late-chat-q8_0.gguf";

/** What can be done with an evaluation once it has ended, as a person does it; each case goes on where the one before ended. */
describe("actions on an evaluation in the workbench", () => {
  let workbench: Workbench;
  let evaluations: EvaluationWindow;

  before(async function () {
    this.timeout(240_000);
    workbench = await Workbench.open();
    evaluations = new EvaluationWindow(workbench);
    const numeric = (value: number) => [{ numeric: { value, tolerance: 0 } }];
    await evaluations.writeSuite("actions.eval.json", {
      name: "Actions",
      models: [model, lateModel],
      settings: { temperature: 0, max_tokens: 40, num_runs: 1, seed: 42 },
      sequences: [
        {
          name: "Sums",
          independent: true,
          prompts: [
            { name: "Right", prompt: "What is 8 + 5?", checks: numeric(13) },
            { name: "Wrong", prompt: "What is 2 + 3?", checks: numeric(4) },
            { name: "Story", prompt: "Tell me a story about a fox." },
          ],
        },
      ],
      criteria: [{ name: "Brevity", description: "The answer is short." }],
    });
  });

  // Set-up may have failed half-way.
  after(() => (workbench as Workbench | undefined)?.dispose());

  afterEach(function () {
    return recordFailedWindow(workbench, this.currentTest);
  });

  it("Retry Failed makes failed responses again, once their model is there", async () => {
    await workbench.command("Local Models: Run Evaluation");
    await workbench.quickInput.pick("Actions");
    const message = "“Actions” is complete, with 3 errors in 6 responses.";
    const { buttons } = await workbench.notifications.waitFor(message, { timeoutMs: 60_000 });
    assert.deepEqual(buttons, ["Show Results", "Retry Failed", "Show Output"]);
    const frame = await evaluations.openList();
    await evaluations.waitForText(
      item(frame),
      /Completed with errors.*6 responses · 3 failed · 1 of 2 checks/s,
    );

    const hub = path.join(workbench.folder, "models/hub");
    const copied = path.join(hub, "models--local-models--late-chat-gguf");
    await cp(path.join(hub, "models--local-models--demo-chat-gguf"), copied, { recursive: true });
    const [commit] = await readdir(path.join(copied, "snapshots"));
    const snapshot = path.join(copied, "snapshots", commit!);
    await rename(path.join(snapshot, "demo-chat-q8_0.gguf"), path.join(snapshot, "late-chat-q8_0.gguf"));

    await workbench.notifications.click(message, "Retry Failed");
    await workbench.notifications.waitFor("“Actions” is complete: 6 responses.", { timeoutMs: 60_000 });
    await workbench.notifications.dismiss(/is complete/);
    const text = await evaluations.waitForText(item(frame), /Completed\n/);
    assert.match(text, /6 responses · 2 of 4 checks passed/);
    assert.doesNotMatch(text, /failed|errors|Retry/);
    // What was made before is kept, not made again.
    assert.match(await outputText("Local Models: Evaluation"), /3 responses of them are there already/);
  });

  it("Judge Again has the responses scored, and shows scores and reasons", async () => {
    const frame = await evaluations.openList();
    await button(item(frame), "Judge Again…").click();
    await workbench.quickInput.waitOpen("Choose the judge");
    await workbench.quickInput.pick("Demo Chat Plus Q8_0");
    await workbench.quickInput.waitOpen("Choose what to judge");
    assert.equal((await workbench.quickInput.items())[0], "Each response What this judge has not judged yet");
    await workbench.page.keyboard.press("Enter");
    await evaluations.waitForText(item(frame), /Completed\n.*score \d\.\d\d/s, 60_000);
    await workbench.notifications.dismiss(/is complete/);
    assert.match(
      await outputText("Local Models: Evaluation"),
      /Judging 6 responses by Brevity: 6 judgements[^]*Right\] Brevity: [1-5] of 5 \(/,
    );
    await button(frame.locator("body"), "Open Actions").click();
    await frame.locator(".table-body .row").first().click();
    const details = await evaluations.waitForText(frame.locator(".detail"), /Judged by .*Brevity/s);
    assert.match(details, /Sums › Right[^]*Judged by [^\n]*demo-chat-plus-q8_0[^]*Brevity\s+[1-5] of 5/i);
    await button(frame.locator(".detail"), "Close").click();
  });

  it("Compare in Pairs has a judge say which model is better", async () => {
    const frame = await evaluations.openList();
    await more(frame, "Compare in Pairs…");
    // There are two models, so that there is nothing to choose but the judge.
    await workbench.quickInput.waitOpen("Choose the judge");
    await workbench.quickInput.pick("Demo Chat Plus Q8_0");
    await workbench.notifications.waitFor("“Actions” is complete: 6 responses.", { timeoutMs: 60_000 });
    await workbench.notifications.dismiss(/is complete/);
    assert.match(
      await outputText("Local Models: Evaluation"),
      /3 pairs × 1 criterion, each in both orders[^]*Right\] Brevity, Demo Chat Plus Q8_0 shown first: /,
    );
    await button(frame.locator("body"), "Open Actions").click();
    await button(frame.locator("body"), "Compare…").click();
    const panel = frame.locator(".compare-panel");
    const text = await evaluations.waitForText(panel, /Compared in pairs[^]*Brevity/);
    assert.match(text, /3 pairs of responses/);
    const counts = await frame
      .locator("section[aria-label='Compared in pairs'] td.is-number")
      .allInnerTexts();
    const [first = 0, second = 0, ties = 0, inconsistent = 0, unknown = 0] = counts.map(Number);
    assert.equal(first + second + ties + inconsistent + unknown, 3, counts.join(" "));
  });

  it("Re-run from Lockfile repeats everything, and says that nothing drifted", async () => {
    const frame = await evaluations.openList();
    await more(frame, "Re-run from Lockfile");
    const message = "“Actions” came out the same again: 6 identical responses.";
    const { buttons } = await workbench.notifications.waitFor(message, { timeoutMs: 60_000 });
    assert.deepEqual(buttons, ["Show Report", "Show Results"]);
    assert.equal(await frame.locator(".evaluation-item").count(), 2);
    await workbench.notifications.click(message, "Show Report");
    const report = await editorText();
    assert.match(report, /^# Re-run of “Actions”\n[^]*6 identical, 0 drifted, 0 missing\./);
    assert.match(report, /## What differs in the environment\n+Nothing that is recorded\./);
    assert.match(report, /- Demo Chat Plus Q8_0, Sums › Right, run 1: identical/);
    await workbench.command("View: Revert and Close Editor");
  });

  it("Compare shows two runs in numbers and side by side", async () => {
    const frame = await evaluations.openList();
    await button(item(frame), "Open Actions").click();
    await frame.getByRole("button", { name: /^Repeats “Actions” of / }).waitFor();
    await button(frame.locator("body"), "Compare…").click();
    const sides = frame.locator("fieldset.side");
    const earlier = await sides
      .last()
      .getByLabel("Evaluation")
      .locator("option")
      .last()
      .getAttribute("value");
    await sides.last().getByLabel("Evaluation").selectOption(earlier);
    const panel = frame.locator(".compare-panel");
    const text = await evaluations.waitForText(panel, /3 pairs of responses[^]*Checks passed/);
    assert.match(text, /Checks passed\s+50 %\s+50 %\s+0 %/);
    assert.match(text, /No check passed on one side and failed on the other\./);
    await frame.getByRole("tab", { name: "Side by side" }).click();
    await evaluations.waitForText(panel, /Both say the same, word for word\./);
    assert.equal(await frame.locator(".marked").count(), 0);
    await sides.last().getByLabel("Model").selectOption("1");
    await frame.locator(".reading-tools select").selectOption({ label: "Sums › Story" });
    await evaluations.waitForText(panel, /only in the first\s+\d+ words?\s+only in the second\s+\d+ words?/);
    await frame.locator(".read mark.is-second").first().waitFor();
    await button(panel, "In One Text").click();
    await frame.locator(".read ins").first().waitFor();
    await frame.locator(".read del").first().waitFor();
    assert.equal(await frame.locator(".read").count(), 1);
  });

  it("Show Log of a Past Evaluation opens all that was said then", async () => {
    await workbench.command("Local Models: Show Log of a Past Evaluation…");
    await workbench.quickInput.waitOpen("Show Log of a Past Evaluation");
    const [, first] = await workbench.quickInput.items();
    assert.match(first!, /^Actions completed, 6 of 6 responses · /);
    // The newest is first, so that the run before its repetition is last.
    await workbench.page.keyboard.press("ArrowDown");
    await workbench.page.keyboard.press("Enter");
    const lines = await outputText("Local Models: Past Evaluation");
    for (const expected of [
      /^[\d-]+ [\d:.]+ +Evaluation “Actions”: 2 models × 3 prompts × 1 run = 6 responses$/m,
      /Model 2\/2 local-models\/late-chat-gguf\/late-chat-q8_0\.gguf: cannot be used: There is no downloaded model/,
      /3 responses of them are there already/,
      /Judging 6 responses by Brevity: 6 judgements/,
      /Comparing Demo Chat Plus Q8_0 with /,
      /Evaluation “Actions”: completed\s*$/,
    ]) {
      assert.match(lines, expected);
    }
  });

  it("Reset frees an evaluation that is worked on, and it can be resumed", async () => {
    await evaluations.writeSuite("endless.eval.json", {
      name: "Endless",
      models: [model],
      settings: { temperature: 0, max_tokens: 40, num_runs: 900, seed: 42 },
      sequences: [{ name: "Stories", prompts: [{ name: "Story", prompt: "Tell me a story about a fox." }] }],
    });
    await workbench.command("Local Models: Run Evaluation");
    await workbench.quickInput.pick("Endless");
    await workbench.waitStatus(/Evaluation [1-9]\d*\/900$/, { timeoutMs: 60_000 });
    const frame = await evaluations.openList();
    await more(frame, "Reset");
    await evaluations.waitForText(item(frame), /Interrupted[^]*\d+ of 900 responses[^]*Resume/);
    await waitUntil("the status bar item to go", async () => {
      return !(await workbench.statusItems()).some(({ text }) => text.startsWith("Evaluation"));
    });
    await button(item(frame), "Resume").click();
    await evaluations.waitForText(item(frame), /Running[^]*is answering/);
    await workbench.command("Local Models: Cancel Evaluation");
    await evaluations.waitForText(item(frame), /Cancelled[^]*\d+ of 900 responses/);
    await workbench.command("Local Models: Reset Evaluation…");
    await workbench.notifications.waitFor("No evaluation seems stuck.");
    await workbench.notifications.dismiss(/seems stuck/);
  });

  it("Save and Load Configuration take a setup from one suite to another", async () => {
    const file = path.join(workbench.folder, "setup.json");
    await workbench.command("Local Models: Save Evaluation Configuration…");
    await workbench.quickInput.pick("Actions");
    await workbench.quickInput.waitOpen("Choose the model that is evaluated");
    await workbench.quickInput.pick(lateModel);
    await evaluations.submitPath(file);
    await workbench.page.getByRole("tab", { name: "setup.json" }).waitFor();
    const saved = JSON.parse(await readFile(file, "utf8")) as Record<string, unknown>;
    assert.deepEqual(saved["generation_model"], {
      repo_id: "local-models/late-chat-gguf",
      filename: "late-chat-q8_0.gguf",
      subdirectory: "",
    });
    assert.deepEqual([saved["use_local_evaluator"], saved["sequences"]], [false, ["Sums"]]);
    const { temperature, num_runs, seed } = saved["settings"] as Record<string, unknown>;
    assert.deepEqual([temperature, num_runs, seed], [0, 1, 42]);

    await workbench.command("Local Models: Load Evaluation Configuration…");
    await evaluations.submitPath(file);
    await workbench.quickInput.waitOpen("Choose the suite whose prompts are used");
    await workbench.quickInput.pick("Endless");
    await workbench.page.getByRole("tab", { name: "Endless 2.eval.json" }).waitFor();
    const made = await readFile(path.join(workbench.folder, "evaluations/Endless 2.eval.json"), "utf8");
    const suite = JSON.parse(made) as {
      models: string[];
      settings: object;
      sequences: { prompts: object[] }[];
    };
    assert.deepEqual(suite.models, [lateModel]);
    assert.deepEqual(suite.settings, saved["settings"]);
    assert.deepEqual(suite.sequences[0]?.prompts, [
      { name: "Story", prompt: "Tell me a story about a fox." },
    ]);
  });

  /** The newest evaluation in the list. */
  function item(frame: Frame): Locator {
    return frame.locator(".evaluation-item").first();
  }

  function button(within: Locator, name: string): Locator {
    return within.getByRole("button", { name, exact: true }).first();
  }

  async function more(frame: Frame, action: string): Promise<void> {
    await button(item(frame), "More Actions").click();
    await frame.getByRole("menuitem", { name: action, exact: true }).click();
  }

  /** All of the editor that has just been opened, also what is out of sight. */
  async function editorText(): Promise<string> {
    const editor = workbench.page.locator(".editor-group-container .monaco-editor .view-lines");
    await editor.filter({ visible: true }).first().click();
    return copyAll();
  }

  async function outputText(channel: string): Promise<string> {
    const chosen = workbench.page.locator(".panel .title select option:checked");
    await waitUntil(`the output ${channel}`, async () => (await chosen.allInnerTexts()).includes(channel), {
      seen: () => chosen.allInnerTexts(),
    });
    await workbench.page
      .locator(".panel .monaco-editor")
      .first()
      .click({ position: { x: 200, y: 30 } });
    return copyAll();
  }

  async function copyAll(): Promise<string> {
    const { page } = workbench;
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    return waitUntil("the text in the clipboard", async () => {
      await page.keyboard.press("ControlOrMeta+a");
      await page.keyboard.press("ControlOrMeta+c");
      const text = await page.evaluate<string>("navigator.clipboard.readText()");
      return text.replaceAll("\r\n", "\n");
    });
  }
});
