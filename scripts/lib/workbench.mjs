// @ts-check
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { pickMenuItem } from "./workbench/menu.mjs";
import { Notifications } from "./workbench/notifications.mjs";
import { QuickInput } from "./workbench/quick-input.mjs";
import { openSession } from "./workbench/session.mjs";
import { Trees } from "./workbench/tree.mjs";
import { textMatches, waitUntil } from "./workbench/wait.mjs";

export { waitUntil };

const READY_TIMEOUT_MS = 60_000;

/** A VS Code window as a person uses it. Every wait is bounded and says what it waited for. */
export class Workbench {
  /** @param {import("./workbench/session.mjs").Session} session */
  constructor(session) {
    this.session = session;
    this.page = session.page;
    this.folder = session.folder;
    this.quickInput = new QuickInput(session.page);
    this.trees = new Trees(session.page);
    this.notifications = new Notifications(session.page);
  }

  /**
   * Opens a window and waits until it can be used.
   * @param {import("./workbench/session.mjs").SessionOptions} [options]
   * @returns {Promise<Workbench>}
   */
  static async open(options) {
    const workbench = new Workbench(await openSession(options));
    try {
      await workbench.waitReady();
    } catch (error) {
      await workbench.dispose();
      throw error;
    }
    return workbench;
  }

  /** The window is drawn; extensions may still be starting, so whatever comes from one is waited for. */
  async waitReady() {
    await waitUntil("the workbench", () => this.page.locator(".monaco-workbench .statusbar").isVisible(), {
      timeoutMs: READY_TIMEOUT_MS,
      seen: () => this.session.problems.slice(-5),
    });
  }

  /**
   * Runs a command through the command palette, waiting until it is offered.
   * @param {string} title with its category, as the palette shows it: "Local Models: Pull Model…"
   * @param {{ timeoutMs?: number | undefined }} [options]
   */
  async command(title, { timeoutMs = READY_TIMEOUT_MS } = {}) {
    const row = await waitUntil(
      `the command ${title}`,
      async () => {
        if (!(await this.quickInput.isOpen())) {
          await this.page.keyboard.press("F1");
          await this.quickInput.waitOpen();
        }
        // Filling anew asks anew: a command that was registered a moment ago appears.
        // A box that is just closing may still have been here a moment ago: give up on it soon.
        await this.quickInput.input().fill(">", { timeout: 1000 });
        await this.quickInput.input().fill(`>${title}`, { timeout: 1000 });
        // Rows are reused while the list is filtered: a click that comes too early hits another command.
        await waitUntil("the list to settle", () => this.quickInput.isSettled(), { timeoutMs: 1500 });
        return waitUntil("its row", () => this.quickInput.findRow(title), { timeoutMs: 1500 });
      },
      { timeoutMs, seen: () => this.quickInput.items() },
    );
    await row.click();
  }

  /**
   * Opens a view container by its title in the activity bar.
   * @param {string} title
   */
  async openView(title) {
    const tab = this.page.locator(".activitybar .composite-bar .action-item", {
      has: this.page.locator(`.action-label[aria-label^=${JSON.stringify(title)}]`),
    });
    await tab.first().waitFor({ timeout: READY_TIMEOUT_MS });
    const isOpen = async () => {
      const heading = this.page.locator(".sidebar .composite.title h2, .sidebar .title-label h2").first();
      return (
        (await heading.isVisible()) &&
        (await heading.innerText()).toLowerCase().startsWith(title.toLowerCase())
      );
    };
    if (!(await isOpen())) await tab.first().click();
    await waitUntil(`the view container ${title}`, isOpen);
  }

  /** @param {string | RegExp} label @param {{ under?: (string | RegExp)[], timeoutMs?: number | undefined }} [options] */
  row(label, options) {
    return this.trees.row(label, options);
  }

  /** Clicks an action in the title bar of a view. @param {string} view @param {string | RegExp} action */
  async viewAction(view, action) {
    const header = this.page.locator(".pane-header", { hasText: view }).first();
    const bar = (await header.isVisible()) ? header : this.page.locator(".sidebar .composite.title").first();
    await bar.hover();
    await waitUntil(`the action ${action} of the view ${view}`, async () => {
      for (const label of await bar.locator(".action-label").filter({ visible: true }).all()) {
        if (!textMatches((await label.getAttribute("aria-label")) ?? "", action)) continue;
        await label.click({ timeout: 2000 });
        return true;
      }
      return false;
    });
  }

