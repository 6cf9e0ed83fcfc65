// @ts-check
import { existsSync } from "node:fs";
import path from "node:path";
import { run, which } from "./exec.mjs";

const NAMES = ["chromium", "google-chrome", "google-chrome-stable", "chromium-browser", "chrome", "msedge"];
const USUAL_PLACES = [
  "/usr/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
  ...[process.env["PROGRAMFILES"], process.env["PROGRAMFILES(X86)"], process.env["LOCALAPPDATA"]]
    .filter((folder) => folder !== undefined)
    .flatMap((folder) => [
      path.join(folder, "Google/Chrome/Application/chrome.exe"),
      path.join(folder, "Microsoft/Edge/Application/msedge.exe"),
    ]),
];
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Containers often have a tiny /dev/shm, and pages crash when it is full.
  "--disable-dev-shm-usage",
];

/** @returns {string | undefined } */
export function findChromium() {
  const chosen = process.env["CHROMIUM_PATH"];
  if (chosen) {
    if (!existsSync(chosen)) throw new Error(`CHROMIUM_PATH names ${chosen}, which does not exist.`);
    return chosen;
  }
  return NAMES.map(which).find((file) => file) ?? USUAL_PLACES.find((file) => existsSync(file));
}

/**
 * Finds Chromium, or installs Debian's when this is a Debian-like system and we are root.
 * @param {{ log?: ((line: string) => void) | undefined }} [options]
 * @returns {Promise<string>}
 */
export async function ensureChromium({ log = (line) => console.log(line) } = {}) {
  const found = findChromium();
  if (found) return found;
  if (which("apt-get") && process.getuid?.() === 0) {
    log("Installing Chromium with apt-get …");
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    await run("apt-get", ["update", "-qq"], { env });
    await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"], { env });
    const installed = findChromium();
    if (installed) return installed;
  }
  throw new Error(
    "No Chromium, Chrome or Edge was found, and the tests look at VS Code through one. " +
      "Install one (Debian, Ubuntu: sudo apt-get install chromium) or set CHROMIUM_PATH to its program.",
  );
}

/**
 * Starts a headless browser.
 * @returns {Promise<import("playwright-core").Browser>}
 */
export async function launchChromium() {
  const executablePath = await ensureChromium();
  const { chromium } = await import("playwright-core");
  return chromium.launch({
    executablePath,
    args: FLAGS,
    // The scripts end what they started themselves; playwright's handlers would exit before that.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
}
