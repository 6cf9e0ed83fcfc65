import type { Test } from "mocha";
import type { Workbench } from "../../scripts/lib/workbench.mjs";

/** Keeps what the window shows when a test has failed: as a picture, and in words where only the log is left. */
export async function recordFailedWindow(workbench: Workbench, test: Test | undefined): Promise<void> {
  if (test?.state !== "failed") {
    return;
  }
  const quickInput = (await workbench.quickInput.isOpen())
    ? [...(await workbench.quickInput.about()), ...(await workbench.quickInput.items())]
    : undefined;
  const shown = {
    quickInput,
    focus: await workbench.page.evaluate<string>(
      "`${document.activeElement?.tagName}.${document.activeElement?.className}`",
    ),
    tabs: await workbench.page.locator(".tabs-container .tab").allInnerTexts(),
    notifications: await workbench.notifications.all(),
    status: (await workbench.statusItems()).map(({ text }) => text),
  };
  console.log(`The window after “${test.title}”: ${JSON.stringify(shown, null, 1)}`);
  await workbench.screenshot(`.vscode-test/screenshots/failed-${test.title.slice(0, 40)}.png`);
}