  /** @param {...(string | RegExp)} path labels in the open menu and its sub-menus */
  async menu(...path) {
    await pickMenuItem(this.page, path);
  }

  /** @returns {Promise<{ text: string, label: string }[]>} */
  statusItems() {
    return this.page.locator(".statusbar .statusbar-item").evaluateAll((items) =>
      items.map((item) => ({
        text: item.textContent?.replaceAll("\u00a0", " ").trim() ?? "",
        label: item.getAttribute("aria-label") ?? "",
      })),
    );
  }

  /** @param {RegExp} text matched with the shown text and the label @param {{ timeoutMs?: number | undefined }} [options] */
  waitStatus(text, { timeoutMs } = {}) {
    return waitUntil(
      `a status bar item ${text}`,
      async () => (await this.statusItems()).find((item) => text.test(item.text) || text.test(item.label)),
      { timeoutMs, seen: () => this.statusItems() },
    );
  }

  /** @param {RegExp} text */
  async clickStatus(text) {
    const found = await this.waitStatus(text);
    const selector = `.statusbar .statusbar-item[aria-label=${JSON.stringify(found.label)}]`;
    await this.page.locator(selector).filter({ hasText: found.text }).first().click();
  }

  /** Titles of the open editor tabs. @returns {Promise<string[]>} */
  tabs() {
    return this.page.locator(".tabs-container .tab .label-name").allInnerTexts();
  }

  /** @param {string | RegExp} title */
  async clickTab(title) {
    const tab = this.page.locator(".tabs-container .tab", { has: this.page.getByText(title) });
    await tab.first().click();
  }

  /**
   * The frame with a webview's own page. Where several are open, `holds` says which: a selector it must have.
   * @param {{ holds?: string | undefined, timeoutMs?: number | undefined }} [options]
   * @returns {Promise<import("playwright-core").Frame>}
   */
  webview({ holds = "body *", timeoutMs } = {}) {
    return waitUntil(
      `a webview with ${holds}`,
      async () => {
        for (const outer of await this.page
          .locator("iframe.webview")
          .filter({ visible: true })
          .elementHandles()) {
          const inner = await (await outer.contentFrame())?.$("#active-frame");
          const frame = await inner?.contentFrame();
          if (frame && (await frame.locator(holds).count()) > 0) return frame;
        }
        return undefined;
      },
      { timeoutMs, seen: () => this.page.frames().map((frame) => frame.url().slice(0, 120)) },
    );
  }

  /** Clicks a button of the modal dialog. @param {string | RegExp} button */
  async dialog(button) {
    const box = this.page.locator(".monaco-dialog-box");
    await box.waitFor({ timeout: 10_000 });
    const text = (await box.locator(".dialog-message-container").innerText()).trim();
    await box.getByRole("button", { name: button, exact: typeof button === "string" }).click();
    return text;
  }

  /** Drags the side bar's edge. @param {number} width */
  async setSideBarWidth(width) {
    const box = await this.page.locator(".part.sidebar").boundingBox();
    if (!box) throw new Error("The side bar is not open.");
    const y = box.y + box.height / 2;
    await this.page.mouse.move(box.x + box.width, y);
    await this.page.mouse.down();
    await this.page.mouse.move(box.x + width, y, { steps: 5 });
    await this.page.mouse.up();
    // Away from the edge, which would stay highlighted.
    await this.page.mouse.move(box.x + 5, 5);
  }

  /** @param {string} file */
  async screenshot(file) {
    await mkdir(path.dirname(file), { recursive: true });
    await this.page.screenshot({ path: file, animations: "disabled" });
  }

  /** Runs "Developer: Reload Window": editors keep their state, the extension host starts anew. */
  async reload() {
    const loaded = this.page.waitForEvent("load", { timeout: READY_TIMEOUT_MS });
    await this.command("Developer: Reload Window");
    await loaded;
    await this.waitReady();
  }

  dispose() {
    return this.session.dispose();
  }
}
