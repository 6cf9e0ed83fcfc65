// @ts-check
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";

/**
 * @typedef {object} RunOptions
 * @property {string | undefined } [cwd]
 * @property {NodeJS.ProcessEnv | undefined } [env] replaces the whole environment
 * @property {boolean | undefined } [inherit] show the output while it runs instead of keeping it
 * @property {number | undefined } [timeoutMs]
 */

/**
 * Runs a command to its end and returns what it printed; a failure carries the end of the output.
 * @param {string} command
 * @param {string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<string>}
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: options.inherit ? "inherit" : ["ignore", "pipe", "pipe"],
      timeout: options.timeoutMs,
    });
    let output = "";
    child.stdout?.on("data", (chunk) => (output += chunk));
    child.stderr?.on("data", (chunk) => (output += chunk));
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (code === 0) return resolve(output);
      const lines = output.trim().split("\n");
      // Compilers say what is wrong at the end, npm at the beginning.
      const tail = (lines.length > 40 ? [...lines.slice(0, 15), "…", ...lines.slice(-20)] : lines).join("\n");
      const shown = [path.basename(command), ...args].join(" ");
      reject(new Error(`${shown} ended with ${code ?? signal}${tail ? `:\n${tail}` : ""}`));
    });
  });
}

/**
 * Runs a command with its output shown and returns the exit code (128 + n style codes become 1).
 * @param {string} command
 * @param {string[]} args
 * @param {import("node:child_process").SpawnOptions} [options]
 * @returns {Promise<number>}
 */
export function runShown(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: "inherit", ...options });
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}

/**
 * npm's own JavaScript, so that it can be run by any Node binary and without a shell on Windows.
 * @returns {string}
 */
function npmCli() {
  const bin = path.dirname(process.execPath);
  const candidates = [
    process.env["npm_execpath"] ?? "",
    path.join(bin, "node_modules/npm/bin/npm-cli.js"),
    path.join(bin, "../lib/node_modules/npm/bin/npm-cli.js"),
    path.join(bin, "../share/nodejs/npm/bin/npm-cli.js"),
  ];
  const found = candidates.find((file) => path.basename(file) === "npm-cli.js" && existsSync(file));
  if (!found) throw new Error(`npm was not found beside ${process.execPath}; install Node.js with npm.`);
  return found;
}

/**
 * A command line that runs npm without a shell.
 * @param {...string} args
 * @returns {string[]}
 */
export function npmCommand(...args) {
  return [process.execPath, npmCli(), ...args];
}

/**
 * Runs npm in a folder of its own, shielded from the settings an outer `npm run` hands down.
 * @param {string[]} args
 * @param {{ cwd: string, node?: string | undefined, env?: NodeJS.ProcessEnv | undefined, inherit?: boolean | undefined }} options
 * @returns {Promise<string>}
 */
export function runNpm(args, options) {
  const node = options.node ?? process.execPath;
  const env = { ...withoutNpmRunVariables(process.env), ...options.env };
  const pathKey = Object.keys(env).find((key) => key.toUpperCase() === "PATH") ?? "PATH";
  env[pathKey] = path.dirname(node) + path.delimiter + (env[pathKey] ?? "");
  return run(node, [npmCli(), ...args], { cwd: options.cwd, env, inherit: options.inherit });
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv}
 */
export function withoutNpmRunVariables(env) {
  const outer =
    /^(npm_(lifecycle|package|execpath|node_execpath|command)|npm_config_(local_prefix|prefix|omit|include|production)|INIT_CWD$)/i;
  return Object.fromEntries(Object.entries(env).filter(([key]) => !outer.test(key)));
}

/**
 * Finds an executable on PATH.
 * @param {string} name
 * @returns {string | undefined }
 */
export function which(name) {
  const endings = process.platform === "win32" ? [".exe", ".cmd", ".bat"] : [""];
  for (const folder of (process.env["PATH"] ?? "").split(path.delimiter)) {
    if (!folder) continue;
    for (const ending of endings) {
      const file = path.join(folder, name + ending);
      if (existsSync(file)) return file;
    }
  }
  return undefined;
}
