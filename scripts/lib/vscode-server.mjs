// @ts-check
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { createServer } from "node:net";
import path from "node:path";
import { run, withoutNpmRunVariables } from "./exec.mjs";
import { stopTree } from "./process-tree.mjs";
import { ensureVsCodeServer } from "./vscode-server-install.mjs";

export { ensureVsCodeServer };

const START_TIMEOUT_MS = 60_000;
const PARENT_WATCH = new URL("./parent-watch.mjs", import.meta.url).href;

/**
 * @typedef {object} RunningServer
 * @property {string} url
 * @property {number} port
 * @property {number} pid
 * @property {string} dataDir
 * @property {() => string} output the end of what the server printed
 * @property {Promise<number | null>} exited
 * @property {() => Promise<void>} stop ends the server and everything below it
 */

/**
 * @typedef {object} ServerOptions
 * @property {number | undefined } [port] a free one when not given
 * @property {string} dataDir user settings, storage and logs
 * @property {string | undefined } [extensionsDir]
 * @property {boolean | undefined } [development] honour extensionDevelopmentPath in addresses, at the price of notifications
 * @property {NodeJS.ProcessEnv | undefined } [env] added to the environment; the extension host gets it too
 * @property {((text: string) => void) | undefined} [log] what the server prints
 */

/**
 * @param {ServerOptions} options
 * @returns {Promise<RunningServer>}
 */
export async function startVsCodeServer({ port = 0, dataDir, extensionsDir, development, env, log }) {
  const install = await ensureVsCodeServer();
  await mkdir(dataDir, { recursive: true });
  const marker = `LOCAL_MODELS_SERVER=${randomUUID()}`;
  const args = [
    ...["--import", PARENT_WATCH, install.main],
    ...["--host", "127.0.0.1", "--port", String(port), "--without-connection-token"],
    ...["--accept-server-license-terms", "--disable-workspace-trust", "--telemetry-level", "off"],
    // Only with it does the workbench honour the payload of its address; but it suppresses notifications.
    ...(development ? ["--enable-smoke-test-driver"] : []),
    ...["--server-data-dir", dataDir],
    ...(extensionsDir ? ["--extensions-dir", extensionsDir] : []),
  ];
  const child = spawn(install.node, args, {
    cwd: path.dirname(path.dirname(install.main)),
    env: { ...cleanEnvironment(), ...env, LOCAL_MODELS_SERVER: marker.split("=")[1] },
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
    windowsHide: true,
  });
  let output = "";
  /** @param {Buffer} chunk */
  const collect = (chunk) => {
    output = (output + chunk).slice(-20_000);
    log?.(String(chunk));
  };
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  /** @type {Promise<number | null>} */
  const exited = new Promise((resolve) => child.once("close", resolve));
  const pid = await new Promise((resolve, reject) => {
    child.once("spawn", () => resolve(/** @type {number} */ (child.pid)));
    child.once("error", reject);
  });
  /** @type {Promise<void> | undefined } */
  let stopping;
  const stop = () => (stopping ??= stopTree(pid, { marker }));
  try {
    const bound = await waitForPort(() => output, child);
    const url = `http://127.0.0.1:${bound}`;
    await waitForAnswer(`${url}/version`);
    return { url, port: bound, pid, dataDir, output: () => output, exited, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * Puts an extension file into an extensions folder, as a person's "Install from VSIX" does.
 * @param {{ vsix: string, dataDir: string, extensionsDir: string }} options
 */
export async function installVsix({ vsix, dataDir, extensionsDir }) {
  const install = await ensureVsCodeServer();
  const args = [install.main, "--install-extension", vsix, "--force", "--server-data-dir", dataDir];
  const output = await run(install.node, [...args, "--extensions-dir", extensionsDir], {
    env: cleanEnvironment(),
    timeoutMs: 120_000,
  });
  if (!/successfully installed/i.test(output)) throw new Error(`Installing ${vsix} failed:\n${output}`);
}

/**
 * The address of a workbench window.
 * @param {{ url: string, port: number }} server
 * @param {object} window
 * @param {string} [window.folder]
 * @param {{ extensionDevelopmentPath?: string | undefined, extensionTestsPath?: string | undefined }} [window.payload] file paths
 * @returns {string}
 */
export function workbenchUrl(server, { folder, payload = {} }) {
  const authority = `vscode-remote://127.0.0.1:${server.port}`;
  const entries = Object.entries(payload)
    .filter(([, file]) => file)
    .map(([key, file = ""]) => [key, authority + encodeURI(uriPath(file))]);
  const query = [
    ...(folder ? [["folder", uriPath(folder)]] : []),
    ...(entries.length > 0 ? [["payload", JSON.stringify([...entries, ["skipWelcome", "true"]])]] : []),
  ];
  // Slashes are allowed in a query, and a person reads this.
  const text = query.map(([key, value = ""]) => `${key}=${encodeURIComponent(value).replaceAll("%2F", "/")}`);
  return `${server.url}/?${text.join("&")}`;
}

/** @param {number} port @returns {Promise<boolean>} */
export function isPortFree(port) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}

/** @param {string} file */
function uriPath(file) {
  const slashes = file.replaceAll("\\", "/");
  return slashes.startsWith("/") ? slashes : `/${slashes}`;
}

/** A VS Code terminal or an outer `npm run` must not colour the server. */
function cleanEnvironment() {
  const env = withoutNpmRunVariables(process.env);
  return Object.fromEntries(
    Object.entries(env).filter(([key]) => !/^(VSCODE_|ELECTRON_|NODE_OPTIONS$)/.test(key)),
  );
}

/**
 * @param {() => string} output
 * @param {import("node:child_process").ChildProcess} child
 * @returns {Promise<number>}
 */
function waitForPort(output, child) {
  return new Promise((resolve, reject) => {
    const check = () => {
      const match = /Extension host agent listening on (\d+)/.exec(output());
      if (match) finish(() => resolve(Number(match[1])));
    };
    const ended = () => fail("The VS Code server ended while starting");
    const timer = setTimeout(() => fail("The VS Code server did not start in time"), START_TIMEOUT_MS);
    /** @param {string} why */
    const fail = (why) => finish(() => reject(new Error(`${why}:\n${output().slice(-2000)}`)));
    /** @param {() => void} settle */
    const finish = (settle) => {
      clearTimeout(timer);
      child.stdout?.off("data", check);
      child.off("close", ended);
      settle();
    };
    child.stdout?.on("data", check);
    child.once("close", ended);
    check();
  });
}

/** @param {string} url */
async function waitForAnswer(url) {
  const until = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
      await response.arrayBuffer();
      if (response.ok) return;
      throw new Error(`${url} answered ${response.status}`);
    } catch (error) {
      if (Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
