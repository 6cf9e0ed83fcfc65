// @ts-check
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { launchChromium } from "../chromium.mjs";
import { onCleanup } from "../cleanup.mjs";
import { prepareDemoWorkspace } from "../demo-workspace.mjs";
import { linkExtension } from "../link-extension.mjs";
import { repoRoot } from "../paths.mjs";
import { startVsCodeServer, workbenchUrl } from "../vscode-server.mjs";
import { QUIET_SETTINGS, THEMES, serverUserDir, writeSettings } from "../vscode-settings.mjs";

/**
 * @typedef {object} SessionOptions
 * @property {string | false | undefined} [extension] folder of the extension; the repository when not given, false for none
 * @property {string | false | undefined} [workspace] folder to copy from; the demo workspace when not given, false for none
 * @property {string | undefined} [folder] folder to open as it is, instead of a copy
 * @property {string | undefined} [tests] a module whose `run()` is run in the extension host
 * @property {"dark" | "light" | "high-contrast" | "high-contrast-light" | undefined} [theme]
 * @property {{ width: number, height: number } | undefined} [viewport]
 * @property {Record<string, unknown> | undefined} [settings]
 * @property {NodeJS.ProcessEnv | undefined} [env] added to the environment of server and extension host
 * @property {string | undefined} [extensionsDir] where installed extensions are
 * @property {string | undefined} [dataDir] server data to keep; a throw-away one when not given
 */

/**
 * @typedef {object} Session
 * @property {import("playwright-core").Page} page
 * @property {import("playwright-core").Browser} browser
 * @property {import("../vscode-server.mjs").RunningServer} server
 * @property {string} scratch a folder removed at the end
 * @property {string} folder the opened workspace, or ""
 * @property {string[]} problems errors the window printed, newest last
 * @property {(settings: Record<string, unknown>) => Promise<void>} changeSettings takes effect at once
 * @property {() => Promise<void>} dispose
 */

/**
 * Opens a window of its own: throw-away server, workspace copy and browser. Everything ends with `dispose`, and
 * also when the script ends by Ctrl-C.
 * @param {SessionOptions} [options]
 * @returns {Promise<Session>}
 */
export async function openSession(options = {}) {
  const { extension = repoRoot, theme = "dark", viewport = { width: 1280, height: 1100 } } = options;
  const scratch = await mkdtemp(path.join(tmpdir(), "local-models-"));
  /** @type {(() => Promise<unknown>)[]} */
  const undo = [() => rm(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })];
  const dispose = async () => {
    forget();
    for (let step = undo.pop(); step; step = undo.pop()) await step();
  };
  const forget = onCleanup(dispose);
  try {
    const folder = options.folder ?? (await workspaceCopy(options.workspace, scratch));
    const dataDir = options.dataDir ?? path.join(scratch, "server");
    const themeSettings = { "workbench.colorTheme": THEMES[theme], "window.autoDetectColorScheme": false };
    const settings = { ...QUIET_SETTINGS, ...themeSettings, ...options.settings };
    await writeSettings(serverUserDir(dataDir), settings);

    const { tests, env, extensionsDir = path.join(scratch, "extensions") } = options;
    if (!tests && extension) await linkExtension({ extension, extensionsDir });
    const server = await startVsCodeServer({ dataDir, extensionsDir, env, development: tests !== undefined });
    undo.push(() => server.stop());
    const browser = await launchChromium();
    undo.push(() => browser.close());
    const page = await browser.newPage({ viewport, colorScheme: theme.includes("light") ? "light" : "dark" });
    // Short, so that an action on something that just closed fails soon and the wait around it tries again.
    page.setDefaultTimeout(5000);
    // tsx wraps named functions in this helper, also those that a test hands to the page.
    await page.addInitScript("globalThis.__name ??= (target) => target");
    const problems = collectProblems(page);
    const payload = tests
      ? { extensionDevelopmentPath: extension || undefined, extensionTestsPath: tests }
      : {};
    await page.goto(workbenchUrl(server, { folder: folder || undefined, payload }), { timeout: 60_000 });
    /** @param {Record<string, unknown>} changes */
    const changeSettings = (changes) => writeSettings(serverUserDir(dataDir), changes);
    return { page, browser, server, scratch, folder, problems, changeSettings, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** @param {string | false | undefined} source @param {string} scratch */
async function workspaceCopy(source, scratch) {
  if (source === false) return "";
  return (await prepareDemoWorkspace({ source, target: path.join(scratch, "workspace") })).folder;
}

const NOISE = new RegExp(
  "Failed to load resource|service ?worker|bad HTTP response code|ERR_NAME_NOT_RESOLVED|" +
    "getaddrinfo|unsupported in the web|spdlog|native-watchdog",
  "i",
);

/** @param {import("playwright-core").Page} page */
function collectProblems(page) {
  /** @type {string[]} */
  const problems = [];
  /** @param {string} text */
  const keep = (text) => {
    // The workbench asks for things of the internet and of builds it is not; their absence says nothing.
    if (NOISE.test(text)) return;
    problems.push(text.slice(0, 2000));
    if (problems.length > 200) problems.shift();
  };
  page.on("console", (message) => message.type() === "error" && keep(message.text()));
  page.on("pageerror", (error) => keep(`uncaught in the window: ${error.stack ?? error}`));
  page.on("crash", () => keep("the window crashed"));
  return problems;
}
