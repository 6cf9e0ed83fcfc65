// @ts-check
// npm start: opens VS Code with this extension and the demo workspace. Needs nothing but Node and npm.
import path from "node:path";
import { parseArgs } from "node:util";
import { onCleanup, runMain } from "./lib/cleanup.mjs";
import { prepareDemoWorkspace } from "./lib/demo-workspace.mjs";
import { findDesktopCode, startDesktop } from "./lib/desktop.mjs";
import { linkExtension } from "./lib/link-extension.mjs";
import { openBrowser } from "./lib/open-browser.mjs";
import { cacheDir, repoRoot } from "./lib/paths.mjs";
import { build, ensureDependencies } from "./lib/setup.mjs";
import { ensureVsCodeServer, isPortFree, startVsCodeServer, workbenchUrl } from "./lib/vscode-server.mjs";
import { QUIET_SETTINGS, serverUserDir, writeSettings } from "./lib/vscode-settings.mjs";

/** The same each time: a browser keeps a window's layout per address. */
const USUAL_PORT = 8421;
const USAGE = `Usage: npm start -- [--web] [--port N] [--no-open]
  --web      the VS Code server in a browser, even where desktop VS Code is installed
  --port N   its port (default ${USUAL_PORT}, or a free one when that is taken)
  --no-open  only print the address`;

const { values } = parseArgs({
  options: {
    web: { type: "boolean", default: false },
    port: { type: "string" },
    "no-open": { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});

if (values.help) console.log(USAGE);
else await runMain(main, { signalExitCode: 0, onSignal: () => console.log("\nStopping …") });

async function main() {
  const port = parsePort(values.port);
  await ensureDependencies();
  await build();
  const { folder, added } = await prepareDemoWorkspace();
  if (added > 0) console.log(`Demo workspace: ${added} files added in ${path.relative(repoRoot, folder)}`);
  const code = values.web || values.port ? undefined : findDesktopCode();
  if (code) await runDesktop(code, folder);
  else await runWeb(folder, port);
}

/** @param {string} code @param {string} folder */
async function runDesktop(code, folder) {
  const window = await startDesktop(code, folder);
  onCleanup(window.stop);
  console.log("VS Code is opening. Close its window or press Ctrl-C here to end it.");
  await window.closed;
}

/** @param {string} folder @param {number | undefined} wantedPort */
async function runWeb(folder, wantedPort) {
  await ensureVsCodeServer();
  const dataDir = path.join(cacheDir, "server-data");
  const extensionsDir = path.join(dataDir, "extensions");
  const settings = { ...QUIET_SETTINGS, "workbench.startupEditor": "readme" };
  await writeSettings(serverUserDir(dataDir), settings, { overwrite: false });
  await linkExtension({ extension: repoRoot, extensionsDir });
  const server = await startVsCodeServer({ port: await choosePort(wantedPort), dataDir, extensionsDir });
  onCleanup(server.stop);

  const address = workbenchUrl(server, { folder });
  console.log(`\nVS Code with Local Models and the demo workspace:\n\n  ${address}\n`);
  const opened = !values["no-open"] && openBrowser(address);
  console.log(
    `${opened ? "Your browser is opening it" : "Open it in a browser"}. Press Ctrl-C here to end it.`,
  );
  const code = await server.exited;
  throw new Error(`The VS Code server ended by itself (${code}):\n${server.output().slice(-2000)}`);
}

/** @param {number | undefined} wanted */
async function choosePort(wanted) {
  if (wanted === undefined) return (await isPortFree(USUAL_PORT)) ? USUAL_PORT : 0;
  if (!(await isPortFree(wanted))) throw new Error(`Port ${wanted} is in use; choose another with --port.`);
  return wanted;
}

/** @param {string | undefined} text */
function parsePort(text) {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    throw new Error(`--port wants a number, not ${text}.`);
  return port;
}
