import type { Test } from "mocha";
import type { Workbench } from "../../scripts/lib/workbench.mjs";

/** Keeps what the window shows when a test has failed: as a picture, and in words where only the log is left. */
export async function recordFailedWindow(workbench: Workbench, test: Test | undefined): Promise<void> {
  if (test?.state !== "failed") {
    return;
  }
  await workbench.screenshot(`.vscode-test/screenshots/failed-${test.title.slice(0, 40)}.png`);
  // The window may be changing or stuck; the tests after this one run all the same.
  const shown = await contentsOf(workbench).catch(String);
  console.log(`The window after “${test.title}”: ${JSON.stringify(shown, null, 1)}`);
}

async function contentsOf(workbench: Workbench): Promise<object> {
  const { quickInput } = workbench;
  return {
    quickInput: (await quickInput.isOpen()) && [...(await quickInput.about()), ...(await quickInput.items())],
    focus: await workbench.page.evaluate<string>(
      "`${document.activeElement?.tagName}.${document.activeElement?.className}`",
    ),
    tabs: await workbench.page.locator(".tabs-container .tab").allInnerTexts(),
    notifications: await workbench.notifications.all(),
    status: (await workbench.statusItems()).map(({ text }) => text),
  };
}
