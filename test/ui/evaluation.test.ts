import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { waitUntil, Workbench } from "../../scripts/lib/workbench.mjs";

const model = "local-models/demo-chat-plus-gguf/demo-chat-plus-q8_0.gguf";

/** Suites as a person runs them: from the editor, the palette and the Testing view. */
describe("evaluation in the workbench", () => {
  let workbench: Workbench;

  before(async function () {
    this.timeout(240_000);
    workbench = await Workbench.open();
  });

  // Set-up may have failed half-way.
  after(() => (workbench as Workbench | undefined)?.dispose());

  afterEach(async function () {
    if (this.currentTest?.state === "failed") {
      await workbench.screenshot(
        `.vscode-test/screenshots/failed-${this.currentTest.title.slice(0, 40)}.png`,
      );
    }
  });

  it("runs a suite from the line above it, shows its log, and keeps the scores there", async () => {
    await writeSuite("small.eval.json", "Small", 2);
    await openFile("small.eval.json");
    await lens("Run Suite").click();
    await workbench.notifications.waitFor(/Evaluating “Small”/);
    await workbench.waitStatus(/Evaluation \d\/4$/);
    await workbench.notifications.waitFor("“Small” is complete: 4 responses.", { timeoutMs: 60_000 });
    await waitForOutput(
      /\[Sums · run 2 · 2\/2 Wrong\] stored as row \d+ \(4 of 4\)[^]*Evaluation “Small”: completed/,
    );
    await waitUntil("the status bar item to go", async () => {
      return !(await workbench.statusItems()).some(({ text }) => text.startsWith("Evaluation"));
    });
    await lens("✗ 2/4").waitFor();
    await lens("Show Results").waitFor();
    await workbench.notifications.dismiss(/“Small” is complete/);
  });

  it("cancels from the notification, and resumes", async () => {
    await writeSuite("long.eval.json", "Long", 40);
    await workbench.command("Local Models: Run Evaluation");
    await workbench.quickInput.pick("Long");
    await workbench.waitStatus(/Evaluation [1-9]\d*\/80$/, { timeoutMs: 60_000 });
    await workbench.notifications.click(/Evaluating “Long”/, "Cancel");
    await waitForOutput(/Evaluation “Long”: cancelled/);
    await workbench.command("Local Models: Resume Evaluation…");
    await workbench.quickInput.pick("Long");
    await workbench.waitStatus(/Evaluation [1-9]\d*\/80$/, { timeoutMs: 60_000 });
  });

  it("offers to go on after the window was closed in the middle", async function () {
    this.timeout(180_000);
    await workbench.reload();
    const { message } = await workbench.notifications.waitFor(/interrupted/, { timeoutMs: 60_000 });
    assert.match(message, /^The evaluation “Long” was interrupted after \d+ of 80 responses\.$/);
    await workbench.notifications.click(/interrupted/, "Resume");
    await workbench.notifications.waitFor(/“Long” is complete: 80 responses/, { timeoutMs: 90_000 });
    await workbench.notifications.dismiss(/“Long” is complete/);
  });

  it("shows prompts with checks as tests that pass or fail", async () => {
    await openFile("small.eval.json");
    await lens("Run Suite").waitFor();
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
    await lens("Run Suite").waitFor();
    const problems = workbench.page.locator(".statusbar-item[id='status.problems']");
    assert.match((await problems.innerText()).replace(/\s+/g, " "), /0 0/);
  });

  it("exports to a file that the person chooses", async () => {
    await workbench.command("Local Models: Export Evaluation…");
    await workbench.quickInput.pick("Long");
    await workbench.quickInput.pick("JSON Lines");
    const file = path.join(workbench.folder, "exported.jsonl");
    await submitPath(file);
    await workbench.notifications.waitFor("“exported.jsonl” was written.");
    await workbench.notifications.dismiss(/was written/);
    const lines = (await readFile(file, "utf8")).trim().split("\n");
    assert.equal(lines.length, 80);
    assert.equal((JSON.parse(lines[0]!) as { prompt: string }).prompt, "Right");
  });

  it("makes a suite of a storybench configuration and the prompts beside it", async () => {
    const chosen = { repo_id: "local-models/demo-chat-plus-gguf", filename: "demo-chat-plus-q8_0.gguf" };
    const configuration = { generation_model: chosen, evaluation_model: chosen, use_local_evaluator: true };
    await writeFile(path.join(workbench.folder, "prompts.json"), '{"Film": [{"name": "One", "text": "Hi"}]}');
    const file = path.join(workbench.folder, "local_models.json");
    await writeFile(file, JSON.stringify(configuration));
    await workbench.command("Local Models: Import Storybench Configuration…");
    await submitPath(file);
    await workbench.page.getByRole("tab", { name: "Storybench.eval.json" }).waitFor();
    const made = await readFile(path.join(workbench.folder, "evaluations/Storybench.eval.json"), "utf8");
    const suite = JSON.parse(made) as { models: string[]; sequences: unknown; judge: { model: string } };
    assert.deepEqual(suite.models, [model]);
    assert.equal(suite.judge.model, model);
    assert.deepEqual(suite.sequences, [{ name: "Film", prompts: [{ name: "One", prompt: "Hi" }] }]);
  });

  /** In the dialog that takes a path, once it has listed the folder. */
  async function submitPath(file: string): Promise<void> {
    await workbench.quickInput.waitOpen();
    const input = workbench.quickInput.input();
    await waitUntil("the file dialog", async () => (await input.inputValue()).startsWith("/"));
    await waitUntil("the list to settle", () => workbench.quickInput.isSettled());
    await input.fill(file);
    await waitUntil("the list to settle", () => workbench.quickInput.isSettled());
    await input.press("Enter");
  }

  function lens(text: string) {
    return workbench.page.locator(".codelens-decoration a", { hasText: text }).first();
  }

  async function openFile(name: string): Promise<void> {
    await workbench.page.keyboard.press("Control+P");
    await workbench.quickInput.waitOpen();
    await workbench.quickInput.type(name);
    await workbench.quickInput.pick(name);
  }

  /** The Output view draws the lines that are in sight; the newest are. */
  function waitForOutput(text: RegExp): Promise<unknown> {
    const lines = workbench.page.locator(".output-view-container .view-line, .output-view .view-line");
    const shown = async () => (await lines.allInnerTexts()).join("\n").replaceAll("\u00a0", " ");
    return waitUntil(`${text} in the output`, async () => text.test(await shown()), { seen: shown });
  }

  async function writeSuite(file: string, name: string, runs: number): Promise<void> {
    const numeric = (value: number) => [{ numeric: { value, tolerance: 0 } }];
    const suite = {
      name,
      models: [model],
      settings: { temperature: 0, max_tokens: 40, num_runs: runs, seed: 42 },
      sequences: [
        {
          name: "Sums",
          prompts: [
            { name: "Right", prompt: "What is 8 + 5?", checks: numeric(13) },
            { name: "Wrong", prompt: "What is 2 + 3?", checks: numeric(4) },
          ],
        },
      ],
    };
    const text = JSON.stringify(suite, null, 2);
    await writeFile(path.join(workbench.folder, "evaluations", file), text);
  }
});
