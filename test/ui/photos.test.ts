import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { waitUntil, Workbench } from "../../scripts/lib/workbench.mjs";
import { filesOfFolder, HubServer } from "../fixtures/hub-server";
import { demoSnapshot } from "../support/engines";
import { recordFailedWindow } from "../support/failed-window";
import { PhotoSearchPage } from "../support/photo-search-page";

/** What the demo workspace's diary says is in its pictures. */
const redCat = "DSC00397.jpg";
const whiteCups = "20241216 200028.jpg";
const blueCars = "tour-422.jpg";

/** Photo search from the first click on, step after step, as a person would use it. */
describe("photo search in the workbench", () => {
  let workbench: Workbench;
  let trash: string;

  before(async function () {
    this.timeout(240_000);
    // The machine's own trash is none of the test's business.
    trash = await mkdtemp(path.join(tmpdir(), "local-models-trash-"));
    workbench = await Workbench.open({ env: { XDG_DATA_HOME: trash } });
  });

  after(async () => {
    // Set-up may have failed half-way.
    await (workbench as Workbench | undefined)?.dispose();
    await rm(trash, { recursive: true, force: true });
  });

  afterEach(function () {
    return recordFailedWindow(workbench, this.currentTest);
  });

  it("says what it does before anything was indexed, and offers the model that is there", async () => {
    await workbench.command("Local Models: Search Pictures");
    const page = await PhotoSearchPage.find(workbench, ".empty-middle");
    await page.waitText(page.frame.locator("main"), /Nothing leaves this machine/);
    await page.button("Initialize Search").click();
    await workbench.quickInput.waitOpen("Choose a Model for Pictures");
    const items = await workbench.quickInput.items();
    assert.match(items[0]!, /^Demo Image-Text demo · .*MB$/);
    assert.equal(items.at(-1), "Pull Another Model…");
    await workbench.quickInput.cancel();
    await page.waitText(page.frame.locator("main"), /Initialize Search/);
    assert.equal((await workbench.notifications.all()).length, 0);
  });

  it("deploys it and indexes every picture of the workspace", async function () {
    this.timeout(180_000);
    const page = await PhotoSearchPage.find(workbench, ".empty-middle");
    await page.button("Initialize Search").click();
    await workbench.quickInput.pick("Demo Image-Text");
    await waitUntil("the index", async () => /^320 pictures/.test(await page.footer.innerText()), {
      timeoutMs: 120_000,
      seen: () => page.footer.innerText(),
    });
    assert.match(await page.footer.innerText(), /Searched with Demo Image-Text.*\s*Demo/);
    await waitUntil(
      "thumbnails",
      async () => (await page.frame.locator(".photo img.is-loaded").count()) > 20,
    );
    assert.equal(await page.frame.locator(".photo img.is-broken").count(), 0);
  });

  it("finds what words describe", async () => {
    const page = await PhotoSearchPage.find(workbench);
    assert.equal((await page.search("a red cat in the snow"))[0], redCat);
    assert.equal((await page.search("three white cups at night"))[0], whiteCups);
    assert.equal((await page.search("three blue cars in the mountains"))[0], blueCars);
    assert.match(await page.frame.locator(".result-summary").innerText(), /^\d+ likely of 320$/);
  });

  it("finds similar pictures, and filters", async () => {
    const page = await PhotoSearchPage.find(workbench);
    await page.search("a red cat in the snow");
    await page.photo(redCat).hover();
    await page.photo(redCat).getByRole("button", { name: "Find Similar" }).click();
    await page.frame.locator(".picture-chip .chip-picture").waitFor();
    await page.waitNames("the picture itself and others", (names) => names[0] === redCat && names.length > 1);
    await page.button("Filters").click();
    await page.frame.getByLabel("Folder").selectOption({ label: "pictures/winter (36)" });
    await page.waitText(page.frame.locator(".result-summary"), /of 36$/);
    await page.button(/^Remove Filter/).click();
    await page.waitText(page.frame.locator(".result-summary"), /of 320$/);
    await page.button(/^Remove DSC/).click();
    await page.button("Filters").click();
  });

  it("shows a picture large, with what is known of it", async () => {
    const page = await PhotoSearchPage.find(workbench);
    await page.search("three white cups at night");
    await page.photos.first().dblclick();
    const preview = page.frame.locator("dialog.preview");
    await page.waitText(preview, /pictures\/night\/20241216 200028\.jpg/);
    await page.waitText(preview, /\d+ × \d+ pixels/);
    await preview.getByRole("button", { name: "Edit Caption" }).click();
    await preview.locator("textarea").fill("Cups under the moon");
    await preview.getByRole("button", { name: "Save" }).click();
    await page.waitText(preview, /Cups under the moon\s+Written by you/);
    await preview.getByRole("button", { name: "Close" }).click();
    await waitUntil("the preview to close", async () => !(await preview.isVisible()));
  });

  it("copies a picture to the clipboard", async () => {
    const page = await PhotoSearchPage.find(workbench);
    await workbench.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await workbench.page.evaluate("navigator.clipboard.writeText('before')");
    await page.photo(whiteCups).click({ button: "right" });
    await workbench.menu("Copy Picture");
    const read = `navigator.clipboard.read().then(([item]) => item.getType("image/png")).then((blob) => blob.size)`;
    const size = await waitUntil("the picture", () => workbench.page.evaluate<number>(read));
    assert.ok(size > 10_000, String(size));
    assert.equal(await page.frame.locator(".notice").count(), 0);
  });

  it("inserts a link with the caption at the cursor of the text that was open", async () => {
    const file = path.join(workbench.folder, "texts", "new.md");
    await writeFile(file, "Look: \n");
    await workbench.page.keyboard.press("ControlOrMeta+p");
    await workbench.quickInput.pick("new.md", { filter: "new.md" });
    await waitUntil("the cursor at the end of the line", async () => {
      await workbench.page.keyboard.press("End");
      return (await workbench.statusItems()).some(({ text }) => text === "Ln 1, Col 7");
    });
    await workbench.command("Local Models: Search Pictures");
    const page = await PhotoSearchPage.find(workbench);
    await page.waitNames("the search that was left", ([first]) => first === whiteCups);
    await page.photo(whiteCups).click({ button: "right" });
    await workbench.menu("Insert Markdown Link");
    await workbench.page.locator(".monaco-editor .view-lines").filter({ visible: true }).first().waitFor();
    await workbench.page.keyboard.press("ControlOrMeta+s");
    await waitUntil("the saved link", async () => (await readFile(file, "utf8")) !== "Look: \n");
    assert.equal(
      await readFile(file, "utf8"),
      "Look: ![Cups under the moon](../pictures/night/20241216%20200028.jpg)\n",
    );
  });

  it("notices pictures that come, and finds them as copies of what it knows", async () => {
    const pictures = path.join(workbench.folder, "pictures");
    await copyFile(path.join(pictures, "winter", redCat), path.join(pictures, "copied cat.jpg"));
    await workbench.command("Local Models: Search Pictures");
    const page = await PhotoSearchPage.find(workbench);
    await page.waitText(page.footer, /^321 pictures/);
    await page.search("a red cat in the snow");
    const names = await page.waitNames("both", (found) => found.slice(0, 2).includes("copied cat.jpg"));
    assert.deepEqual(names.slice(0, 2).sort(), [redCat, "copied cat.jpg"]);
  });

  it("moves to the trash after asking, with the size, and the picture leaves the results", async () => {
    const file = path.join(workbench.folder, "pictures", "copied cat.jpg");
    const page = await PhotoSearchPage.find(workbench);
    await page.photo("copied cat.jpg").click({ button: "right" });
    await workbench.menu("Move to Trash…");
    assert.match(await workbench.dialog("Cancel"), /Move “copied cat\.jpg” to the trash\?/);
    assert.ok(existsSync(file));
    await page.photo("copied cat.jpg").click({ button: "right" });
    await workbench.menu("Move to Trash…");
    assert.match(await workbench.dialog("Move to Trash"), /\d+(\.\d)? KB/);
    await page.waitText(page.footer, /^320 pictures/);
    await page.waitNames("the rest", (names) => names.length > 0 && !names.includes("copied cat.jpg"));
    assert.ok(!existsSync(file));
    assert.deepEqual(readdirSync(path.join(trash, "Trash", "files")), ["copied cat.jpg"]);
  });

  it("searches by a picture of the Explorer", async () => {
    await workbench.openView("Explorer");
    for (const folder of ["pictures", "travel", "mountains"]) {
      await (await workbench.row(folder)).expand();
    }
    const row = await workbench.row(blueCars);
    await row.contextMenu("Find Similar Pictures");
    const page = await PhotoSearchPage.find(workbench);
    await page.waitNames("the picture itself first", ([first]) => first === blueCars);
    await page.frame.locator(".picture-chip .chip-picture").waitFor();
  });

  it("searches by a picture from elsewhere, which is kept", async () => {
    const page = await PhotoSearchPage.find(workbench);
    await page.button(/^Remove tour/).click();
    const picture = path.join(workbench.folder, "pictures", "winter", redCat);
    const copy = path.join(trash, "from elsewhere.jpg");
    await copyFile(picture, copy);
    await page.frame.locator("input[type=file]").setInputFiles(copy);
    await page.frame.getByText("from elsewhere.jpg").waitFor();
    await page.waitNames("the same picture of the workspace", ([first]) => first === redCat);
    await rm(copy);
    // A hidden page is thrown away; the one that comes asks for what its query holds.
    await workbench.page.keyboard.press("ControlOrMeta+p");
    await workbench.quickInput.pick("new.md", { filter: "new.md" });
    await workbench.command("Local Models: Search Pictures");
    const again = await PhotoSearchPage.find(workbench);
    await again.frame.getByText("from elsewhere.jpg").waitFor();
    await again.waitNames("the same results", ([first]) => first === redCat);
  });

  it("is a click away from a model that sees", async () => {
    await workbench.page.keyboard.press("ControlOrMeta+w");
    await waitUntil("no tab", async () => !(await workbench.tabs()).includes("Photo Search"));
    await workbench.openView("Local Models");
    const group = await workbench.row("Pictures and Text", { under: ["Running"] });
    await group.expand();
    const model = await workbench.row(/^Demo Image-Text/, { under: ["Running", "Pictures and Text"] });
    assert.deepEqual(await model.inlineActions(), ["Search Pictures", "Stop"]);
    await model.inlineAction("Search Pictures");
    const page = await PhotoSearchPage.find(workbench);
    await page.waitNames("every picture", (names) => names.length > 20);
  });

  it("lists what was left out, with the reason", async () => {
    await writeFile(path.join(workbench.folder, "pictures", "broken.jpg"), "no picture at all");
    await writeFile(path.join(workbench.folder, "pictures", "phone.heic"), "no picture either");
    const page = await PhotoSearchPage.find(workbench);
    await page.waitText(page.footer, /1 could not be read/);
    await page.footer.getByRole("button", { name: /could not be read/ }).click();
    const editor = workbench.page.locator(".monaco-editor .view-lines").filter({ visible: true });
    await waitUntil("the reasons", async () =>
      /broken\.jpg[^]*phone\.heic[^]*HEIC/.test((await editor.first().innerText()).replaceAll("\u00a0", " ")),
    );
  });

  it("comes back with its query when the window is reloaded, and searches names until a model runs", async () => {
    await workbench.command("Local Models: Search Pictures");
    const before = await PhotoSearchPage.find(workbench);
    await before.search("cups under the moon");
    await workbench.reload();
    const page = await PhotoSearchPage.find(workbench);
    assert.equal(await page.field.inputValue(), "cups under the moon");
    await page.waitText(page.footer, /No image-text model is running/);
    await page.waitNames("the caption's words", (names) => names.includes(whiteCups));
    await page.button("Deploy a Model").click();
    await workbench.quickInput.pick("Demo Image-Text");
    await page.waitText(page.footer, /Searched with Demo Image-Text/);
    await page.waitNames("what is seen", ([first]) => first === whiteCups);
  });
});

