// @ts-check
import { textMatches, waitUntil } from "./wait.mjs";

/** The menu lives in the page, or in a shadow root of its own; playwright's locators look into both. */
const ITEMS = ".monaco-menu .action-item:not(.disabled) .action-menu-item";

/**
 * The labels of the open menu.
 * @param {import("playwright-core").Page} page
 * @returns {Promise<string[]>}
 */
export async function menuItems(page) {
  const items = await page.locator(ITEMS).filter({ visible: true }).all();
  return Promise.all(items.map((item) => item.locator(".action-label").innerText({ timeout: 1000 })));
}

/**
 * Chooses in the open menu; each further label is in the sub-menu of the one before.
 * @param {import("playwright-core").Page} page
 * @param {(string | RegExp)[]} path
 */
export async function pickMenuItem(page, path) {
  for (const wanted of path) {
    const item = await waitUntil(
      `the menu item ${wanted}`,
      async () => {
        const items = await page.locator(ITEMS).filter({ visible: true }).all();
        for (const candidate of items.reverse()) {
          const label = await candidate.locator(".action-label").innerText({ timeout: 500 });
          if (textMatches(label, wanted)) return candidate;
        }
        return undefined;
      },
      { timeoutMs: 5000, seen: () => menuItems(page) },
    );
    await item.hover();
    // A menu ignores clicks that come right after it opened, so that its opening click chooses nothing.
    await page.waitForTimeout(300);
    await item.click();
  }
}
