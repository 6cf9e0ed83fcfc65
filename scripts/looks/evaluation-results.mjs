// @ts-check
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const better = "local-models/demo-chat-plus-gguf/demo-chat-plus-q8_0.gguf";
const smaller = "local-models/demo-chat-gguf/demo-chat-q8_0.gguf";
const suite = {
  name: "Stories and sums",
  models: [better, smaller],
  settings: { temperature: 0.7, max_tokens: 120, num_runs: 2, seed: 42 },
  sequences: [
    {
      name: "Stories",
      independent: true,
      prompts: [
        { name: "Fox", prompt: "Tell me a story about a fox." },
        { name: "Explain", prompt: "What is this extension?", checks: [{ contains: "VS Code extension" }] },
      ],
    },
    {
      name: "Sums",
      prompts: [
        { name: "Plus", prompt: "What is 8 + 5?", checks: [{ numeric: { value: 13, tolerance: 0 } }] },
        { name: "Minus", prompt: "How much is 15 - 6?", checks: [{ numeric: { value: 8, tolerance: 0 } }] },
      ],
    },
  ],
  criteria: [
    { name: "Brevity", description: "The answer is short." },
    { name: "Language", description: "The answer is in English." },
  ],
  judge: { model: better, repeats: 2 },
};

/** Every screen of the results page. @param {import("../look.mjs").Look} look */
export async function look({ workbench, shot }) {
  const { page, quickInput, notifications } = workbench;
  const file = path.join(workbench.folder, "evaluations/stories.eval.json");
  await writeFile(file, JSON.stringify(suite, null, 2));
  await workbench.command("Local Models: Show Evaluations");
  await workbench.webview({ holds: ".empty-middle", timeoutMs: 60_000 });
  await shot("results-none");
  await workbench.command("Local Models: Run Evaluation");
  await quickInput.pick("Stories and sums");
  await workbench.command("Local Models: Show Evaluations");
  const frame = await workbench.webview({ holds: ".evaluation-item", timeoutMs: 60_000 });
  await workbench.waitStatus(/Evaluation \d+\/\d+/);
  await sleep(1000);
  await shot("results-running");
  await notifications.waitFor(/is complete/, { timeoutMs: 120_000 });
  await notifications.dismiss(/is complete/);
  await workbench.command("Local Models: Compare Models by a Judge…");
  await quickInput.pick("Stories and sums");
  await quickInput.waitOpen("Choose the judge");
  await quickInput.pick("Demo Chat Plus Q8_0");
  await notifications.waitFor(/is complete/, { timeoutMs: 120_000 });
  await notifications.dismiss(/is complete/);
  await workbench.command("View: Hide Panel");
  await frame.getByRole("button", { name: "More Actions" }).click();
  await shot("results-list");
  await page.keyboard.press("Escape");
  await frame.getByRole("button", { name: "Open Stories and sums" }).click();
  await frame.locator(".table-body .row .cell-text").first().waitFor();
  await sleep(500);
  await shot("results-table");
  await frame.locator(".table-body .row").nth(2).click();
  await frame.locator(".detail .judge").first().waitFor();
  await sleep(300);
  await shot("results-detail");
  await frame.locator(".detail").getByRole("button", { name: "Close" }).click();
  await frame.getByRole("tab", { name: "Summary" }).click();
  await frame.locator(".chart svg .bar").first().waitFor();
  await sleep(300);
  await shot("results-summary");
  await frame.locator(".settings").scrollIntoViewIfNeeded();
  await shot("results-summary-end");
  await frame.getByRole("button", { name: "Compare…" }).click();
  await frame.locator(".differences").waitFor();
  await sleep(300);
  await shot("results-differences");
  await frame.getByRole("tab", { name: "Side by side" }).click();
  await frame.locator(".read").nth(1).waitFor();
  await sleep(300);
  await shot("results-reading");
  await frame.getByRole("button", { name: "In One Text" }).click();
  await frame.locator(".read ins").first().waitFor();
  await shot("results-one-text");
  await frame.locator(".reading-tools select").selectOption({ label: "Sums › Plus" });
  await sleep(500);
  await shot("results-reading-short");
}