describe("photo search without a model", () => {
  let hub: HubServer;
  let workbench: Workbench;

  before(async function () {
    this.timeout(240_000);
    hub = await HubServer.start();
    hub.addRepo({
      id: "somebody/tiny-clip-ONNX",
      files: filesOfFolder(demoSnapshot("demo-image-text-onnx")),
      pipelineTag: "zero-shot-image-classification",
    });
    workbench = await Workbench.open({ env: { HF_ENDPOINT: hub.url, HF_TOKEN: "" } });
    await rm(path.join(workbench.folder, "models/hub/models--local-models--demo-image-text-onnx"), {
      recursive: true,
    });
  });

  after(async () => {
    await (workbench as Workbench | undefined)?.dispose();
    await (hub as HubServer | undefined)?.close();
  });

  it("pulls one, deploys it and indexes, without a further click", async () => {
    await workbench.command("Local Models: Search Pictures");
    const page = await PhotoSearchPage.find(workbench, ".empty-middle");
    await page.button("Initialize Search").click();
    await workbench.quickInput.waitOpen("Choose a Model for Pictures");
    const items = await workbench.quickInput.items();
    assert.match(items[0]!, /^CLIP ViT-B\/32 154 MB to download/);
    assert.deepEqual(items.slice(1), ["Pull Another Model…"]);
    await workbench.quickInput.pick("Pull Another Model…");
    await workbench.quickInput.waitOpen("Pull Model");
    await workbench.quickInput.type("somebody/tiny-clip-ONNX");
    await workbench.quickInput.pick("somebody/tiny-clip-ONNX");
    await workbench.quickInput.pick("q8");
    await page.waitText(page.frame.locator("#photos"), /320 pictures[^]*Searched with /);
    assert.deepEqual(await workbench.notifications.all(), []);
  });
});
