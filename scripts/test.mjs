// @ts-check
// npm test: sets up what is missing, runs everything and sums it. Steps by name: npm test -- unit host
import { randomUUID } from "node:crypto";
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ensureChromium } from "./lib/chromium.mjs";
import { onCleanup, runMain } from "./lib/cleanup.mjs";
import { npmCommand } from "./lib/exec.mjs";
import { repoRoot } from "./lib/paths.mjs";
import { stopTree, treeMembers } from "./lib/process-tree.mjs";
import { readResult, RESULT_VARIABLE } from "./lib/results.mjs";
import { build, ensureDependencies } from "./lib/setup.mjs";
import { ensureVsCodeServer } from "./lib/vscode-server.mjs";

const STEP_TIMEOUT_MS = 20 * 60_000;
const LEFTOVER_GRACE_MS = 2000;

/**
 * A check counts as one; a suite counts its tests.
 * @typedef {{ kind: "check" | "suite", command: string[], window?: boolean | undefined, built?: boolean | undefined }} Step
 * @type {Record<string, Step>}
 */
const STEPS = {
  typecheck: { kind: "check", command: npmCommand("run", "--silent", "typecheck") },
  lint: { kind: "check", command: npmCommand("run", "--silent", "lint") },
  unit: { kind: "suite", command: nodeScript("mocha.mjs", "unit", "--no-build") },
  process: { kind: "suite", command: nodeScript("mocha.mjs", "process", "--no-build"), built: true },
  "demo-models": {
    kind: "suite",
    command: nodeScript("mocha.mjs", "demo-models", "--no-build"),
    built: true,
  },
  host: { kind: "suite", command: nodeScript("test-host.mjs", "--no-build"), built: true, window: true },
  ui: { kind: "suite", command: nodeScript("mocha.mjs", "ui", "--no-build"), built: true, window: true },
  package: { kind: "check", command: nodeScript("package.mjs") },
  vsix: { kind: "suite", command: nodeScript("test-vsix.mjs", "--no-build"), built: true, window: true },
};

await runMain(async () => {
  const started = Date.now();
  const names = process.argv.slice(2);
  const unknown = names.filter((name) => !STEPS[name]);
  if (unknown.length > 0) {
    throw new Error(`Unknown: ${unknown.join(", ")}. There are: ${Object.keys(STEPS).join(", ")}`);
  }
  const chosen = Object.entries(STEPS).filter(([name]) => names.length === 0 || names.includes(name));
  const total = { passes: 0, failures: 0 };
  const lines = [];
  const failed = [];
  try {
    await setUp(chosen.map(([, step]) => step));
  } catch (error) {
    // Setting up may fail for one part (no browser, say) that not every step needs: they say so themselves.
    console.log(`\nSetting up failed: ${error instanceof Error ? error.message : error}`);
    total.failures += 1;
    lines.push("setup        failed");
  }
  for (const [name, step] of chosen) {
    const stepStarted = Date.now();
    console.log(`\n===== ${name} =====`);
    const { passes, failures, failed: failedTests } = await runStep(step);
    total.passes += passes;
    total.failures += failures;
    failed.push(...failedTests.map((test) => `${name}: ${test}`));
    const seconds = Math.round((Date.now() - stepStarted) / 1000);
    lines.push(`${name.padEnd(12)} ${passes} passed, ${failures} failed (${seconds} s)`);
  }
  // Again, because they are far above by now.
  if (failed.length > 0) console.log(`\nFailed:\n\n${failed.join("\n\n")}`);
  console.log(`\n${lines.join("\n")}\n${Math.round((Date.now() - started) / 1000)} s in all`);
  console.log(`${total.passes} passed, ${total.failures} failed`);
  return total.failures === 0 ? 0 : 1;
});

/** @param {Step[]} steps */
async function setUp(steps) {
  await ensureDependencies();
  if (steps.some((step) => step.window)) {
    await ensureChromium();
    await ensureVsCodeServer();
  }
  if (steps.some((step) => step.built)) await build({ tests: true });
}

/** @param {Step} step @returns {Promise<import("./lib/results.mjs").SuiteResult>} */
async function runStep(step) {
  const folder = await mkdtemp(path.join(tmpdir(), "local-models-step-"));
  const resultFile = path.join(folder, "result.json");
  const forget = onCleanup(() => rm(folder, { recursive: true, force: true }));
  try {
    const code = await runInGroup(step.command, { [RESULT_VARIABLE]: resultFile });
    if (step.kind === "check") {
      const failures = code === 0 ? 0 : 1;
      return { passes: 1 - failures, failures, failed: failures > 0 ? [step.command.join(" ")] : [] };
    }
    const result = (await readResult(resultFile)) ?? { passes: 0, failures: 0, failed: [] };
    const silent = result.failures === 0 && (code !== 0 || result.passes === 0);
    return silent ? { ...result, failures: 1, failed: [`It ended with code ${code}.`] } : result;
  } finally {
    forget();
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Runs a step so that nothing of it outlives it, whatever happens.
 * @param {string[]} command
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>}
 */
async function runInGroup(command, env) {
  const [program = "", ...args] = command;
  const marker = `LOCAL_MODELS_STEP=${randomUUID()}`;
  const child = spawn(program, args, {
    cwd: repoRoot,
    env: { ...process.env, ...env, LOCAL_MODELS_STEP: marker.split("=")[1] },
    stdio: ["ignore", "inherit", "inherit"],
    detached: process.platform !== "win32",
  });
  const pid = await new Promise((resolve, reject) => {
    child.once("spawn", () => resolve(/** @type {number} */ (child.pid)));
    child.once("error", reject);
  });
  const stop = () => stopTree(pid, { marker });
  const forget = onCleanup(stop);
  const timer = setTimeout(() => {
    console.log(`\nThis took more than ${STEP_TIMEOUT_MS / 60_000} minutes and is ended.`);
    stop().catch((error) => console.log(String(error)));
  }, STEP_TIMEOUT_MS);
  /** @type {number} */
  const code = await new Promise((resolve) => child.once("close", (value) => resolve(value ?? 1)));
  clearTimeout(timer);
  forget();
  const left = await membersAfterGrace(pid, marker);
  if (left.length === 0) return code;
  console.log(`It left ${left.length} processes behind: ${left.map((info) => info.pid).join(", ")}`);
  await stop();
  return code || 1;
}

/**
 * What a step started may take a moment to end after it.
 * @param {number} pid
 * @param {string} marker
 */
async function membersAfterGrace(pid, marker) {
  if (process.platform === "win32") return [];
  const until = Date.now() + LEFTOVER_GRACE_MS;
  for (;;) {
    const members = treeMembers(pid, marker);
    if (members.length === 0 || Date.now() > until) return members;
    await sleep(100);
  }
}

/** @param {string} name @param {...string} args */
function nodeScript(name, ...args) {
  return [process.execPath, path.join(repoRoot, "scripts", name), ...args];
}
