import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Frame, Locator } from "playwright-core";
import { waitUntil, type Workbench } from "../../scripts/lib/workbench.mjs";

/** What tests of suites and evaluations do in a window. */
export class EvaluationWindow {
  constructor(readonly workbench: Workbench) {}

  async writeSuite(file: string, suite: object): Promise<void> {
    const folder = path.join(this.workbench.folder, "evaluations");
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, file), JSON.stringify(suite, null, 2));
  }

  async openFile(name: string): Promise<void> {
    const { page, quickInput } = this.workbench;
    await page.keyboard.press("Control+P");
    await quickInput.waitOpen();
    await quickInput.type(name);
    await quickInput.pick(name);
  }

  lens(text: string): Locator {
    return this.workbench.page.locator(".codelens-decoration a", { hasText: text }).first();
  }

  /** In the dialog that takes a path, once it has listed the folder. */
  async submitPath(file: string): Promise<void> {
    const { quickInput } = this.workbench;
    await quickInput.waitOpen();
    const input = quickInput.input();
    await waitUntil("the file dialog", async () => (await input.inputValue()).startsWith("/"));
    await waitUntil("the list to settle", () => quickInput.isSettled());
    await input.fill(file);
    await waitUntil("the list to settle", () => quickInput.isSettled());
    await input.press("Enter");
  }

  /** The Output view draws the lines that are in sight; the newest are. */
  waitForOutput(text: RegExp): Promise<unknown> {
    const lines = this.workbench.page.locator(".output-view-container .view-line, .output-view .view-line");
    const shown = async () => (await lines.allInnerTexts()).join("\n").replaceAll("\u00a0", " ");
    return waitUntil(`${text} in the output`, async () => text.test(await shown()), {
      seen: shown,
      timeoutMs: 60_000,
    });
  }

  /** The page with the list of evaluations, wherever it was before. */
  async openList(): Promise<Frame> {
    const { workbench } = this;
    await workbench.command("Local Models: Show Evaluations");
    const frame = await workbench.webview({ holds: "main", timeoutMs: 60_000 });
    for (const name of ["Back to the Evaluation", "Back to All Evaluations"]) {
      const back = frame.getByRole("button", { name, exact: true });
      if (await back.isVisible()) {
        await back.click();
      }
    }
    await frame.locator(".evaluation-list").waitFor();
    return frame;
  }

  async waitForText(within: Locator, text: RegExp, timeoutMs = 30_000): Promise<string> {
    const shown = async () => within.first().innerText({ timeout: 5000 });
    return waitUntil(
      `${text} in ${String(within)}`,
      async () => {
        const now = await shown();
        return text.test(now) ? now : undefined;
      },
      { timeoutMs, seen: shown },
    );
  }
}
