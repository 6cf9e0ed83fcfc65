// @ts-check
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const model = "local-models/demo-chat-plus-gguf/demo-chat-plus-q8_0.gguf";
const suite = {
  name: "Small talk",
  models: [model],
  settings: { temperature: 0, max_tokens: 60, num_runs: 2, seed: 42 },
  sequences: [
    {
      name: "Sums",
      prompts: [
        { name: "Plus", prompt: "What is 8 + 5?", checks: [{ numeric: { value: 13, tolerance: 0 } }] },
        { name: "Minus", prompt: "How much is 15 - 6?", checks: [{ numeric: { value: 8, tolerance: 0 } }] },
      ],
    },
    {
      name: "Names",
      prompts: [
        { name: "Tell", prompt: "My name is Ada.", checks: [{ contains: "Ada" }] },
        { name: "Ask", prompt: "What is my name?", checks: [{ equals: "Your name is Ada." }] },
      ],
    },
  ],
  criteria: [{ name: "Brevity", description: "The answer is short." }],
  judge: { model },
};

/** Suites in the editor, a run, and the Testing view. @param {import("../look.mjs").Look} look */
export async function look({ workbench, shot }) {
  const { page } = workbench;
  const folder = path.join(workbench.folder, "evaluations");
  await writeFile(path.join(folder, "small.eval.json"), JSON.stringify(suite, null, 2));
  const wrong = JSON.stringify({ ...suite, settings: { num_runs: 0 } }, null, 2).replace('"Minus"', '"Plus"');
  await writeFile(path.join(folder, "wrong.eval.json"), wrong);
  await openFile("small.eval.json");
  await page.locator(".codelens-decoration", { hasText: "Run Suite" }).first().waitFor();
  await sleep(1500);
  await shot("suite");
  await page.locator(".codelens-decoration a", { hasText: "Run Suite" }).first().click();
  await workbench.waitStatus(/Evaluation \d+\/\d+/);
  await sleep(1000);
  await shot("running");
  await workbench.notifications.waitFor(/is complete/, { timeoutMs: 120_000 });
  await sleep(1000);
  await shot("ended");
  await openFile("wrong.eval.json");
  await workbench.command("View: Toggle Problems");
  await sleep(2500);
  await shot("problems");
  await workbench.openView("Testing");
  await sleep(2000);
  await shot("testing");
  await openFile("small.eval.json");
  await workbench.command("Test: Run Tests in Current File");
  await page.locator(".test-output-peek-tree, .test-output-peek").getByText("Minus").first().waitFor();
  await sleep(1500);
  await shot("tested");
  await workbench.command("Local Models: Run Evaluation");
  await sleep(1500);
  await shot("pick");
  await workbench.quickInput.cancel();
  await workbench.command("Local Models: Resume Evaluation…");
  await sleep(1000);
  await shot("none");
  await workbench.command("Local Models: Export Evaluation…");
  await sleep(1000);
  await shot("export");
  await workbench.quickInput.cancel();
  await workbench.command("Local Models: New Evaluation…");
  await sleep(1000);
  await shot("new");
  await workbench.quickInput.cancel();

  /** @param {string} name */
  async function openFile(name) {
    await page.keyboard.press("Control+P");
    await workbench.quickInput.waitOpen();
    await workbench.quickInput.type(name);
    await workbench.quickInput.pick(name);
  }
}
