// @ts-check
// Runs one measurement: npm run bench -- chat [--model PATH]. Each figure is one line of JSON.
import { existsSync } from "node:fs";
import path from "node:path";
import { runMain } from "./lib/cleanup.mjs";
import { runShown } from "./lib/exec.mjs";
import { repoRoot } from "./lib/paths.mjs";
import { build, ensureDependencies } from "./lib/setup.mjs";

await runMain(async () => {
  const [name = "", ...options] = process.argv.slice(2);
  const file = path.join(repoRoot, "bench", `${name}.bench.ts`);
  if (!/^[\w-]+$/.test(name) || !existsSync(file)) {
    throw new Error("Which bench? For example: npm run bench -- chat");
  }
  await ensureDependencies();
  await build();
  return runShown(process.execPath, ["--import", "tsx", file, ...options], { cwd: repoRoot });
});
