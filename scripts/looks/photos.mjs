// @ts-check
import { copyFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { waitUntil } from "../lib/workbench.mjs";

/** Photo search from the first click on, as a person sees it. @param {import("../look.mjs").Look} look */
export async function look({ workbench, shot, name }) {
  const { page, folder } = workbench;
  const pictures = path.join(folder, "pictures");
  await copyFile(path.join(pictures, "winter/DSC00397.jpg"), path.join(pictures, "sea/holiday copy.jpg"));
  await writeFile(path.join(pictures, "broken.jpg"), "no picture");
  await writeFile(path.join(pictures, "phone.heic"), "no picture");
  await workbench.openView("Local Models");
  if (name === "narrow") await workbench.setSideBarWidth(190);

  await workbench.command("Local Models: Search Pictures");
  let frame = await workbench.webview({ holds: ".empty-middle" });
  await shot("photos-welcome");
  await frame.getByRole("button", { name: "Initialize Search" }).click();
  await workbench.quickInput.waitOpen("Choose a Model for Pictures");
  await sleep(400);
  await shot("photos-model");
  await workbench.quickInput.pick("Demo Image-Text");
  await frame.locator(".index-bar.has-progress").waitFor({ timeout: 60_000 });
  await sleep(1000);
  await shot("photos-indexing");
  await waitUntil(
    "the index",
    async () => /^32\d pictures/.test(await frame.locator(".index-bar").innerText()),
    { timeoutMs: 180_000, seen: () => frame.locator(".index-bar").innerText() },
  );
  await sleep(2000);
  await shot("photos-all");

  const field = frame.locator(".search-field input");
  /** @param {string} words */
  const search = async (words) => {
    await field.fill(words);
    await field.press("Enter");
    await sleep(1500);
  };
  await search("a red cat in the snow");
  await shot("photos-words");
  await search("a photograph of the parliament");
  await shot("photos-nothing");
  await search("cat - blue");
  await frame.getByRole("button", { name: "Filters", exact: true }).click();
  await sleep(600);
  await shot("photos-filters");
  await frame.getByRole("button", { name: "Filters", exact: true }).click();
  const first = frame.locator(".photo").first();
  await first.hover();
  await first.getByRole("button", { name: "Find Similar" }).click();
  await sleep(1500);
  await shot("photos-similar");
  await frame.locator(".photo").nth(1).click({ button: "right" });
  await sleep(600);
  await shot("photos-menu");
  await page.keyboard.press("Escape");
  await frame.locator(".photo").first().dblclick();
  await sleep(1500);
  await shot("photos-preview");
  await page.keyboard.press("Escape");

  await frame.getByRole("button", { name: /^Remove PXL/ }).click();
  for (const view of ["Near-Duplicates", "Unused"]) {
    await frame.locator(".toolbar").getByRole("combobox").first().click();
    await frame.getByRole("option", { name: view }).first().click();
    await sleep(2500);
    await page.mouse.move(0, 0);
    await shot(`photos-${view.toLowerCase()}`);
  }
  await frame.locator(".photo").first().click();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.press("Delete");
  await page.locator(".monaco-dialog-box").waitFor();
  await shot("photos-trash");
  await page.keyboard.press("Escape");
  await frame.locator(".index-bar .link").first().click();
  await sleep(1000);
  await shot("photos-problems");
}
