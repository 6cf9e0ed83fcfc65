// @ts-check
import { textMatches, waitUntil } from "./wait.mjs";
import { pickMenuItem } from "./menu.mjs";

/** @typedef {import("playwright-core").Locator} Locator */
/** @typedef {import("playwright-core").Page} Page */

const ROWS = ".pane-body .monaco-list-row";

/** The native trees of the side bar. */
export class Trees {
  /** @param {Page} page */
  constructor(page) {
    this.page = page;
  }

  /** What the trees show, in order. @returns {Promise<{ label: string, description: string, level: number }[]>} */
  rows() {
    return this.page.locator(ROWS).evaluateAll((rows) =>
      rows
        .filter((row) => row.checkVisibility())
        .map((row) => ({
          label: row.querySelector(".label-name")?.textContent?.trim() ?? "",
          description: row.querySelector(".label-description")?.textContent?.trim() ?? "",
          level: Number(row.getAttribute("aria-level") ?? 1),
        })),
    );
  }

  /**
   * Waits for a row. `under` names its ancestors, outermost first, where one label appears several times.
   * @param {string | RegExp} label
   * @param {{ under?: (string | RegExp)[], timeoutMs?: number | undefined }} [options]
   * @returns {Promise<TreeRow>}
   */
  async row(label, { under = [], timeoutMs } = {}) {
    const shown = [...under, label].join(" > ");
    const index = await waitUntil(
      `the tree row ${shown}`,
      async () => {
        const found = findRow(await this.rows(), label, under);
        return found < 0 ? undefined : { found };
      },
      { timeoutMs, seen: () => this.rows() },
    );
    return new TreeRow(this, label, under, index.found);
  }

  /**
   * @param {string | RegExp} label
   * @param {{ under?: (string | RegExp)[], timeoutMs?: number | undefined }} [options]
   */
  async waitGone(label, { under = [], timeoutMs } = {}) {
    await waitUntil(
      `the tree row ${[...under, label].join(" > ")} to go away`,
      async () => findRow(await this.rows(), label, under) < 0,
      { timeoutMs, seen: () => this.rows() },
    );
  }
}

/** One row, found again by its label each time: rows are recycled by the list. */
export class TreeRow {
  /**
   * @param {Trees} trees
   * @param {string | RegExp} label
   * @param {(string | RegExp)[]} under
   * @param {number} index
   */
  constructor(trees, label, under, index) {
    this.trees = trees;
    this.label = label;
    this.under = under;
    this.index = index;
  }

  /** @returns {Promise<Locator>} */
  async locator() {
    const index = findRow(await this.trees.rows(), this.label, this.under);
    if (index < 0) throw new Error(`The tree row ${this.label} is gone.`);
    return this.trees.page.locator(ROWS).filter({ visible: true }).nth(index);
  }

  async text() {
    const rows = await this.trees.rows();
    const { label, description } = rows[findRow(rows, this.label, this.under)] ?? {
      label: "",
      description: "",
    };
    return { label, description };
  }

  async click() {
    await (await this.locator()).click();
  }

  async doubleClick() {
    await (await this.locator()).dblclick();
  }

  async expand() {
    await this.setExpanded(true);
  }

  async collapse() {
    await this.setExpanded(false);
  }

  /** @param {boolean} wanted */
  async setExpanded(wanted) {
    await waitUntil(`${this.label} to be ${wanted ? "expanded" : "collapsed"}`, async () => {
      const row = await this.locator();
      const state = await row.getAttribute("aria-expanded");
      if (state === String(wanted)) return true;
      await row.locator(".monaco-tl-twistie").click();
      // The twistie answers at once, but its children are asked for: give it time before clicking again.
      await this.trees.page.waitForTimeout(400);
      return (await (await this.locator()).getAttribute("aria-expanded")) === String(wanted);
    });
  }

  /** The titles of the inline actions; they exist while the mouse is over the row. @returns {Promise<string[]>} */
  async inlineActions() {
    const row = await this.locator();
    await row.hover();
    const labels = await row.locator(".actions .action-label").all();
    return Promise.all(labels.map(async (label) => (await label.getAttribute("aria-label")) ?? ""));
  }

  /** @param {string | RegExp} title */
  async inlineAction(title) {
    await waitUntil(
      `the inline action ${title} of ${this.label}`,
      async () => {
        const row = await this.locator();
        await row.hover();
        for (const action of await row.locator(".actions .action-label").all()) {
          if (!textMatches((await action.getAttribute("aria-label")) ?? "", title)) continue;
          await action.click({ timeout: 2000 });
          return true;
        }
        return false;
      },
      { seen: () => this.inlineActions() },
    );
  }

  /**
   * Opens the row's context menu and chooses; sub-menus by further arguments.
   * @param {...(string | RegExp)} path
   */
  async contextMenu(...path) {
    await (await this.locator()).click({ button: "right" });
    await pickMenuItem(this.trees.page, path);
  }

  /** The text of the hover. @returns {Promise<string>} */
  async tooltip() {
    const hover = this.trees.page.locator(".monaco-hover:not(.hidden)").filter({ visible: true }).last();
    const own = async () => {
      const text = (await hover.innerText({ timeout: 1000 })).trim();
      return textMatches(text.split("\n")[0] ?? "", this.label) ? text : undefined;
    };
    // The mouse passes others, whose hovers may be closing, or open in this one's stead: then it comes again.
    return waitUntil(`the tooltip of ${this.label}`, async () => {
      // A hover opens only for a mouse that moved onto the row.
      await this.trees.page.mouse.move(0, 0);
      await (await this.locator()).locator(".label-name").first().hover();
      return waitUntil("a hover of its own", own, { timeoutMs: 4_000 });
    });
  }
}

/**
 * @param {{ label: string, level: number }[]} rows
 * @param {string | RegExp} label
 * @param {(string | RegExp)[]} under
 */
function findRow(rows, label, under) {
  /** @type {string[]} */
  const ancestors = [];
  return rows.findIndex((row) => {
    ancestors.length = row.level - 1;
    const belongs = under.every((wanted, depth) => textMatches(ancestors[depth] ?? "", wanted));
    ancestors.push(row.label);
    return belongs && row.level > under.length && textMatches(row.label, label);
  });
}
