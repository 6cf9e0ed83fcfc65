// @ts-check
// Installs the packaged extension into a clean VS Code and runs test/vsix against it: from the package, not from
// the sources. Takes the newest .vsix of the repository's root, or --vsix FILE.
import { readdirSync, statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { onCleanup, runMain } from "./lib/cleanup.mjs";
import { ensureChromium } from "./lib/chromium.mjs";
import { runHostSuite } from "./lib/host-suite.mjs";
import { repoRoot } from "./lib/paths.mjs";
import { reportResult } from "./lib/results.mjs";
import { build, ensureDependencies } from "./lib/setup.mjs";
import { installVsix } from "./lib/vscode-server.mjs";

const { values } = parseArgs({
  options: {
    vsix: { type: "string" },
    grep: { type: "string", short: "g" },
    "no-build": { type: "boolean", default: false },
  },
});

await runMain(async () => {
  await ensureDependencies();
  const vsix = values.vsix ? path.resolve(values.vsix) : newestVsix();
  if (!values["no-build"]) await build({ tests: true });
  await ensureChromium();
  const clean = await mkdtemp(path.join(tmpdir(), "local-models-vsix-"));
  onCleanup(() => rm(clean, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
  const dataDir = path.join(clean, "server");
  const extensionsDir = path.join(clean, "extensions");
  console.log(`Installing ${path.basename(vsix)} into a clean VS Code …`);
  await installVsix({ vsix, dataDir, extensionsDir });
  const result = await runHostSuite({
    // VS Code runs tests only beside an extension under development; this one does nothing.
    extension: path.join(repoRoot, "test/vsix/driver"),
    tests: path.join(repoRoot, "out/test/vsix/index.js"),
    dataDir,
    extensionsDir,
    env: {
      LOCAL_MODELS_TEST_EXTENSIONS: extensionsDir,
      ...(values.grep ? { LOCAL_MODELS_TEST_GREP: values.grep } : {}),
    },
  });
  return reportResult(result);
});

/** @returns {string} */
function newestVsix() {
  const files = readdirSync(repoRoot)
    .filter((name) => name.endsWith(".vsix"))
    .map((name) => path.join(repoRoot, name))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  const [newest] = files;
  if (!newest) {
    throw new Error("There is no .vsix in the repository's root: run npm run package first.");
  }
  return newest;
}
