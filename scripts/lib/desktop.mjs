// @ts-check
import { spawn } from "node:child_process";
import { realpathSync } from "node:fs";
import path from "node:path";
import { which, withoutNpmRunVariables } from "./exec.mjs";
import { hasDisplay } from "./open-browser.mjs";
import { cacheDir, repoRoot } from "./paths.mjs";
import { stopTree } from "./process-tree.mjs";
import { QUIET_SETTINGS, writeSettings } from "./vscode-settings.mjs";

/**
 * Desktop VS Code's command line, when there is one that can open a window here.
 * @returns {string | undefined}
 */
export function findDesktopCode() {
  const code = which("code");
  if (!code || !hasDisplay()) return undefined;
  const real = realpathSync(code).replaceAll("\\", "/");
  // In a remote terminal `code` talks to a window elsewhere, and under WSL it is the Windows one: neither opens
  // an extension from here.
  const elsewhere =
    real.includes("/remote-cli/") || (process.platform === "linux" && real.startsWith("/mnt/"));
  return elsewhere || process.env["VSCODE_IPC_HOOK_CLI"] ? undefined : code;
}

/**
 * Opens the extension in a desktop window with settings of its own. Its own user-data folder makes it an instance
 * that ends with us, where a shared one would hand the window over to the person's running VS Code.
 * @param {string} code
 * @param {string} folder
 * @returns {Promise<{ closed: Promise<void>, stop: () => Promise<void> }>}
 */
export async function startDesktop(code, folder) {
  const userDir = path.join(cacheDir, "desktop-data");
  await writeSettings(userDir, QUIET_SETTINGS, { overwrite: false });
  const args = [
    `--extensionDevelopmentPath=${repoRoot}`,
    `--user-data-dir=${userDir}`,
    `--extensions-dir=${path.join(cacheDir, "desktop-extensions")}`,
    ...["--new-window", "--disable-workspace-trust", "--skip-welcome", "--skip-release-notes", "--wait"],
    ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
    folder,
  ];
  const isScript = process.platform === "win32";
  const child = spawn(isScript ? `"${code}"` : code, isScript ? args.map((arg) => `"${arg}"`) : args, {
    env: withoutNpmRunVariables(process.env),
    stdio: ["ignore", "inherit", "inherit"],
    shell: isScript,
    detached: !isScript,
  });
  const pid = await new Promise((resolve, reject) => {
    child.once("spawn", () => resolve(/** @type {number} */ (child.pid)));
    child.once("error", reject);
  });
  /** @type {Promise<void>} */
  const closed = new Promise((resolve) => child.once("close", () => resolve()));
  // The window leaves the command line's process group; the folder in its arguments tells it apart.
  return { closed, stop: () => stopTree(pid, { marker: `--user-data-dir=${userDir}` }) };
}
