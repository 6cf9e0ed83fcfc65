// @ts-check
// npm run test:host: mocha inside a real VS Code extension host, on a throw-away copy of the demo workspace.
import path from "node:path";
import { parseArgs } from "node:util";
import { runMain } from "./lib/cleanup.mjs";
import { ensureChromium } from "./lib/chromium.mjs";
import { runHostSuite } from "./lib/host-suite.mjs";
import { repoRoot } from "./lib/paths.mjs";
import { reportResult } from "./lib/results.mjs";
import { build, ensureDependencies } from "./lib/setup.mjs";

const { values } = parseArgs({
  options: {
    /** Only the tests whose title holds this. */
    grep: { type: "string", short: "g" },
    "no-build": { type: "boolean", default: false },
  },
});

await runMain(async () => {
  await ensureDependencies();
  if (!values["no-build"]) await build({ tests: true });
  await ensureChromium();
  const result = await runHostSuite({
    tests: path.join(repoRoot, "out/test/host/index.js"),
    env: values.grep ? { LOCAL_MODELS_TEST_GREP: values.grep } : {},
  });
  return reportResult(result);
});
