// @ts-check
// Runs one of the suites that live in Node: node scripts/mocha.mjs unit|process|demo-models|ui [mocha's options]
import { existsSync } from "node:fs";
import path from "node:path";
import { runMain } from "./lib/cleanup.mjs";
import { ensureChromium } from "./lib/chromium.mjs";
import { runShown } from "./lib/exec.mjs";
import { repoRoot } from "./lib/paths.mjs";
import { build, ensureDependencies } from "./lib/setup.mjs";
import { ensureVsCodeServer } from "./lib/vscode-server.mjs";

/** @type {Record<string, { timeoutMs: number, slowMs: number, build: boolean, window: boolean }>} */
const SUITES = {
  unit: { timeoutMs: 10_000, slowMs: 200, build: false, window: false },
  process: { timeoutMs: 60_000, slowMs: 5_000, build: true, window: false },
  "demo-models": { timeoutMs: 60_000, slowMs: 60_000, build: true, window: false },
  ui: { timeoutMs: 120_000, slowMs: 20_000, build: true, window: true },
};

await runMain(async () => {
  const [name = "", ...given] = process.argv.slice(2);
  const suite = SUITES[name];
  if (!suite) throw new Error(`Which suite? ${Object.keys(SUITES).join(", ")}`);
  const folder = path.join(repoRoot, "test", name);
  if (!existsSync(folder)) throw new Error(`test/${name} does not exist.`);

  await ensureDependencies();
  const extra = given.filter((arg) => arg !== "--no-build");
  if (suite.build && extra.length === given.length) await build();
  if (suite.window) {
    await ensureChromium();
    await ensureVsCodeServer();
  }
  const options = ["--reporter", path.join(repoRoot, "scripts/lib/mocha-reporter.mjs"), "--fail-zero"];
  const times = ["--timeout", String(suite.timeoutMs), "--slow", String(suite.slowMs)];
  const mocha = path.join(repoRoot, "node_modules/mocha/bin/mocha.js");
  const args = [mocha, ...options, ...times, ...extra, `test/${name}/**/*.test.ts`];
  return runShown(process.execPath, ["--import", "tsx", ...args], { cwd: repoRoot });
});
