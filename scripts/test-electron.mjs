// @ts-check
// npm run test:electron: the host suite in desktop VS Code, which is downloaded on first use.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { onCleanup, runMain } from "./lib/cleanup.mjs";
import { prepareDemoWorkspace } from "./lib/demo-workspace.mjs";
import { cacheDir, repoRoot } from "./lib/paths.mjs";
import { readResult, reportResult, RESULT_VARIABLE } from "./lib/results.mjs";
import { build, ensureDependencies } from "./lib/setup.mjs";

const { values } = parseArgs({
  options: {
    /** "stable", "insiders" or a number such as 1.104.0. */
    version: { type: "string", default: "stable" },
    /** A VS Code that is already there, instead of a download. */
    vscode: { type: "string" },
    grep: { type: "string", short: "g" },
    "no-build": { type: "boolean", default: false },
  },
});

await runMain(async () => {
  await ensureDependencies();
  if (!values["no-build"]) await build({ tests: true });
  const { runTests, TestRunFailedError } = await import("@vscode/test-electron");
  const scratch = await mkdtemp(path.join(tmpdir(), "local-models-electron-"));
  onCleanup(() => rm(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
  const { folder } = await prepareDemoWorkspace({ target: path.join(scratch, "workspace") });
  const resultFile = path.join(scratch, "result.json");
  try {
    await runTests({
      version: values.version,
      ...(values.vscode ? { vscodeExecutablePath: values.vscode } : {}),
      cachePath: cacheDir,
      extensionDevelopmentPath: repoRoot,
      extensionTestsPath: path.join(repoRoot, "out/test/host/index.js"),
      extensionTestsEnv: {
        [RESULT_VARIABLE]: resultFile,
        LOCAL_MODELS_TEST_GREP: values.grep,
        // Set when this runs in a VS Code terminal, it would make VS Code's program a plain Node.
        ELECTRON_RUN_AS_NODE: undefined,
      },
      launchArgs: [
        folder,
        // Short folders of its own: macOS limits socket paths to 103 characters.
        `--user-data-dir=${path.join(scratch, "d")}`,
        `--extensions-dir=${path.join(scratch, "e")}`,
        "--disable-gpu",
      ],
    });
  } catch (error) {
    // Failing tests make VS Code end with 1; the counts below say more than that.
    if (!(error instanceof TestRunFailedError)) throw error;
    console.log(error.message);
  }
  const result = await readResult(resultFile);
  if (!result) throw new Error("VS Code ended before the tests did.");
  return reportResult(result);
});
