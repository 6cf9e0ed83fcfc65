// @ts-check
// Takes pictures of the product: node scripts/look.mjs [--script scripts/looks/models.mjs] [--only dark,light,narrow,high-contrast]
// A script exports `look({ workbench, shot, name })`: it drives the window and calls `await shot("what")`.
import path from "node:path";
import { parseArgs } from "node:util";
import { pathToFileURL } from "node:url";
import { runMain } from "./lib/cleanup.mjs";
import { cacheDir, repoRoot } from "./lib/paths.mjs";
import { build, ensureDependencies } from "./lib/setup.mjs";
import { Workbench } from "./lib/workbench.mjs";

/**
 * @typedef {object} Look
 * @property {Workbench} workbench
 * @property {(what: string) => Promise<void>} shot saves NAME-what.png
 * @property {string} name of the appearance: a key of APPEARANCES
 */

/**
 * @typedef {object} LookScript
 * @property {(look: Look) => Promise<void>} look
 * @property {() => Promise<{ env: NodeJS.ProcessEnv, dispose: () => Promise<void> }>} [prepare] what the window needs around it
 */

/** @type {Record<string, { theme: "dark" | "light" | "high-contrast" | "high-contrast-light", viewport?: { width: number, height: number } | undefined, sideBar?: number | undefined }>} */
const APPEARANCES = {
  dark: { theme: "dark" },
  light: { theme: "light" },
  narrow: { theme: "dark", viewport: { width: 800, height: 900 }, sideBar: 190 },
  "high-contrast": { theme: "high-contrast" },
  "high-contrast-light": { theme: "high-contrast-light" },
};
/** Those that are taken unless others are asked for. */
const USUAL = "dark,light,narrow";

const { values } = parseArgs({
  options: {
    script: { type: "string", default: "scripts/looks/models.mjs" },
    only: { type: "string", default: USUAL },
    out: { type: "string", default: path.join(cacheDir, "screenshots") },
    extension: { type: "string", default: repoRoot },
    workspace: { type: "string" },
    "no-build": { type: "boolean", default: false },
  },
});

await runMain(async () => {
  await ensureDependencies();
  if (!values["no-build"]) await build();
  /** @type {LookScript} */
  const { look, prepare } = await import(pathToFileURL(path.resolve(values.script)).href);
  const prepared = await prepare?.();
  let failures = 0;
  for (const name of values.only.split(",")) {
    const appearance = APPEARANCES[name];
    if (!appearance) throw new Error(`--only knows ${Object.keys(APPEARANCES).join(", ")}, not ${name}.`);
    if (!(await takeLook(name, appearance, look, prepared?.env))) failures += 1;
  }
  await prepared?.dispose();
  return failures;
});

/**
 * @param {string} name
 * @param {(typeof APPEARANCES)[string]} appearance
 * @param {(look: Look) => Promise<void>} look
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<boolean>}
 */
async function takeLook(name, { theme, viewport, sideBar }, look, env) {
  const { extension, workspace } = values;
  const workbench = await Workbench.open({ extension, workspace, theme, viewport, env });
  /** @param {string} what */
  const shot = async (what) => {
    const file = path.join(values.out, `${name}-${what}.png`);
    await workbench.screenshot(file);
    console.log(path.relative(process.cwd(), file));
  };
  try {
    if (sideBar) await workbench.setSideBarWidth(sideBar);
    await look({ workbench, shot, name });
    return true;
  } catch (error) {
    console.log(`${name}: ${error instanceof Error ? error.message : error}`);
    await shot("failed");
    return false;
  } finally {
    await workbench.dispose();
  }
}
