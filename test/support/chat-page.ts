import assert from "node:assert/strict";
import type { Frame, Locator } from "playwright-core";
import { waitUntil, type Workbench } from "../../scripts/lib/workbench.mjs";

/** The chat in its webview, as a person uses it. */
export class ChatPage {
  constructor(readonly frame: Frame) {}

  static async find(workbench: Workbench): Promise<ChatPage> {
    return new ChatPage(await workbench.webview({ holds: ".composer" }));
  }

  get field(): Locator {
    return this.frame.locator(".composer textarea");
  }

  get answers(): Locator {
    return this.frame.locator(".assistant-message");
  }

  get questions(): Locator {
    return this.frame.locator(".user-message");
  }

  button(name: string | RegExp): Locator {
    return this.frame.getByRole("button", { name });
  }

  /** Sends a message and returns the finished answer's element. */
  async ask(text: string): Promise<Locator> {
    const before = await this.answers.count();
    await this.field.fill(text);
    await this.field.press("Enter");
    await waitUntil("a new answer", async () => (await this.answers.count()) > before);
    await this.idle();
    return this.answers.last();
  }

  async idle(): Promise<void> {
    await this.button(/^Send/).waitFor({ timeout: 60_000 });
  }

  async busy(): Promise<void> {
    await this.button(/^Stop/).waitFor({ timeout: 30_000 });
  }

  async expectText(locator: Locator, expected: RegExp): Promise<void> {
    await waitUntil(`${String(expected)} on the page`, async () => expected.test(await locator.innerText()), {
      timeoutMs: 20_000,
      seen: () => locator.innerText(),
    });
    assert.match(await locator.innerText(), expected);
  }
}
