// @ts-check
import { textMatches, waitUntil } from "./wait.mjs";

// One that is closing is still in sight for a moment, but takes neither keys nor clicks.
const WIDGET = ".quick-input-widget:not([style*='display: none']):not([inert])";

/** Quick picks, input boxes and the command palette: all are the one widget at the top. */
export class QuickInput {
  /** @param {import("playwright-core").Page} page */
  constructor(page) {
    this.page = page;
    this.widget = page.locator(WIDGET);
  }

  /** @returns {Promise<boolean>} */
  isOpen() {
    return this.widget.isVisible();
  }

  /**
   * Waits for the widget, optionally for one with a certain title, prompt or placeholder.
   * @param {string | RegExp} [about]
   */
  async waitOpen(about) {
    await waitUntil(
      about ? `a quick input about ${about}` : "a quick input",
      async () =>
        (await this.isOpen()) && (!about || (await this.about()).some((text) => matchesPart(text, about))),
      { seen: () => this.about() },
    );
  }

  async waitClosed() {
    await waitUntil("the quick input to close", async () => !(await this.isOpen()), {
      seen: () => this.about(),
    });
  }

  /** Title, placeholder and message of the open widget. @returns {Promise<string[]>} */
  async about() {
    if (!(await this.isOpen())) return [];
    const placeholder = await this.input().getAttribute("placeholder");
    const title = await this.widget.locator(".quick-input-title").first().innerText();
    return [title.trim(), placeholder ?? "", (await this.message()) ?? ""].filter(Boolean);
  }

  /** The prompt or validation message under an input box. @returns {Promise<string | undefined>} */
  async message() {
    const message = this.widget.locator(".quick-input-message");
    return (await message.isVisible()) ? (await message.innerText()).trim() : undefined;
  }

  /** The rows now rendered; a long list renders only what fits. @returns {Promise<string[]>} */
  async items() {
    return this.widget.locator(".monaco-list-row").evaluateAll((rows) =>
      rows.map((row) =>
        ["label-name", "label-description", "quick-input-list-label-meta"]
          .map((name) => row.querySelector(`.${name}`)?.textContent?.trim() ?? "")
          .filter(Boolean)
          .join(" "),
      ),
    );
  }

  /** Replaces the text. @param {string} text */
  async type(text) {
    await this.waitOpen();
    await this.input().fill(text);
  }

  /** Types a text and accepts it, as in an input box. @param {string} text */
  async submit(text) {
    await this.type(text);
    await this.input().press("Enter");
  }

  /**
   * Picks a row by its label: a string must be the whole label, a pattern may match any part of the row.
   * @param {string | RegExp} label
   * @param {{ filter?: string | undefined, timeoutMs?: number | undefined }} [options] filter: text typed first, for long lists
   */
  async pick(label, { filter, timeoutMs } = {}) {
    await this.waitOpen();
    if (filter !== undefined) await this.input().fill(filter);
    const pickOnce = async () => {
      // Where the mouse rests from the pick before, a hover may cover the row.
      await this.page.mouse.move(0, 0);
      const row = await this.findRow(label);
      // A row may get another name or place meanwhile; then it is looked for anew.
      await row?.click({ timeout: 2000 });
      return row;
    };
    await waitUntil(`a quick pick row ${label}`, pickOnce, { timeoutMs, seen: () => this.items() });
  }

  /** True when the rows stay the same for a moment. */
  async isSettled() {
    const before = await this.items();
    await this.page.waitForTimeout(250);
    return JSON.stringify(before) === JSON.stringify(await this.items());
  }

  async cancel() {
    await this.page.keyboard.press("Escape");
    await this.waitClosed();
  }

  input() {
    return this.widget.locator(".quick-input-box input, .quick-input-box textarea").first();
  }

  /** @param {string | RegExp} label */
  async findRow(label) {
    for (const row of await this.widget.locator(".monaco-list-row").all()) {
      const name = await row.locator(".label-name").first().innerText({ timeout: 500 });
      const matches =
        textMatches(name, label) ||
        (label instanceof RegExp && textMatches(await row.innerText({ timeout: 500 }), label));
      if (matches) return this.rowNamed(await row.getAttribute("aria-label", { timeout: 500 }));
    }
    return undefined;
  }

  /** By its name: while a list is filtered, the row at one place is soon another. @param {string | null} name */
  rowNamed(name) {
    return this.widget.locator(`.monaco-list-row[aria-label=${JSON.stringify(name)}]`).first();
  }
}

/** @param {string} text @param {string | RegExp} wanted */
function matchesPart(text, wanted) {
  return typeof wanted === "string" ? text.includes(wanted) : wanted.test(text);
}
