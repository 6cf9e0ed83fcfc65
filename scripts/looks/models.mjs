// @ts-check

/** The container with its tree, and the command palette. @param {import("../look.mjs").Look} look */
export async function look({ workbench, shot }) {
  await workbench.openView("Local Models");
  await workbench.row("Recommended");
  await shot("models");
  await workbench.page.keyboard.press("F1");
  await workbench.quickInput.type(">Local Models");
  await workbench.page.waitForTimeout(500);
  await shot("commands");
}
