import type { Frame, Locator } from "playwright-core";
import { waitUntil, type Workbench } from "../../scripts/lib/workbench.mjs";

/** Photo search in its webview, as a person uses it. */
export class PhotoSearchPage {
  constructor(readonly frame: Frame) {}

  /** `holds` is a selector that the page must have; without one, it is there once its search field is. */
  static async find(workbench: Workbench, holds = ".search-field input"): Promise<PhotoSearchPage> {
    return new PhotoSearchPage(await workbench.webview({ holds, timeoutMs: 60_000 }));
  }

  get field(): Locator {
    return this.frame.locator(".search-field input");
  }

  /** The pictures in sight, in order. */
  get photos(): Locator {
    return this.frame.locator(".photo");
  }

  get footer(): Locator {
    return this.frame.locator(".index-bar");
  }

  button(name: string | RegExp): Locator {
    return this.frame.getByRole("button", { name, exact: typeof name === "string" });
  }

  photo(name: string): Locator {
    return this.frame.locator(".photo", { has: this.frame.getByText(name, { exact: true }) });
  }

  /** File names of the first pictures, once `wanted` says that these are the ones. */
  async waitNames(what: string, wanted: (names: string[]) => boolean): Promise<string[]> {
    return waitUntil(
      what,
      async () => {
        const names = await this.names();
        return wanted(names) && !(await this.isSearching()) ? names : undefined;
      },
      { timeoutMs: 30_000, seen: () => this.names() },
    );
  }

  /** Names of what is found for the words, best first, whether it is likely or not. */
  async search(words: string): Promise<string[]> {
    await this.field.fill(words);
    await this.field.press("Enter");
    // The search begins in the same moment, so that what is seen afterwards is its answer.
    await waitUntil("the answer", async () => !(await this.isSearching()));
    const less = this.button("Show Less Likely");
    if (await less.isVisible()) {
      await less.click();
      await this.photos.first().waitFor();
    }
    return this.names();
  }

  async waitText(locator: Locator, expected: RegExp): Promise<void> {
    await waitUntil(`${String(expected)} on the page`, async () => expected.test(await locator.innerText()), {
      timeoutMs: 60_000,
      seen: () => locator.innerText(),
    });
  }

  names(): Promise<string[]> {
    return this.frame.locator(".photo .photo-name").allInnerTexts();
  }

  private isSearching(): Promise<boolean> {
    return this.frame.locator(".search-header.is-searching").isVisible();
  }
}
