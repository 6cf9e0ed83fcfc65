// @ts-check
// Runs before anything is installed: only Node's own modules here.
import { existsSync, readFileSync, statSync } from "node:fs";
import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { runNpm, run } from "./exec.mjs";
import { cacheDir, repoRoot } from "./paths.mjs";

const lockFile = path.join(repoRoot, "package-lock.json");
const installedLock = path.join(repoRoot, "node_modules", ".package-lock.json");
const stampFile = path.join(cacheDir, "dependencies.sha256");

/**
 * Installs the locked packages when node_modules is missing or does not belong to the lock file.
 * @param {{ log?: ((line: string) => void) | undefined }} [options]
 */
export async function ensureDependencies({ log = (line) => console.log(line) } = {}) {
  const wanted = createHash("sha256").update(readFileSync(lockFile)).digest("hex");
  if (dependenciesAreCurrent(wanted)) return;
  log("Installing the packages of package-lock.json …");
  // Not `npm ci`: it refuses a lock file without the optional packages of platforms that a registry does not
  // have. This installs the same versions and writes neither package.json nor the lock file.
  // onnxruntime-node's install script downloads a CUDA build from elsewhere; the CPU build is in the package.
  const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
  await runNpm(["install", "--no-save", "--ignore-scripts", "--include=dev", ...quiet], {
    cwd: repoRoot,
    env: { ONNXRUNTIME_NODE_INSTALL: "skip" },
  });
  await mkdir(cacheDir, { recursive: true });
  await writeFile(stampFile, wanted);
}

/** @param {string} wanted */
function dependenciesAreCurrent(wanted) {
  if (!existsSync(installedLock)) return false;
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === wanted) return true;
  // Installed by hand: npm writes its hidden lock file last, so a newer one belongs to this lock file.
  return statSync(installedLock).mtimeMs >= statSync(lockFile).mtimeMs;
}

/**
 * @param {{ tests?: boolean | undefined, log?: ((line: string) => void) | undefined }} [options]
 */
export async function build({ tests = false, log = (line) => console.log(line) } = {}) {
  log(tests ? "Building the extension and its tests …" : "Building the extension …");
  await run(process.execPath, ["esbuild.mjs", ...(tests ? ["--tests"] : [])], { cwd: repoRoot });
}
