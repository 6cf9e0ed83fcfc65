// @ts-check
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";

/** A window without first-run pages, trust questions and side bars nobody asked for. */
export const QUIET_SETTINGS = {
  "workbench.startupEditor": "none",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.tips.enabled": false,
  "security.workspace.trust.enabled": false,
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "update.showReleaseNotes": false,
  "window.commandCenter": false,
  "git.openRepositoryInParentFolders": "never",
  "npm.autoDetect": "off",
};

/** @type {Record<string, string>} */
export const THEMES = {
  dark: "Dark Modern",
  light: "Light Modern",
  "high-contrast": "Default High Contrast",
  "high-contrast-light": "Default High Contrast Light",
};

/**
 * @param {string} userDir the `User` folder's parent
 * @returns {string}
 */
export function settingsFile(userDir) {
  return path.join(userDir, "User", "settings.json");
}

/** The server keeps a person's settings here, so they hold in every browser. @param {string} dataDir */
export function serverUserDir(dataDir) {
  return path.join(dataDir, "data");
}

/**
 * Adds settings to a user folder; what a person changed there stays unless `overwrite` says otherwise.
 * @param {string} userDir
 * @param {Record<string, unknown>} settings
 * @param {{ overwrite?: boolean | undefined }} [options]
 */
export async function writeSettings(userDir, settings, { overwrite = true } = {}) {
  const file = settingsFile(userDir);
  const present = existsSync(file);
  if (present && !overwrite) return;
  const before = present ? JSON.parse(await readFile(file, "utf8")) : {};
  await mkdir(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  await writeFile(temporary, `${JSON.stringify({ ...before, ...settings }, null, 2)}\n`);
  await rename(temporary, file);
}
