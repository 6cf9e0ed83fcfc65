import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { waitUntil, Workbench } from "../../scripts/lib/workbench.mjs";
import { EvaluationWindow } from "../support/evaluation-window";
import { recordFailedWindow } from "../support/failed-window";

const model = "local-models/demo-chat-plus-gguf/demo-chat-plus-q8_0.gguf";

/** Suites as a person runs them: from the editor, the palette and the Testing view. */
describe("evaluation in the workbench", () => {
  let workbench: Workbench;
  let evaluations: EvaluationWindow;

  before(async function () {
    this.timeout(240_000);
    workbench = await Workbench.open();
    evaluations = new EvaluationWindow(workbench);
  });

  // Set-up may have failed half-way.
  after(() => (workbench as Workbench | undefined)?.dispose());

  afterEach(function () {
    return recordFailedWindow(workbench, this.currentTest);
  });

  it("runs a suite from the line above it, shows its log, and keeps the scores there", async () => {
    await writeSuite("small.eval.json", "Small", 2);
    await evaluations.openFile("small.eval.json");
    await evaluations.lens("Run Suite").click();
    await workbench.notifications.waitFor(/Evaluating “Small”/);
    await workbench.waitStatus(/Evaluation \d\/4$/);
    await workbench.notifications.waitFor("“Small” is complete: 4 responses.", { timeoutMs: 60_000 });
    await evaluations.waitForOutput(
      /\[Sums · run 2 · 2\/2 Wrong\] stored as row \d+ \(4 of 4\)[^]*Evaluation “Small”: completed/,
    );
    await waitUntil("the status bar item to go", async () => {
      return !(await workbench.statusItems()).some(({ text }) => text.startsWith("Evaluation"));
    });
    await evaluations.lens("✗ 2/4").waitFor();
    await evaluations.lens("Show Results").waitFor();
    await workbench.notifications.dismiss(/“Small” is complete/);
  });

  it("cancels from the notification, and resumes", async () => {
    // Long enough for a window to be closed in the middle.
    await writeSuite("long.eval.json", "Long", 60, [
      "Tell me a story about a fox.",
      "Tell me another story.",
    ]);
    await workbench.command("Local Models: Run Evaluation");
    await workbench.quickInput.pick("Long");
    await workbench.waitStatus(/Evaluation [1-9]\d*\/120$/, { timeoutMs: 60_000 });
    await workbench.notifications.click(/Evaluating “Long”/, "Cancel");
    await evaluations.waitForOutput(/Evaluation “Long”: cancelled/);
    await workbench.command("Local Models: Resume Evaluation…");
    await workbench.quickInput.pick("Long");
    await workbench.waitStatus(/Evaluation [1-9]\d*\/120$/, { timeoutMs: 60_000 });
  });

  it("offers to go on after the window was closed in the middle", async function () {
    this.timeout(180_000);
    await workbench.reload();
    const { message } = await workbench.notifications.waitFor(/interrupted/, { timeoutMs: 60_000 });
    assert.match(message, /^The evaluation “Long” was interrupted after \d+ of 120 responses\.$/);
    await workbench.notifications.click(/interrupted/, "Resume");
    await workbench.notifications.waitFor(/“Long” is complete: 120 responses/, { timeoutMs: 90_000 });
    await workbench.notifications.dismiss(/“Long” is complete/);
  });

  it("shows prompts with checks as tests that pass or fail", async () => {
    await evaluations.openFile("small.eval.json");
    await evaluations.lens("Run Suite").waitFor();
    await workbench.command("Test: Run Tests in Current File");
    await workbench.openView("Testing");
    const test = (name: RegExp) =>
      workbench.page.locator(".test-explorer [role=treeitem]").filter({ hasText: name });
    await waitUntil(
      "the suite's tests to end",
      async () => {
        const label = await test(/^Small/)
          .first()
          .getAttribute("aria-label");
        return label?.includes("Failed");
      },
      { timeoutMs: 60_000 },
    );
    await workbench.page
      .locator(".test-output-peek-tree, .test-output-peek")
      .getByText("Wrong")
      .first()
      .waitFor();
    // What is wrong stands at the check that failed, not at its prompt.
    await workbench.page.keyboard.press("Control+P");
    await workbench.quickInput.submit(":33");
    const message = workbench.page.locator(".editor-instance").getByText("5 != 4").first();
    const number = workbench.page.locator(".editor-instance .line-numbers").getByText("32", { exact: true });
    await waitUntil("the message beside its check", async () => {
      const [beside, line] = await Promise.all([message.boundingBox(), number.boundingBox()]);
      return beside && line && Math.abs(beside.y + beside.height / 2 - line.y - line.height / 2) < 6;
    });
    assert.equal((await workbench.notifications.all()).length, 0);
  });

  it("makes a new suite of sample sequences, without a problem", async () => {
    await workbench.command("Local Models: New Evaluation…");
    await workbench.quickInput.waitOpen("New Evaluation");
    await workbench.page.keyboard.press("Enter");
    await workbench.quickInput.pick("No judge");
    await workbench.quickInput.waitOpen(/Name of the evaluation/);
    await workbench.quickInput.submit("My stories");
    const tab = workbench.page.getByRole("tab", { name: "My stories.eval.json" });
    await tab.waitFor();
    const made = await readFile(path.join(workbench.folder, "evaluations/My stories.eval.json"), "utf8");
    const { sequences } = JSON.parse(made) as { sequences: { prompts: unknown[] }[] };
    assert.deepEqual(
      sequences.map(({ prompts }) => prompts.length),
      [3, 3, 3, 3, 3],
    );
    await evaluations.lens("Run Suite").waitFor();
    const problems = workbench.page.locator(".statusbar-item[id='status.problems']");
    assert.match((await problems.innerText()).replace(/\s+/g, " "), /0 0/);
  });

  it("exports to a file that the person chooses", async () => {
    await workbench.command("Local Models: Export Evaluation…");
    await workbench.quickInput.pick("Long");
    await workbench.quickInput.pick("JSON Lines");
    const file = path.join(workbench.folder, "exported.jsonl");
    await evaluations.submitPath(file);
    await workbench.notifications.waitFor("“exported.jsonl” was written.");
    await workbench.notifications.dismiss(/was written/);
    const lines = (await readFile(file, "utf8")).trim().split("\n");
    assert.equal(lines.length, 120);
    assert.equal((JSON.parse(lines[0]!) as { prompt: string }).prompt, "Right");
  });

  it("makes a suite of a storybench configuration and the prompts beside it", async () => {
    const chosen = { repo_id: "local-models/demo-chat-plus-gguf", filename: "demo-chat-plus-q8_0.gguf" };
    const configuration = { generation_model: chosen, evaluation_model: chosen, use_local_evaluator: true };
    await writeFile(path.join(workbench.folder, "prompts.json"), '{"Film": [{"name": "One", "text": "Hi"}]}');
    const file = path.join(workbench.folder, "local_models.json");
    await writeFile(file, JSON.stringify(configuration));
    await workbench.command("Local Models: Import Storybench Configuration…");
    await evaluations.submitPath(file);
    await workbench.page.getByRole("tab", { name: "Storybench.eval.json" }).waitFor();
    const made = await readFile(path.join(workbench.folder, "evaluations/Storybench.eval.json"), "utf8");
    const suite = JSON.parse(made) as { models: string[]; sequences: unknown; judge: { model: string } };
    assert.deepEqual(suite.models, [model]);
    assert.equal(suite.judge.model, model);
    assert.deepEqual(suite.sequences, [{ name: "Film", prompts: [{ name: "One", prompt: "Hi" }] }]);
  });

  async function writeSuite(
    file: string,
    name: string,
    runs: number,
    [right, wrong] = ["What is 8 + 5?", "What is 2 + 3?"],
  ): Promise<void> {
    const numeric = (value: number) => [{ numeric: { value, tolerance: 0 } }];
    const suite = {
      name,
      models: [model],
      settings: { temperature: 0, max_tokens: 40, num_runs: runs, seed: 42 },
      sequences: [
        {
          name: "Sums",
          prompts: [
            { name: "Right", prompt: right, checks: numeric(13) },
            { name: "Wrong", prompt: wrong, checks: numeric(4) },
          ],
        },
      ],
    };
    await evaluations.writeSuite(file, suite);
  }
});
