// @ts-check
import { textMatches, waitUntil } from "./wait.mjs";

/**
 * @typedef {object} Notification
 * @property {"info" | "warning" | "error"} severity
 * @property {string} message
 * @property {string} source
 * @property {string[]} buttons
 * @property {boolean} progress
 */

const TOAST = ".notifications-toasts .notification-toast .notification-list-item";

/** Notifications shown as toasts in the corner. */
export class Notifications {
  /** @param {import("playwright-core").Page} page */
  constructor(page) {
    this.page = page;
  }

  /** @returns {Promise<Notification[]>} */
  all() {
    return this.page.locator(TOAST).evaluateAll((items) => {
      /** @param {typeof items[number]} item @returns {"info" | "warning" | "error"} */
      const severityOf = (item) => {
        const icon = item.querySelector(".notification-list-item-icon");
        if (icon?.classList.contains("codicon-error")) return "error";
        return icon?.classList.contains("codicon-warning") ? "warning" : "info";
      };
      return items.map((item) => ({
        severity: severityOf(item),
        message: item.querySelector(".notification-list-item-message")?.textContent?.trim() ?? "",
        source: item.querySelector(".notification-list-item-source")?.textContent?.trim() ?? "",
        buttons: [...item.querySelectorAll(".notification-list-item-buttons-container .monaco-button")].map(
          (button) => button.textContent?.trim() ?? "",
        ),
        progress: item.querySelector(".monaco-progress-container.active") !== null,
      }));
    });
  }

  /**
   * Waits for a notification; a string must be its whole message.
   * @param {string | RegExp} message
   * @param {{ timeoutMs?: number | undefined }} [options]
   * @returns {Promise<Notification>}
   */
  waitFor(message, { timeoutMs } = {}) {
    return waitUntil(
      `a notification ${message}`,
      async () => (await this.all()).find((notification) => textMatches(notification.message, message)),
      { timeoutMs, seen: () => this.all() },
    );
  }

  /**
   * Clicks a button of a notification.
   * @param {string | RegExp} message
   * @param {string} button
   * @param {{ timeoutMs?: number | undefined }} [options]
   */
  async click(message, button, { timeoutMs } = {}) {
    await this.waitFor(message, { timeoutMs });
    const item = await this.locate(message);
    await item.hover();
    await item.getByRole("button", { name: button, exact: true }).first().click();
  }

  /** @param {string | RegExp} message */
  async dismiss(message) {
    const item = await this.locate(message);
    await item.hover();
    await item.locator(".codicon-notifications-clear").first().click();
  }

  /** @param {string | RegExp} message */
  async locate(message) {
    for (const item of await this.page.locator(TOAST).all()) {
      const text = await item.locator(".notification-list-item-message").innerText();
      if (textMatches(text, message)) return item;
    }
    throw new Error(`There is no notification ${message}: ${JSON.stringify(await this.all())}`);
  }
}
